"""The shape of the repository: sizes, names, imports, what is committed."""
