"""
Reads stored JSON strictly: unknown keys and values of another type are errors.

A stored body that says more than the class knows was written by another program, or by hand. A
default in its place would lose something: a quota whose field was renamed would be no quota.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn

__all__ = ["read_strictly"]


def read_strictly(converter: Converter) -> None:
    """
    Let *converter* refuse unknown keys and values of another type than the field's.

    >>> made = Converter(detailed_validation=False)
    >>> read_strictly(made)
    >>> made.structure("7", int)
    Traceback (most recent call last):
    TypeError: '7' is no int
    """
    for kind in (str, int, bool, float):
        converter.register_structure_hook(kind, _exactly)
    converter.register_structure_hook_factory(_is_tuple, partial(_tuple, converter))
    converter.register_structure_hook_factory(_is_mapping, partial(_mapping, converter))
    converter.register_structure_hook_factory(
        attrs.has, lambda cls: make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True)
    )


def _exactly(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        msg = f"{value!r} is no {kind.__name__}"
        raise TypeError(msg)
    return value


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _is_mapping(kind: Any) -> bool:
    return get_origin(kind) is Mapping and get_args(kind)[0] is str


def _tuple(converter: Converter, kind: Any) -> Callable[[Any, Any], Any]:
    """Reads a JSON list as a tuple: of one type throughout, or of so many values each with its own type."""
    items = get_args(kind)
    alike = len(items) == 2 and items[1] is Ellipsis  # noqa: PLR2004  (tuple[X, ...])
    if alike:
        item = items[0]
        read = converter.get_structure_hook(item)
        return lambda value, _: tuple([read(each, item) for each in _exactly(value, list)])
    reads = [(converter.get_structure_hook(each), each) for each in items]

    def structure(value: Any, _: Any) -> Any:
        pairs = zip(reads, _exactly(value, list), strict=True)
        return tuple([read(each, item) for (read, item), each in pairs])

    return structure


def _mapping(converter: Converter, kind: Any) -> Callable[[Any, Any], Any]:
    item = get_args(kind)[1]
    read = converter.get_structure_hook(item)
    return lambda value, _: {name: read(each, item) for name, each in _exactly(value, dict).items()}
