"""
Titles of problems, by code, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LOCALES", "TITLES", "title_of"]

LOCALES = ("zh", "en")

TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # --- of the request ---
        "malformed-json": ("请求体不是合法的 JSON", "The body is not valid JSON"),
        "idempotency-key-missing": ("缺少 Idempotency-Key 请求头", "The header Idempotency-Key is missing"),
        "unauthenticated": ("没有有效的 API 密钥", "There is no valid API key"),
        "unsigned": ("消息没有有效的签名", "The message has no valid signature"),
        "scope-missing": ("这个密钥没有所需的权限范围", "The key lacks the scope"),
        "host-only": ("只有宿主的密钥可以这样说", "Only a key of the host may say this"),
        "not-found": ("没有找到", "Not found"),
        "method-not-allowed": ("这个地址不支持该方法", "The address does not take this method"),
        "too-large": ("请求体过大", "The body is too large"),
        "unsupported-media-type": ("请求体须为 application/json", "The body must be application/json"),
        "invalid-request": ("请求有误", "The request has mistakes"),
        "key-reused": ("这个幂等键已用于另一次请求", "The idempotency key belongs to another request"),
        "too-many-requests": ("请求过于频繁", "Too many requests"),
        "too-many-tries": ("试错次数过多", "Too many wrong codes"),
        # --- of the mall ---
        "busy": ("系统繁忙，请用同一个幂等键重试", "Busy; try again with the same key"),
        "unknown-outcome": ("结果未知，请用同一个幂等键再问", "The outcome is not known; ask again with the same key"),
        "campaign-failed": ("活动出了故障，没有任何记账", "The campaign is broken; nothing was booked"),
        "clock-ahead": ("服务器时钟有误，暂停判定", "The server's clock is wrong; nothing is decided"),
        "storage-failed": ("数据库暂不可用", "The database is not available"),
        "failed": ("服务器出了错", "The server failed"),
        # --- refusals ---
        "refused": ("未通过", "Refused"),
        "not-open": ("现在没有开放", "Not open now"),
        "blocked": ("暂时无法办理", "Not possible at the moment"),
        "not-eligible": ("不符合条件", "Not eligible"),
        "limit-reached": ("已达上限", "Limit reached"),
        "out-of-stock": ("库存不足", "Out of stock"),
        "insufficient-points": ("积分不足", "Not enough points"),
        "budget-exhausted": ("活动预算已用完", "The budget is used up"),
        "voucher-refused": ("券不可用", "The voucher can't be used"),
        "hold-closed": ("订单已结束", "The deal has ended"),
    }
)
"""By code: Chinese, English."""


def title_of(code: str, locale: str) -> str:
    """The title in the language of *locale*; empty for a code of a host's own refusal."""
    return TITLES.get(code, ("", ""))[LOCALES.index(locale)]
