"""A flash sale: a crowd claims pieces of one hot stock row."""
