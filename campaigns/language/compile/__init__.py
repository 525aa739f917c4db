"""
Clauses that all kinds share, from files to the domain.
"""
