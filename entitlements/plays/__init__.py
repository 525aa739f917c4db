"""The plays: one class each, with needs, decide and exposure."""

__all__: list[str] = []
