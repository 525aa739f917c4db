"""
The kinds of campaigns: the keys of each, how its file becomes a play, and how it is shown.
"""
