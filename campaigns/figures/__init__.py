"""
Figures: what the books come to, day by day, by campaign and by thing.
"""
