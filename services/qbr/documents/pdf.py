"""A document as PDF, set by typst with the fonts it carries: no system fonts, no packages, nothing fetched.

The same document gives the same bytes: the PDF's date is the pack's instant. Only where a name is in a script that
these fonts lack (Chinese, Arabic …) does the machine's own font step in.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import typst
from babel.numbers import format_decimal

from services.qbr.documents.outline.parts import Chart, Document, Page
from services.qbr.documents.svg import svg
from shared.errors import StellwerkError

FONT = "Libertinus Serif"
_COMPILE: Any = typst.compile  # its types do not know inputs from memory


def render(document: Document) -> bytes:
    """The PDF (tagged, with real text). Raises StellwerkError if typst cannot set it: a fault of our own template."""
    at = datetime.fromisoformat(document.events_at)
    template = (Path(__file__).parent / "templates" / "document.typ").read_bytes()
    files = {"main.typ": template, "document.json": orjson.dumps(_data(document, at))}
    try:
        carried = all(map(_carried, files["document.json"].decode()))
        return bytes(_COMPILE(files, format="pdf", ignore_system_fonts=carried, timestamp=int(at.timestamp())))
    except typst.TypstError as e:
        raise StellwerkError(f"the PDF cannot be set: {e}", slug="pdf") from e


def _carried(letter: str) -> bool:
    """Whether the fonts that typst carries have it: Latin, Greek, Cyrillic, punctuation, arrows, signs."""
    return letter < "\u0530" or "\u1e00" <= letter < "\u2e80"


def _data(document: Document, at: datetime) -> dict[str, Any]:
    return {
        "language": document.language,
        "account": document.account,
        "title": document.title,
        "stamp": document.stamp,
        "audience_label": document.audience_label,
        "hash": document.hash,
        "page": document.page_label,
        "date": (at.year, at.month, at.day),
        "pages": [_page(p, document.language) for p in document.pages],
    }


def _page(page: Page, language: str) -> dict[str, Any]:
    grid = page.grid
    return {
        "title": page.title,
        "eyebrow": page.eyebrow,
        "lead": page.lead,
        "tiles": page.tiles,
        "split": page.split,
        "remarks": page.remarks,
        "chart": {"title": page.chart.title, "svg": _drawn(page.chart, language)} if page.chart else None,
        "grid": {"heads": grid.heads, "rows": grid.rows, "blank": grid.blank} if grid else None,
    }


def _drawn(chart: Chart, language: str) -> str:
    return svg(chart, lambda n: str(format_decimal(n, locale=language)), FONT)
