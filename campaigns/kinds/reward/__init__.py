"""
Rewards: an event gives something, now or later.
"""
