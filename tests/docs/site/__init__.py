"""What mkdocs does not do by itself when it builds the documentation."""
