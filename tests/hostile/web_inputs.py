"""Hostile requests to the mall's pages, each with the one answer that is right."""

from __future__ import annotations

__all__ = ["GETS", "POSTS", "SHELF", "SIGHTS"]

NUL, BIDI, WIDE, HALF = "%00", "%E2%80%AE", "%E2%80%8B", "%ED%A0%80"
LONG, NINES = "a" * 1_000_000, "9" * 400
SHELF = "/mall/items/shelf/tea"
TILL = "/mall/items/cash/tea"
STREAK = "/mall/streaks/days"
SIGHTS = (
    "",
    "sales",
    "deals",
    "entitlements",
    "points",
    "messages",
    "tasks",
    "invites",
    "streaks/days",
    "items/shelf/tea",
)

GETS = {
    # what goes into url_for
    **{f"/mall/points?{name}=x": 200 for name in ("_method", "endpoint", "_anchor", "_scheme", "self", "values", "")},
    "/mall/?_method=POST": 200,
    "/mall/?_external=1&_scheme=javascript": 200,
    "/mall/sales?endpoint=x&tab=now": 200,
    f"{SHELF}?campaign=other&item=else": 200,
    f"{STREAK}?campaign=other": 200,
    # a place in a list
    **{
        f"/mall/points?before={text}": 404
        for text in ("9" * 20, NINES, "-1", "0", "1.5", "1e600000", "abc", "", NUL, "²")
    },
    "/mall/points?before=1_0": 404,
    "/mall/points?before=1": 200,
    f"/mall/points?before={10**18 - 1}": 200,
    f"/mall/points?before={10**18}": 404,
    f"/mall/points?before={2**63}": 404,
    "/mall/points?before=5&before=x": 200,
    "/mall/points?unit=gold": 404,
    f"/mall/points?unit={NUL}": 200,
    f"/mall/points?unit={LONG}": 200,
    "/mall/points?way=sideways": 200,
    # months
    **{
        f"{STREAK}?month={text}": 404
        for text in ("9999-12", "0001-01", "0000-00", "2026-13", "2026-00", "2026-1", "2026-W01", "x", NINES, "3000-01")
    },
    f"{STREAK}?month=2026-03%00": 404,
    f"{STREAK}?month=1900-01": 200,
    f"{STREAK}?month=2999-12": 200,
    f"{STREAK}?month=": 200,
    # filters
    f"/mall/?category={LONG}": 200,
    f"/mall/?category={NUL}": 200,
    "/mall/?category=%3Cscript%3E": 200,
    f"/mall/things?q={LONG}": 200,
    f"/mall/things?q={NUL}&category={NUL}": 200,
    "/mall/things?q=%ff%fe&sort=%00&form=__class__&mine=yes": 200,
    f"/mall/things?at={LONG}": 200,
    "/mall/things?at=WzAsMCwwLDAsIngiLDBd": 200,
    "/mall/sales?tab=now&at=%2e%2e%2f": 200,
    "/mall/sales?tab=past&tab=now": 200,
    f"/mall/sales?tab={BIDI}": 200,
    "/mall/entitlements?phase=__class__": 200,
    f"/mall/entitlements?q={LONG}": 200,
    f"/mall/entitlements?q={HALF}{BIDI}{WIDE}": 200,
    "/mall/?lang=../../etc/passwd": 200,
    f"/mall/?lang={LONG}": 200,
    # what names a thing
    **{
        f"/mall/deals/{text}": 404
        for text in ("x", NUL, BIDI, WIDE, HALF, NINES, "a" * 5000, "..%2f..%2fetc", "%F0%9F%8E%81")
    },
    **{f"/mall/entitlements/{text}": 404 for text in ("x", NUL, HALF, "a" * 5000, "%0d%0aSet-Cookie:a")},
    **{f"/mall/items/shelf/{text}": 404 for text in ("x", NUL, "__class__", "a" * 5000)},
    f"/mall/items/{NUL}/tea": 404,
    f"/mall/items/{NUL}/tea/calendar.ics": 404,
    f"{SHELF}/calendar.ics": 404,
    f"/mall/streaks/{NUL}": 404,
    "/mall/streaks/shelf": 404,
    # what is not there
    "/mall/nothing/at/all": 404,
    f"/mall/{NUL}": 404,
    "/mall/%2e%2e/%2e%2e/etc/passwd": 404,
    "/mall/static/nothing.css": 404,
    "/mall/static/../setup.py": 404,
    "/mall/static/%2e%2e%2fsetup.py": 404,
    f"/mall/static/{NUL}": 404,
    "/mall/items/shelf/tea/remind": 405,
    "/mall/deals/x/cancel": 405,
    "/mall/messages/read": 405,
}

TOKEN = {"token": "t"}
FULL = {**TOKEN, "qty": "1"}

POSTS = [
    # the form of an offer
    *[
        (TILL, {**FULL, "offset": text}, 422)
        for text in (
            "1e600000",
            "-1",
            "1e-9",
            "NaN",
            "Infinity",
            "0x10",
            "1" * 4000,
            "１",
            "1_0",
            "1\x000",
            "10" * 20,
        )
    ],
    *[
        (SHELF, {**TOKEN, "qty": text}, 422)
        for text in ("0", "-1", "1e9", "²", "9" * 5000, "", "1.0", "0x1", "many", "一")
    ],
    (SHELF, {**TOKEN, "qty": ["2", "1"]}, 422),
    (TILL, {**FULL, "code": "NOPE"}, 409),
    (TILL, {**FULL, "code": "\x00\u202e\u200b"}, 409),
    (TILL, {**FULL, "code": "x" * 5000}, 409),
    *[(SHELF, {"qty": "1", "token": text}, 404) for text in ("", " ", "\x00", "a" * 65, "a/b", "é", "\u202e")],
    (SHELF, {}, 404),
    ("/mall/items/shelf/none", FULL, 404),
    # a body that is too large
    (SHELF, {**FULL, "code": "x" * 1_000_000}, 413),
    (SHELF, {f"f{n}": "x" * 50 for n in range(2000)}, 413),
    ("/mall/streaks/days/makeup", {**TOKEN, "day": "9" * 100_000}, 413),
    # days to make up
    *[
        ("/mall/streaks/days/makeup", {**TOKEN, "day": text}, 404)
        for text in ("0001-01-01", "9999-12-31", "3000-01-01", "x", "2026-02-30", "1e9", "9" * 400, "0000-00-00")
    ],
    ("/mall/streaks/days/makeup", {**TOKEN, "day": "1970-01-01"}, 409),
    ("/mall/streaks/days/makeup", {"day": "2026-03-19"}, 404),
    ("/mall/streaks/none/makeup", {**TOKEN, "day": "2026-03-19"}, 404),
    # the rest
    ("/mall/deals/none/cancel", {}, 404),
    (f"/mall/deals/{NUL}/cancel", {}, 404),
    ("/mall/deals/none/choose", {**TOKEN, "part": "x", "choice": ["a"] * 300}, 404),
    ("/mall/entitlements/none", TOKEN, 404),
    ("/mall/invites/none/code", {}, 404),
    (f"/mall/invites/{NUL}/code", {}, 404),
    ("/mall/messages/wanted", {"wanted": "\x00"}, 404),
    ("/mall/points", {}, 405),
    ("/mall/", {}, 405),
    ("/mall/nothing", {}, 404),
]
