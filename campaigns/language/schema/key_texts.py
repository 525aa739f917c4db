"""
Descriptions of the keys of campaign files: the text under each field of a model.

They are read from the source when an error or the editor's schema needs one. Pydantic can collect them while a
class is made, which every start of a program would pay for, whether or not anybody reads one.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from textwrap import dedent

__all__ = ["field_docstrings"]


@cache
def field_docstrings(model: type) -> Mapping[str, str]:
    """
    The text under each field that *model* itself declares, by the field's name; empty where the source is not there.

    >>> from quanyi.campaigns.language.schema.mall import CurrencyMap
    >>> field_docstrings(CurrencyMap)["scale"]
    'Its decimal places, `scale: 2`.'
    """
    try:
        source = inspect.getsource(model)
    except (OSError, TypeError):
        return {}
    return dict(_docstrings(ast.parse(dedent(source)).body[0]))


def _docstrings(found: ast.stmt) -> Iterator[tuple[str, str]]:
    for field, text in pairwise(getattr(found, "body", ())):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                yield name, inspect.cleandoc(said)
