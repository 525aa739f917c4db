"""Suppliers over HTTP: connectors that are driven by a description, and the call-backs that suppliers send."""
