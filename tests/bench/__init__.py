"""Figures against floors: `python -m tests.bench`; what each row means stands in docs/performance.md."""
