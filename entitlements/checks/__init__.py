"""
Checks that all plays share: who may take part, when, and on what condition.
"""
