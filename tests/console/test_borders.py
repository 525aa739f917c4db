"""The border between a host's style and ours, on a page of a few elements: what the whole pages hold is held here in a second."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ADAPTERS = Path(__file__).parents[2] / "adapters"
HOST = """
html { direction: rtl; }
body, body * { direction: rtl; color: rgb(255, 0, 170); }
button, label, h2 { all: unset; text-transform: uppercase; letter-spacing: 5px; }
"""
BODY = """<h2>Benefits</h2><label for="q">Search</label><input id="q"><button type="button" class="{button}">Find</button>
<svg viewBox="0 0 8 8" width="8"><path d="M0 0h8v8z" fill="rgb(1, 2, 3)"/></svg>"""
LOOK = """() => [...document.querySelectorAll(".border, .border *")].map((e) => { const s = getComputedStyle(e);
  return [e.tagName, s.direction, s.color, s.textTransform, s.letterSpacing, s.display, s.fill].join(" "); })"""


def looks(browser, css: str, root: str, button: str, host: str) -> list[str]:
    """What of each element a host's style could change; the host's sheet stands before ours."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    inside = f'<div class="border {root}">{BODY.format(button=button)}</div>'
    page.set_content(f'<html lang="en"><style>{host}</style><style>{css}</style><body>{inside}</body></html>')
    found = page.evaluate(LOOK)
    context.close()
    return list(found)


@pytest.mark.parametrize("which", ["mall", "console"])
def test_a_hosts_style_ends_at_the_border(browser, which):
    """Direction, colours, letters and resets; what an element says of itself, such as the colour of a drawing, stays."""
    if which == "mall":
        parts = sorted((ADAPTERS / "web/static/styles").glob("*.css"), key=lambda path: path.name)
        css, root, button = "".join(part.read_text(encoding="utf-8") for part in parts), "qy-body", "qy-button"
    else:
        css, root, button = (ADAPTERS / "console/static/console.css").read_text(encoding="utf-8"), "qo", "qo-button"
    plain, strange = (looks(browser, css, root, button, host) for host in ("", HOST))

    assert strange == plain
    assert all(line.split()[1] == "ltr" for line in plain)
    assert any("rgb(1, 2, 3)" in line for line in plain)
