"""Faults in the documentation, and in what builds it."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["DOCS"]

_SITE = "tests/docs/test_site.py::"
_PATH = "tests/docs/test_product_path.py::"

DOCS = (
    Fault(
        name="docs-dead-link",
        promise="no link of the built documentation is dead",
        tests=(f"{_SITE}test_no_link_is_dead",),
        edits=(Edit("docs/quickstart.md", "(hosting.md), in the order", "(hosting.md#nowhere), in the order"),),
    ),
    Fault(
        name="docs-titled-blocks-as-text",
        promise="a block of code with a file's name is shown as code",
        tests=(f"{_SITE}test_pages_load_nothing_from_elsewhere_and_code_is_code",),
        edits=(Edit("tests/docs/site/hooks.py", "return _TITLED.sub(_shown, text)", "return text"),),
    ),
    Fault(
        name="docs-search-without-chinese",
        promise="the search finds a Chinese word anywhere in a text",
        tests=(f"{_SITE}test_a_search_finds_words_of_both_languages[inside-a-word]",),
        edits=(Edit("docs/theme/search.js", "if (CHINESE.test(word)) return text.indexOf(word);", ""),),
    ),
    Fault(
        name="docs-glossary-without-pinyin",
        promise="the glossary is sorted by the sound of its Chinese words",
        tests=(f"{_SITE}test_the_glossary_is_sorted_in_both_languages",),
        edits=(Edit("tests/docs/site/glossary.py", '" ".join(lazy_pinyin(chinese)).lower()', "chinese"),),
    ),
    Fault(
        name="docs-llms-without-pages",
        promise="llms-full.txt holds every page",
        tests=(f"{_SITE}test_the_texts_for_assistants_hold_every_page",),
        edits=(Edit("tests/docs/site/assistants.py", "for page in nav.pages]", "for page in nav.pages[1:]]"),),
    ),
    Fault(
        name="docs-path-untrue",
        promise="each command of the product team's path answers what the page shows",
        tests=(f"{_PATH}test_the_path_does_what_it_says",),
        edits=(Edit("docs/product/into-force.md", "evening-latte.quota.latte  +3", "evening-latte.quota.latte  +4"),),
    ),
    Fault(
        name="upgrade-ignores-environment",
        promise="`quanyi db upgrade` finds the database in QUANYI_DB",
        tests=("tests/cli/test_books.py::test_upgrade_finds_the_database_in_the_environment",),
        edits=(Edit("adapters/cli/db.py", 'books.url or os.environ.get("QUANYI_DB")', "books.url"),),
    ),
)
