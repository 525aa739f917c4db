"""
quanyi (权益): digital entitlements and campaigns inside your own product.

The dozen names that a host needs. Each is loaded when it is first used, so that
`import quanyi` costs next to nothing and pulls in neither database nor web framework.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quanyi.adapters.api import init_api
    from quanyi.adapters.clock import FixedClock
    from quanyi.adapters.console import Operator, init_console
    from quanyi.adapters.sql.engine import prepare_engine
    from quanyi.adapters.sql.migrate import upgrade
    from quanyi.adapters.suppliers.callbacks import init_callbacks
    from quanyi.adapters.vault import KeyRing, SealingVault
    from quanyi.adapters.web import init_app
    from quanyi.adapters.wiring import OpenMall, open_mall
    from quanyi.adapters.worker import Pauses, Worker
    from quanyi.campaigns.catalogue.query import OfferQuery
    from quanyi.entitlements.errors import (
        Blocked,
        BudgetExhausted,
        Busy,
        CampaignFailed,
        CampaignFileError,
        ClockAhead,
        Conflict,
        DataError,
        HoldClosed,
        InputError,
        InsufficientPoints,
        KeyReused,
        LimitReached,
        LockTimeout,
        NotEligible,
        NotFound,
        NotOpen,
        Outdated,
        OutOfStock,
        QuanyiError,
        Refused,
        StorageError,
        SupplierError,
        TransactionLost,
        Unknown,
        VoucherRefused,
    )

__all__ = [
    "Blocked",
    "BudgetExhausted",
    "Busy",
    "CampaignFailed",
    "CampaignFileError",
    "ClockAhead",
    "Conflict",
    "DataError",
    "FixedClock",
    "HoldClosed",
    "InputError",
    "InsufficientPoints",
    "KeyReused",
    "KeyRing",
    "LimitReached",
    "LockTimeout",
    "NotEligible",
    "NotFound",
    "NotOpen",
    "OfferQuery",
    "OpenMall",
    "Operator",
    "OutOfStock",
    "Outdated",
    "Pauses",
    "QuanyiError",
    "Refused",
    "SealingVault",
    "StorageError",
    "SupplierError",
    "TransactionLost",
    "Unknown",
    "VoucherRefused",
    "Worker",
    "init_api",
    "init_app",
    "init_callbacks",
    "init_console",
    "open_mall",
    "prepare_engine",
    "upgrade",
]

__version__ = "0.1.0"

_ERRORS = "quanyi.entitlements.errors"
_HOMES = MappingProxyType(
    {
        "FixedClock": "quanyi.adapters.clock",
        "KeyRing": "quanyi.adapters.vault",
        "OfferQuery": "quanyi.campaigns.catalogue.query",
        "OpenMall": "quanyi.adapters.wiring",
        "Operator": "quanyi.adapters.console",
        "Pauses": "quanyi.adapters.worker",
        "SealingVault": "quanyi.adapters.vault",
        "Worker": "quanyi.adapters.worker",
        "init_api": "quanyi.adapters.api",
        "init_app": "quanyi.adapters.web",
        "init_callbacks": "quanyi.adapters.suppliers.callbacks",
        "init_console": "quanyi.adapters.console",
        "open_mall": "quanyi.adapters.wiring",
        "prepare_engine": "quanyi.adapters.sql.engine",
        "upgrade": "quanyi.adapters.sql.migrate",
    }
)
_FOLDERS = frozenset(f"quanyi.{name}" for name in ("entitlements", "campaigns", "adapters"))


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'quanyi' has no attribute {name!r}")
    value = getattr(_load(_HOMES.get(name, _ERRORS)), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _load(module: str) -> object:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name not in _FOLDERS:
            raise
        raise ImportError(
            f"{error.name} is missing: the folder quanyi/ of a checkout holds links to the folders "
            "beside it. Clone with links enabled (git config core.symlinks true), or install a wheel."
        ) from error
