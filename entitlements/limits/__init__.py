"""
Limits: at most so many, per subject and window.
"""
