"""
A folder of files as a project: read, checked, versioned, brought into force.
"""
