"""
What a refusal says, in the mall's languages.
"""
