"""
Alarms: what of a mall wants somebody to look at it, found by rules, kept as records, and told once.
"""
