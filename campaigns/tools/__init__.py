"""
Tools on the live path: a mall with a clock of its own, stories, plans, back-tests, explanations.
"""
