"""Adapters: stores, web pages, clock, ids, command line, and the wiring of all of them. See README.md."""

if not __name__.startswith("quanyi."):
    msg = f"import quanyi.{__name__}, not {__name__}: the folder ships inside the package quanyi"
    raise ImportError(msg)

__all__: list[str] = []
