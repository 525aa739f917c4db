"""
People: find somebody, see what they have and why, give and compensate by hand, one by one or many.
"""
