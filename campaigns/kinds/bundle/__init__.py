"""
Bundles: several benefits sold as one.
"""
