"""Sell or exchange: a limited number of things, for points, money or both, with a hold."""

from quanyi.entitlements.plays.sale.model import Hold, Late, Price, Sale

__all__ = ["Hold", "Late", "Price", "Sale"]
