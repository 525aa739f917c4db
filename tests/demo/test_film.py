"""The demo's short film: on the page of the voucher that it is about, small, with words for who can't see or hear it."""

from __future__ import annotations

import re
import struct

import pytest

from quanyi.demo_app.film import film_of
from tests.adapters.reading import said

LATTE = "/mall/items/coffee-corner/latte"
KINDS = {"webm": "video/webm", "webp": "image/webp", "vtt": "text/vtt"}


@pytest.mark.parametrize(("lang", "title"), [("zh", "到店怎么用"), ("en", "How to use it in the shop")])
def test_a_voucher_shows_how_it_is_used(client_of, lang, title):
    """The film waits until it is asked for, and everything that it names is there and light."""
    client = client_of("lin")
    page = client.get(f"{LATTE}?lang={lang}").text
    video = re.search(r"<video.*?</video>", page, re.DOTALL)[0]
    files = dict.fromkeys(re.findall(r'(?:src|poster)="([^"]+)"', video))

    assert title in said(page)
    assert 'preload="none"' in video
    assert "autoplay" not in video
    assert sorted(name.rpartition(".")[2] for name in files) == ["vtt", "vtt", "webm", "webp"]
    for name in files:
        with client.get(name) as answer:
            assert (answer.status_code, answer.mimetype) == (200, KINDS[name.rpartition(".")[2]]), name
            assert len(answer.data) < 20_000, name


def test_a_film_says_how_long_it_is():
    """So that players show it before it has been played."""
    film = film_of([(0, True, b"first"), (83, False, b"second")], 480, 320, 6000)

    assert film.startswith(b"\x1a\x45\xdf\xa3")
    assert struct.unpack(">d", film.partition(b"\x44\x89")[2][8:16]) == (6000.0,)
    assert film.endswith(b"\x81" + struct.pack(">hB", 83, 0) + b"second")


@pytest.mark.browser
def test_the_film_plays(page_of):
    """In a browser, from the page, under its content policy."""
    page = page_of("lin")
    page.goto(LATTE)
    played = page.evaluate(
        """async () => {
          const video = document.querySelector("video");
          video.muted = true;
          await video.play();
          await new Promise((done) => video.addEventListener("timeupdate", () => video.currentTime > 0.3 && done()));
          return [video.duration, video.videoWidth, video.videoHeight, video.textTracks.length, video.error];
        }"""
    )

    assert played == [6, 480, 270, 2, None]
