"""The suites that ship, on every store we ship."""
