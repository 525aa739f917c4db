"""
Figures counted from the journal, kept as small sums by day, and read from them.
"""
