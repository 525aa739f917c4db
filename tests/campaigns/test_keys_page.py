"""The page of keys says what the models say."""

from pathlib import Path

from quanyi.campaigns.project.reference import PAGE, keys_page

ROOT = Path(__file__).parents[2]


def test_the_page_of_keys_is_current():
    """Made again, it is the same; and no key stands without a word about it."""
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    silent = [line for line in page.splitlines() if line.startswith("| `") and line.endswith(("|  |", "| `` |"))]

    assert page == keys_page()
    assert silent == []
