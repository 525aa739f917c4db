"""Pages of figures on a history of a million changes."""
