"""Sell or exchange: a limited number of things, for points, money or both, with a hold."""

from quanyi.entitlements.plays.sale.model import Coupon, Hold, Late, Offset, Price, Refund, Sale

__all__ = ["Coupon", "Hold", "Late", "Offset", "Price", "Refund", "Sale"]
