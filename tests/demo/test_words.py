"""Chinese and English are equal: the same texts in both, and no page speaks the other one."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from quanyi.adapters.words import Words, catalogue
from quanyi.demo_app.words import texts
from quanyi.entitlements.messages.spacing import spaced

HAN = re.compile(r"[\u4e00-\u9fff]")
SLOT = re.compile(r"\{(\w+)")
# What may stand on a Chinese page: the other language's name, our own name, what one types.
LATIN_ALLOWED = re.compile(r"\bEnglish\b|\bquanyi\b|\bUTC\+8\b")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
# An order's number, and a group of four of an invitation code: any letters may meet in them.
NUMBER = re.compile(r"[0-9a-z-]+( [0-9a-z-]{1,4})*|[0-9A-Z]{4}")

PAGES = (
    "/",
    "/sign-in",
    "/me",
    "/works/tide-letters",
    "/works/salt-atlas",
    "/chapters/salt-3",
    "/chapters/salt-4",
    "/mall/",
    "/mall/items/coffee-corner/latte",
    "/mall/items/evening-sale/cinema_20",
    "/mall/items/weekend-market/music_month",
    "/mall/items/spring-opening/latte",
    "/mall/items/gold-evening/gold_lounge",
    "/mall/items/long-evenings/film_month",
    "/mall/items/points-and-cash/game_card",
    "/mall/sales?tab=now",
    "/mall/sales?tab=soon",
    "/mall/sales?tab=past",
    "/mall/entitlements",
    "/mall/entitlements?phase=used",
    "/mall/entitlements?phase=expired",
    "/mall/points",
    "/mall/points?way=out",
    "/mall/points?unit=sparks",
    "/mall/deals",
    "/mall/messages",
    "/mall/streaks/daily-check-in",
    "/mall/streaks/reading-weeks",
    "/mall/tasks",
    "/mall/invites",
    "/mall/items/spring-box/spring_pass",
    "/mall/items/story-night/night_lamp",
    "/tour/bundle",
    "/tour",
    "/mall/nowhere",
    "/nowhere",
    "/join",
    "/join/NOPE",
)


@pytest.mark.parametrize("of", [catalogue, texts], ids=["mall", "product"])
def test_both_languages_have_the_same_texts_with_the_same_values(of):
    """A key, or a value in a text, that only one language has is a hole."""
    zh, en = of("zh"), of("en")

    assert set(zh) == set(en)
    # A date may leave its year out, and English says the unit where Chinese needs none, and has no measures and fewer verbs.
    assert not {
        code for code in zh if not set(SLOT.findall(zh[code])) <= {*SLOT.findall(en[code]), "act", "measure", "unit"}
    }
    assert not [text for text in zh.values() if ENGLISH.search(said_in(text))]
    assert not [text for text in en.values() if HAN.search(text) and text != "中文"]


WINCES = re.compile(
    r"""
      \d{4}-\d\d-\d\dT | [¥$]0(\.00)?(?![\d.]) | \bNone\b | \b1\ (points|days|hours|pieces)\b
    | \b[a-z]+_[a-z0-9_]+\b | insufficient-points | limit-reached | not-open | \brisk | lorem | undefined | [{}] | \w'\w | [a-z]"
    """,
    re.VERBOSE,
)


@pytest.mark.parametrize("user", ["lin", "zhou", "chen", "mo"])
def test_no_page_speaks_the_other_language(client_of, user):
    """Not in a sentence, not in a name, not in a title on hovering."""
    client = client_of(user)

    for path in PAGES:
        zh, en = (spoken(client.get(in_language(path, lang), follow_redirects=True).text) for lang in ("zh", "en"))
        assert [text for text in zh if ENGLISH.search(LATIN_ALLOWED.sub("", text))] == [], path
        assert [text for text in en if HAN.search(text) and text != "中文"] == [], path


@pytest.mark.parametrize("user", ["lin", "zhou", "chen", "mo"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_on_a_page_makes_one_wince(client_of, user, lang):
    """No machine date, no free money, no None, no 1 points, no code of a refusal, nobody's risk."""
    client = client_of(user)

    found = {
        path: WINCES.search(" · ".join(spoken(client.get(in_language(path, lang), follow_redirects=True).text)))
        for path in PAGES
    }
    assert not {path: hit.group() for path, hit in found.items() if hit}


@pytest.mark.parametrize("user", ["lin", "zhou", "chen", "mo"])
def test_chinese_pages_keep_the_rule_of_spaces(client_of, user):
    """Numbers and Latin words stand apart from 汉字, dates do not: docs/texts.md."""
    client = client_of(user)

    for path in PAGES:
        said = spoken(client.get(in_language(path, "zh"), follow_redirects=True).text)
        assert [text for text in said if spaced(text) != text] == [], path


def test_words_follow_their_numbers():
    """One point, two points; thousands stand apart."""
    words = Words("en", {"left": "{n} {n|day|days} left"})

    assert [words("left", n=n) for n in (1, 2, 1200)] == ["1 day left", "2 days left", "1,200 days left"]


def test_a_text_without_its_value_is_an_error():
    """A hole in a sentence is never shown."""
    with pytest.raises(KeyError):
        Words("zh")("offer.few", n=3)


def said_in(text: str) -> str:
    """A text without its values, and without what may be Latin."""
    return LATIN_ALLOWED.sub("", re.sub(r"\{[^}]*\}", "", text))


def in_language(path: str, lang: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"


class Spoken(HTMLParser):
    """Collects what a page says: text, titles, labels."""

    SILENT = frozenset({"script", "style", "svg", "code"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hushed = 0

    def handle_starttag(self, tag, attrs):
        self._hushed += tag in self.SILENT
        named = dict(attrs)
        self.said += [named[name] for name in ("title", "aria-label", "placeholder", "alt") if named.get(name)]

    def handle_endtag(self, tag):
        self._hushed -= tag in self.SILENT

    def handle_data(self, data):
        if data.strip() and not self._hushed and not NUMBER.fullmatch(data.strip()):
            self.said.append(data.strip())


def spoken(html: str) -> list[str]:
    parser = Spoken()
    parser.feed(html)
    return parser.said
