"""
The suppliers of a mall project, each as a connector that is ready to be called.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quanyi.adapters.suppliers.connector import HttpSupplier
from quanyi.campaigns.project.suppliers import load_suppliers

__all__ = ["open_suppliers"]


def open_suppliers(
    folder: str | Path, environment: Mapping[str, str] | None = None, **options: Any
) -> dict[str, HttpSupplier]:
    """
    A connector for each file of ``suppliers/`` in the mall project *folder*, by the supplier's name.

    Give it to `open_mall` as ``suppliers=open_suppliers("mall")``, with connectors of your own beside it:
    ``{**open_suppliers("mall"), "acme": Acme()}``.

    Args:
        environment: Where the secrets are that the files name; the process's own environment unless given.
        options: Further arguments of `HttpSupplier`: ``reach`` for suppliers in a private network, ``clock``.

    Raises:
        CampaignFileError: A file has mistakes; all of them.
        InputError: A secret is missing.
    """
    found = load_suppliers(folder)
    return {name: HttpSupplier.of(described, environment, **options) for name, described in found.items()}
