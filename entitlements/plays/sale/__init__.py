"""Sell or exchange: a limited number of things, for points, money or both, with a hold."""

from quanyi.entitlements.plays.sale.play import Sale
from quanyi.entitlements.plays.sale.terms import Coupon, Hold, Late, Offset, Price, Refund

__all__ = ["Coupon", "Hold", "Late", "Offset", "Price", "Refund", "Sale"]
