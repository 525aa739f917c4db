"""
The language of campaign files: reading texts, clauses and expressions, and reporting mistakes.
"""
