"""
Keys that all kinds share, and how their values are written.
"""
