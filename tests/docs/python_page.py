"""
The page of the Python API, made from signatures and docstrings.

    python -m tests.docs.python_page     # writes docs/reference/python.md
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

import quanyi
from quanyi import FixedClock, OpenMall, QuanyiError
from quanyi.adapters.api import ReportedEvent, WebhookSource
from quanyi.adapters.console import Operator
from quanyi.adapters.desk import OpenDesk
from quanyi.adapters.jobs import Job
from quanyi.adapters.openfeature import EntitlementProvider
from quanyi.adapters.outbox import CloudEvent, Relay
from quanyi.adapters.suppliers import HttpSupplier, Reach
from quanyi.adapters.telemetry import Telemetry
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.webhooks.job import WebhookOptions
from quanyi.adapters.worker import Pauses, Worker
from quanyi.campaigns.batch import Batch
from quanyi.campaigns.catalogue.query import OfferQuery
from quanyi.campaigns.figures.figures import Figures, FiguresRow
from quanyi.campaigns.offers import OfferPage
from quanyi.campaigns.project.release import Applied
from quanyi.campaigns.views import EntitlementView, Purse, Wallet
from quanyi.entitlements.inputs import Decision, Receipt
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.ports import Clock, Entry, Facts, Ids, Vault
from quanyi.entitlements.supply.port import (
    AccountAnswer,
    Callback,
    CallbackRefused,
    CataloguePage,
    Order,
    Product,
    Supplier,
)
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Unknown

__all__ = ["PAGE", "python_page"]

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "python.md"

_HEAD = """# Python

Made from signatures and docstrings by `python -m tests.docs.python_page`; a test holds it current. How the calls are
used together is shown in [the quickstarts](../quickstart.md); what a host must know about its transactions,
keys and processes in [hosting](../hosting.md).

Amounts are whole numbers of a unit's smallest part. Instants carry a zone. Every write takes a `key`: the same call
with the same key is answered with the first receipt.
"""
_DESK = """What operators do is at `mall.desk`. A batch and a mall inside the host's transaction have `adjust`,
`grant`, `import_codes`, `find_deals`, `note_act`, `act`, `acts` and `person_data` at their desks; the other calls commit by themselves.
"""
_SUPPLIERS = """What a connector is asked and says, see [suppliers](../suppliers.md). These names are in `quanyi.entitlements.supply.port` and
`quanyi.entitlements.supply.replies`.
"""
_OPENING = ("open_mall", "prepare_engine", "upgrade", "init_app", "init_console", "init_api", "init_callbacks")
_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns):\s*$")
_ITEM = re.compile(r"^ {4}(\w[\w*, ]*)(?: \([^)]*\))?: (.*)$")


def python_page() -> str:
    """The page as Markdown."""
    parts = [_HEAD, "## Opening a mall\n"]
    parts += [_function(getattr(quanyi, name), name) for name in _OPENING]
    parts += [
        "## The mall\n",
        *_methods(OpenMall),
        "## The desk of operators\n",
        _DESK,
        *_methods(OpenDesk),
        "## Several writes in one commit\n",
        *_class(Batch),
    ]
    parts += ["## What is answered\n"]
    for cls in (
        Receipt,
        Decision,
        EntitlementView,
        Offer,
        OfferPage,
        Purse,
        Wallet,
        Entry,
        Figures,
        FiguresRow,
        Applied,
        CloudEvent,
    ):
        parts += _class(cls)
    parts += ["## What a host may pass in\n"]
    ports = (Clock, FixedClock, Facts, Ids, Vault, KeyRing, SealingVault)
    links = (WebhookOptions, WebhookSource, ReportedEvent, Telemetry, EntitlementProvider, HttpSupplier, Reach)
    for cls in (OfferQuery, Operator, *ports, Relay, Worker, Pauses, Job, *links):
        parts += _class(cls)
    parts += ["## Suppliers\n", _SUPPLIERS]
    replies = (Accepted, Delivered, Refused, Busy, Absent, Unknown)
    for cls in (Supplier, Order, *replies, Product, CataloguePage, AccountAnswer, Callback, CallbackRefused):
        parts += _class(cls)
    parts += ["## Exceptions\n", *_exceptions()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _methods(cls: type) -> Iterator[str]:
    names = sorted(name for name, _ in inspect.getmembers(cls, _told) if not name.startswith("_"))
    for name in names:
        found = inspect.getattr_static(cls, name)
        yield _property(found, name) if isinstance(found, property) else _function(getattr(cls, name), name)


def _told(member: Any) -> bool:
    return inspect.isfunction(member) or isinstance(member, property)


def _class(cls: type) -> Iterator[str]:
    yield f"### {cls.__name__}\n\n{_prose(inspect.getdoc(cls) or '')}\n"
    if attrs.has(cls) and not issubclass(cls, BaseException):
        fields = ", ".join(f"`{field.name}`" for field in attrs.fields(cls) if not field.name.startswith("_"))
        yield f"Fields: {fields}.\n"
    for name, member in vars(cls).items():
        if name.startswith("_") or not (_told(member) or isinstance(member, classmethod)):
            continue
        yield _property(member, name) if isinstance(member, property) else _function(getattr(cls, name), name)


def _function(function: Any, name: str) -> str:
    signature = str(_said(inspect.signature(function))).replace("(self, ", "(").replace("(self)", "()")
    return f"#### {name}\n\n```python\n{name}{signature}\n```\n\n{_prose(inspect.getdoc(function) or '')}\n"


class _Word(str):
    """A type as it is written, without quotes around it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _said(signature: inspect.Signature) -> inspect.Signature:
    words = {name: _word(parameter.annotation) for name, parameter in signature.parameters.items()}
    parameters = [
        parameter.replace(annotation=words[name], default=_default(parameter.default))
        for name, parameter in signature.parameters.items()
    ]
    return signature.replace(parameters=parameters, return_annotation=_word(signature.return_annotation))


