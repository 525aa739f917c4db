"""
Numbers and money as people read them: thousands apart, a currency by its sign.
"""

from __future__ import annotations

__all__ = ["grouped", "money_text", "number_text"]

_SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$", "TWD": "NT$"}


def grouped(value: object) -> str:
    """
    A whole number with its thousands apart; anything else as it is.

    >>> grouped(1200), grouped("1200")
    ('1,200', '1200')
    """
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def number_text(value: int, scale: int = 0) -> str:
    """
    A number in its smallest parts, for reading.

    >>> number_text(-123456), number_text(123450, 2)
    ('−123,456', '1,234.50')
    """
    whole, part = divmod(abs(value), 10**scale)
    text = grouped(whole) + (f".{part:0{scale}d}" if scale else "")
    return f"−{text}" if value < 0 else text


def money_text(value: int, currency: str, scale: int) -> str:
    """
    Money with its sign; whole amounts without places. A currency without a sign is named by its three letters.

    >>> money_text(990, "CNY", 2), money_text(2500, "CNY", 2), money_text(2500, "CHF", 2)
    ('¥9.90', '¥25', 'CHF 25')
    """
    text = number_text(value, scale)
    if scale and not value % 10**scale:
        text = text.partition(".")[0]
    return f"{_SYMBOLS.get(currency, currency + ' ')}{text}"
