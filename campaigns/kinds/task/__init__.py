"""
Tasks: goals that events bring nearer.
"""
