"""Few colours: ink, greys, one accent, one second line, red for what asks for attention (never alone, a word says it).

Charts and rules use the theme's accents, so that a company's template brings its own.
"""

from __future__ import annotations

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR

INK, GREY, LINE, ALERT = "1F2933", "5B6672", "D5DAE0", "B42318"
PALETTE = {
    "accent1": "1B4F8A",
    "accent2": "2A8C82",
    "accent3": "8A94A0",
    "accent4": "C77D0A",
    "accent5": "6B4E9B",
    "accent6": ALERT,
}
FONT = "Calibri"


_RGB: Any = RGBColor  # python-pptx has no types here


def rgb(colour: str) -> Any:
    """A fixed colour."""
    return _RGB(*bytes.fromhex(colour))


THEME = {"main": MSO_THEME_COLOR.ACCENT_1, "second": MSO_THEME_COLOR.ACCENT_2}
FIXED = {"muted": "9AA5B1", "alert": ALERT}
"""Roles of a chart's series: from the theme, or fixed because they mean something."""
