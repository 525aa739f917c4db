"""
The catalogue: all that campaigns in force sell, found and changed many at a time, each change as a plan that can be taken back.
"""
