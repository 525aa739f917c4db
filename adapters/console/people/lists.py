"""
Lists of people as operators paste or upload them: one person a line, with an amount of their own where it differs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

import attrs

__all__ = ["MOST_ROWS", "Row", "rows_in"]

MOST_ROWS = 5_000
"""How many people one list has at most."""

_HEADS = {"user", "user_id", "id", "用户", "用户id", "用户编号"}
_LONGEST = 200


@attrs.frozen(kw_only=True)
class Row:
    """
    One line of a list.

    Attributes:
        line: Where it stands, from 1.
        user: The host's id.
        amount: What was written behind it; empty for nothing.
        wrong: The code of what is wrong with it; empty for nothing.
    """

    line: int
    user: str
    amount: str = ""
    wrong: str = ""


def rows_in(text: str) -> list[Row]:
    r"""
    The rows of a list: CSV with commas, semicolons or tabs; empty lines and a line of titles are left out.

    >>> [(row.user, row.amount, row.wrong) for row in rows_in("user,amount\nann,50\nbob\nann,50\n,5")]
    [('ann', '50', ''), ('bob', '', ''), ('ann', '50', 'twice'), ('', '5', 'no_user')]
    """
    seen: set[str] = set()
    rows = []
    for row in _read(text):
        wrong = row.wrong or ("twice" if row.user in seen else "")
        seen.add(row.user)
        rows.append(attrs.evolve(row, wrong=wrong))
        if len(rows) > MOST_ROWS:
            break
    return rows


def _read(text: str) -> Iterator[Row]:
    plain = text.removeprefix("\ufeff").replace("\0", "").replace("，", ",")
    first = plain.partition("\n")[0]
    mark = next((each for each in ("\t", ";", ",") if each in first), ",")
    for number, cells in enumerate(csv.reader(StringIO(plain), delimiter=mark), 1):
        fields = [cell.strip() for cell in cells]
        if not any(fields) or (number == 1 and fields[0].lower() in _HEADS):
            continue
        user, amount = fields[0], fields[1] if len(fields) > 1 else ""
        wrong = "no_user" if not user or len(user) > _LONGEST or not user.isprintable() else ""
        yield Row(line=number, user=user[:_LONGEST], amount=amount[:40], wrong=wrong)
