"""
The pages of each kind of campaign: one module a kind.
"""
