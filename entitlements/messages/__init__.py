"""
The sentences of refusals, in the mall's languages.
"""
