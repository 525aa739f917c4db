"""
The schema of campaign files: keys that all kinds share, and how their values are written.
"""
