"""
Compiles the clauses that all kinds share from files to the domain.
"""
