"""The domain: what can be held, moved and limited, and the plays around it. See README.md."""

if not __name__.startswith("quanyi."):
    msg = f"import quanyi.{__name__}, not {__name__}: the folder ships inside the package quanyi"
    raise ImportError(msg)

__all__: list[str] = []
