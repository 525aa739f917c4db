"""A made-up life of the demo, lived on every store: python -m tests.life."""
