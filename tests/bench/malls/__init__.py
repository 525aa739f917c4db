"""Projects of the bench: folders of files, and those that are written."""
