"""
The demo's own short film, how a voucher is used in a shop: drawn and encoded by Chromium, put into a WebM file here.

    python -m quanyi.demo_app.film

writes the film and its poster into the demo's static folder. It needs Playwright and Chromium, as the pictures of the
README do. What it writes is this project's own, under its licence.
"""

from __future__ import annotations

import struct
from base64 import b64decode
from collections.abc import Iterable
from pathlib import Path
from shutil import which
from typing import Any

__all__ = ["film_of", "main"]

_WIDE, _HIGH, _SECONDS, _A_SECOND = 480, 270, 6, 12
_PAGE = "https://film.example/"
"""An address that is answered here: browsers encode on safe origins alone."""

_DRAWN = """
async ([wide, high, count, rate]) => {
  const canvas = new OffscreenCanvas(wide, high), pen = canvas.getContext("2d");
  const box = (x, y, w, h, r, fill) => { pen.fillStyle = fill; pen.beginPath(); pen.roundRect(x, y, w, h, r); pen.fill(); };
  const ease = (t, from, to) => { const s = Math.min(1, Math.max(0, (t - from) / (to - from))); return s * s * (3 - 2 * s); };
  const draw = (t) => {
    const size = high / 320;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    box(0, 0, wide, high, 0, "#f3e2c4");
    box(0, 250 * size, wide, high, 0, "#5f9aa6");
    pen.setTransform(size, 0, 0, size, (wide - 480 * size) / 2, 0);
    const x = 175, y = 330 - 310 * ease(t, 0, 0.9);
    box(x, y, 130, 250, 18, "#122a3a");
    box(x + 8, y + 12, 114, 226, 10, "#fffaf0");
    box(x + 18, y + 24, 94, 58, 8, "#c8705a");
    box(x + 28, y + 36, 46, 8, 4, "#fffaf0");
    box(x + 28, y + 52, 66, 6, 3, "#f7e3cf");
    const shown = ease(t, 1.7, 2.1);
    box(x + 18, y + 196, 94, 26, 13, shown > 0.5 ? "#b9b3a6" : "#0f5f66");
    if (t > 1.2 && t < 1.8) {
      pen.strokeStyle = "#0f5f66"; pen.lineWidth = 4; pen.globalAlpha = 1 - ease(t, 1.3, 1.8);
      pen.beginPath(); pen.arc(x + 65, y + 209, 8 + 30 * ease(t, 1.2, 1.8), 0, 7); pen.stroke(); pen.globalAlpha = 1;
    }
    pen.globalAlpha = shown;
    for (let n = 0; n < 81; n++) {
      const col = n % 9, row = Math.floor(n / 9), corner = (col < 3 && row < 3) || (col > 5 && row < 3) || (col < 3 && row > 5);
      if (corner || (n * 7919) % 5 < 2) box(x + 24 + col * 9.2, y + 94 + row * 9.2, 9.4, 9.4, 1, "#122a3a");
    }
    pen.globalAlpha = 1;
    const beam = ease(t, 2.9, 3.8);
    if (t > 2.7 && t < 4) { box(x - 30, y + 92 + 86 * beam, 190, 4, 2, "#d9822b"); }
    const done = ease(t, 4, 4.4);
    if (done > 0) {
      pen.globalAlpha = done; pen.fillStyle = "#2d7a57"; pen.beginPath(); pen.arc(x + 65, y + 136, 34 * done, 0, 7); pen.fill();
      pen.strokeStyle = "#fffaf0"; pen.lineWidth = 7; pen.lineCap = "round"; pen.lineJoin = "round";
      pen.beginPath(); pen.moveTo(x + 50, y + 137); pen.lineTo(x + 61, y + 148); pen.lineTo(x + 81, y + 125); pen.stroke();
      pen.globalAlpha = 1;
    }
    const cup = 330 - 130 * ease(t, 4.5, 5.2);
    box(346, cup, 64, 70, 12, "#fffaf0");
    box(404, cup + 14, 22, 32, 11, "#fffaf0"); box(408, cup + 22, 10, 16, 5, "#5f9aa6");
    box(354, cup + 8, 48, 10, 5, "#7a5a3c");
  };
  const bytes = (data) => btoa(String.fromCharCode(...data));
  const frames = [];
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength); chunk.copyTo(data);
      frames.push([chunk.timestamp / 1000, chunk.type === "key", bytes(data)]);
    },
    error: (problem) => { throw problem; },
  });
  encoder.configure({ codec: "vp09.00.10.08", width: wide, height: high, bitrate: 24000, framerate: rate });
  for (let n = 0; n < count; n++) {
    draw(n / rate);
    const frame = new VideoFrame(canvas, { timestamp: Math.round(n * 1e6 / rate) });
    encoder.encode(frame, { keyFrame: n === 0 }); frame.close();
  }
  await encoder.flush();
  draw(2.5);
  const poster = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.8 })).arrayBuffer());
  return { frames, poster: bytes(poster) };
}
"""


def main() -> None:
    """Draw the film and its poster."""
    from playwright.sync_api import sync_playwright

    folder = Path(__file__).parent / "static"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.route(_PAGE, lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        page.goto(_PAGE)
        drawn: dict[str, Any] = page.evaluate(_DRAWN, [_WIDE, _HIGH, _SECONDS * _A_SECOND, _A_SECOND])
        browser.close()
    frames = [(int(at), key, b64decode(data)) for at, key, data in drawn["frames"]]
    (folder / "in-the-shop.webm").write_bytes(film_of(frames, _WIDE, _HIGH, _SECONDS * 1000))
    (folder / "in-the-shop.webp").write_bytes(b64decode(drawn["poster"]))


# --- the file ------------------------------------------------------------------------------------


def film_of(frames: Iterable[tuple[int, bool, bytes]], wide: int, high: int, lasts: int) -> bytes:
    """
    VP9 frames as a WebM file of one cluster.

    Args:
        frames: The instant of each in milliseconds, below 32,768; whether it stands by itself; its bytes.
        lasts: How long the film is, in milliseconds.
    """
    head = _part(
        0x1A45DFA3,
        *(_number(id_, n) for id_, n in ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8), (0x4287, 2), (0x4285, 2))),
        _part(0x4282, b"webm"),
    )
    made = b"quanyi demo"
    info = _part(
        0x1549A966,
        _number(0x2AD7B1, 1_000_000),
        _part(0x4489, struct.pack(">d", lasts)),
        _part(0x4D80, made),
        _part(0x5741, made),
    )
    size = _part(0xE0, _number(0xB0, wide), _number(0xBA, high))
    numbers = (_number(id_, n) for id_, n in ((0xD7, 1), (0x73C5, 1), (0x9C, 0), (0x83, 1)))
    track = _part(0x1654AE6B, _part(0xAE, *numbers, _part(0x86, b"V_VP9"), size))
    blocks = (_part(0xA3, b"\x81" + struct.pack(">hB", at, 0x80 if key else 0) + data) for at, key, data in frames)
    return head + _part(0x18538067, info, track, _part(0x1F43B675, _number(0xE7, 0), *blocks))


def _part(id_: int, *inside: bytes) -> bytes:
    """An element of EBML: its id, how long it is in eight bytes, and what is in it."""
    body = b"".join(inside)
    return id_.to_bytes((id_.bit_length() + 7) // 8) + (len(body) | 1 << 56).to_bytes(8) + body


def _number(id_: int, value: int) -> bytes:
    return _part(id_, value.to_bytes(max(1, (value.bit_length() + 7) // 8)))


if __name__ == "__main__":
    main()
