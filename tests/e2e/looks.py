"""What every page must stand: it fits both widths, text stands out, headings go down one at a time, axe finds nothing.

One visit for each look (scheme and language) tries all of it, because a visit is what takes the time.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.browser import CHROMIUM, screenshot

NEEDS_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium"),
]
WIDTHS = {1280: 900, 390: 844}
LOOKS = {"light": ("de-DE", 1280), "dark": ("en-GB", 390)}
"""scheme → (language, the width at which axe looks)."""
SETTLES = 60
"""How often a page is looked at, each 50 ms, until it has taken in another width: the machine may be busy."""
FITS = "document.documentElement.scrollWidth <= innerWidth"
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])"
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast": {"enabled": False}},  # CONTRASTS asks for more, in a tenth of its time
}
CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const known = new Map();
  const drawn = c => { canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1);
                       return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const rgb = c => known.get(c) ?? known.set(c, drawn(c)).get(c);
  const linear = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = rgb(c).map(linear);
                       return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
                        if (!/, 0\\)$/.test(c)) return c; } return 'white'; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const out = [];
  for (const e of document.querySelectorAll('main *, nav *, header *, footer *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.closest('svg, .vh, option')) continue;
    const r = ratio(getComputedStyle(e).color, ground(e));
    const least = e.closest('a, button, .button, summary') && !e.closest('.ev') ? 4.5 : 7;
    if (r < least) out.push([e.tagName, e.className, e.textContent.trim().slice(0, 30), Math.round(r * 100) / 100]);
  }
  for (const e of document.querySelectorAll('.lamp')) {
    const r = ratio(getComputedStyle(e, '::before').color, ground(e));
    if (r < 4.5) out.push(['lamp', e.className, r]);
  }
  return out;
}"""
"""Texts that stand out less than 7 to 1, controls less than 4.5 to 1."""


def opened(
    browser: Browser, url: str, width: int = 1280, scheme: str = "light", language: str = "en-GB", **more: object
) -> Page:
    """A page in a fresh profile; every console message and failed load of it is an error of the test."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme, locale=language, **more
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if "404" not in m.text and "503" not in m.text else None)
    page.on("pageerror", lambda e: problems.append(str(e)))
    page.goto(url)
    assert problems == []
    return page


def faults(browser: Browser, url: str, name: str, scheme: str) -> list[object]:
    """What is wrong with a page in a look; screenshots of it at both widths go to build/screenshots/."""
    language, axed = LOOKS[scheme]
    page = opened(browser, url, scheme=scheme, language=language)
    found: list[object] = [*page.evaluate(CONTRASTS)]
    levels = page.evaluate(HEADINGS)
    if levels[:1] != [1] or any(b - a > 1 for a, b in pairwise(levels)):
        found.append(("headings", levels))

    def at(width: int, how: str) -> None:
        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        for _ in range(SETTLES):  # a chart draws itself anew after the page has another width
            if page.evaluate(FITS):
                return
            page.wait_for_timeout(50)
        found.append(("scrolls sideways", width, how))

    for width in WIDTHS:
        at(width, "closed")
        screenshot(page, f"{name}-{width}-{scheme}-{language[:2]}")
    page.evaluate(OPEN_ALL)
    for width in sorted(WIDTHS, key=lambda w: w == axed):
        at(width, "open")
    for v in Axe().run(page, options=AXE).response["violations"]:
        found.append((v["id"], [n["target"] for n in v["nodes"]][:3]))
    page.context.close()
    return found
