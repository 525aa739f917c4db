"""
Sales, flash sales and exchanges for points.
"""
