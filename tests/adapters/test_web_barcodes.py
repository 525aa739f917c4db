"""Codes for the counter, read back as a scanner does."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from quanyi.adapters.web.barcodes import bar_code
from tests.adapters.test_web_rights import buy, opened, page  # noqa: F401  (a fixture)

HIGH, TIMES = 40, 3


def scanned(html: str) -> list[str]:
    """What a scanner reads of the bar codes on a page, drawn three pixels a module."""
    return [text for svg in re.findall(r"<svg[^>]*crispEdges.*?</svg>", html) for text in _read(svg)]


def _read(svg: str) -> list[str]:
    width = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    row = bytearray(b"\xff" * width * TIMES)
    for at, wide in re.findall(r"M(\d+) 0h(\d+)v", svg.rpartition("<path")[2]):
        row[int(at) * TIMES : (int(at) + int(wide)) * TIMES] = bytes(int(wide) * TIMES)
    image = memoryview(bytes(row) * HIGH).cast("B", shape=[HIGH, width * TIMES])
    return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("text", ["A", "0123456789", "ABCD-1234-efgh", "dk7q0m2zpx4v8n1c6b3t5r9w", "~ x!"])
def test_a_bar_code_says_what_it_was_made_of(text):
    assert scanned(bar_code(text)) == [text]


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40))
def test_any_code_can_be_read_back(text):
    assert scanned(bar_code(text)) == [text]


def test_the_counter_has_a_bar_code_beside_the_qr_code(opened):  # noqa: F811
    """Of the number, where there is no card code."""
    mall, client = opened
    number = buy(mall, "soup")
    text = page(client, f"entitlements/{number}")

    assert scanned(text) == [number]
    assert "qy-qr" in text


def test_no_bar_code_of_a_card_code_before_it_is_asked_for(opened):  # noqa: F811
    mall, client = opened
    mall.desk.import_codes("slip", ["CCCC-2222-DDDD"], key="slips")
    number = buy(mall, "slip")
    before = page(client, f"entitlements/{number}")
    token = re.search(r'name="token" value="([^"]+)"', before)[1]
    after = client.post(f"/mall/entitlements/{number}", data={"token": token}).text

    assert scanned(before) == []
    assert scanned(after) == ["CCCC-2222-DDDD"]


def test_letters_without_a_bar_code_have_the_qr_code_alone(opened):  # noqa: F811
    mall, client = opened
    mall.desk.import_codes("slip", ["券-2222"], key="slips")
    number = buy(mall, "slip")
    token = re.search(r'name="token" value="([^"]+)"', page(client, f"entitlements/{number}"))[1]
    after = client.post(f"/mall/entitlements/{number}", data={"token": token}).text

    assert ("qy-bars" in after, "qy-qr" in after) == (False, True)
