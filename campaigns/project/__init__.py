"""
Projects: a folder of files is read, checked, versioned and brought into force.
"""
