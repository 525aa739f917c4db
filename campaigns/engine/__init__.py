"""
Inputs to verdicts: find who hears an input, lock what that needs, decide, and write once.
"""
