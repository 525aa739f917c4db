"""Suppliers over HTTP: connectors that are driven by a description, and the call-backs that suppliers send."""

from quanyi.adapters.suppliers.connector import HttpSupplier, secrets_from
from quanyi.adapters.suppliers.exchange import Reach
from quanyi.adapters.suppliers.nonces import MemoryNonces, Nonces
from quanyi.campaigns.project.suppliers import load_supplier, load_suppliers

__all__ = ["HttpSupplier", "MemoryNonces", "Nonces", "Reach", "load_supplier", "load_suppliers", "secrets_from"]
