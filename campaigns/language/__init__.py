"""
The language of campaign files: text, clauses and expressions, and what is wrong with them.
"""
