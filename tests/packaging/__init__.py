"""The distribution as a stranger gets it: wheel, sdist, editable, inside a host."""