def _default(value: Any) -> Any:
    """A default as it is written: a function by its name, what only marks that nothing was given as dots."""
    if value is inspect.Parameter.empty or " at 0x" not in repr(value):
        return value
    return _Word(getattr(value, "__name__", "…"))


def _word(annotation: Any) -> Any:
    return _Word(annotation) if isinstance(annotation, str) else annotation


def _property(found: property, name: str) -> str:
    return f"#### {name}\n\n{_prose(inspect.getdoc(found) or '')}\n"


def _exceptions() -> Iterator[str]:
    yield "| exception | code | means |\n|---|---|---|"
    for cls in _tree(QuanyiError):
        first = (inspect.getdoc(cls) or "").split("\n\n")[0].replace("\n", " ")
        code = f"`{cls.code}`" if "code" in vars(cls) else ""
        yield f"| `{cls.__name__}` | {code} | {_inline(first)} |"


def _tree(cls: type[Any]) -> Iterator[type[Any]]:
    yield cls
    for inner in cls.__subclasses__():
        if inner.__module__ == QuanyiError.__module__:
            yield from _tree(inner)


# --- docstrings as Markdown --------------------------------------------------------------------


def _prose(text: str) -> str:
    """Paragraphs as they are; what is listed under Args and the like as a list; examples as code."""
    lines: list[str] = []
    for line in text.splitlines():
        section, item = _SECTION.match(line), _ITEM.match(line)
        if section:
            lines += [f"*{section[1]}*", ""]
        elif item:
            lines.append(f"- `{item[1]}`: {_inline(item[2])}")
        else:
            lines.append(_inline(line) if not line.startswith("    ") else f"  {_inline(line.strip())}")
    return "\n".join(_examples(lines))


def _examples(lines: Iterable[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        if line.startswith(">>> ") and not inside:
            inside = True
            yield "```pycon"
        elif inside and not line.strip():
            inside = False
            yield "```"
        yield line
    if inside:
        yield "```"


def _inline(text: str) -> str:
    return text.replace("``", "`")


if __name__ == "__main__":
    PAGE.write_text(python_page(), encoding="utf-8")
