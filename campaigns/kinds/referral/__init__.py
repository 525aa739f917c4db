"""
Referrals: somebody brings somebody.
"""
