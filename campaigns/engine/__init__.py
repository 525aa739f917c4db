"""
The engine: finds who hears an input, locks what that needs, decides, and writes once.
"""
