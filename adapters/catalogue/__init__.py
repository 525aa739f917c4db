"""
The catalogue as operators see it, for the console and the shell alike: what is found, what a change asks for, how both are said.
"""
