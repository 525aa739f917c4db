"""
Limits: how often, how much, until what.
"""
