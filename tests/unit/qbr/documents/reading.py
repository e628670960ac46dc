"""Readers of the three formats, and the words that go into the test documents."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pypdf
from pptx import Presentation

from services.qbr.documents import Remark, Words
from shared.ids import derived
from tests.unit.qbr.pack.told import SYSTEM, person

OWNER = derived("subject", SYSTEM, "user", "u1")
PEOPLE: dict[str, str | None] = {
    str(person(1)): "Jürgen Haddad", str(person(2)): "Annette Vogelsang", str(person(3)): "Rafaël Silva",
    str(person(4)): None, str(OWNER): "Elizabeth Anderson",
}  # fmt: skip
REMARKS = {"pipeline": (Remark("Only for us."),), "usage": (Remark("For both.", customer=True), Remark("Not this."))}
WORDS = Words(PEOPLE, REMARKS)


def slides(raw: bytes) -> Any:
    return Presentation(io.BytesIO(raw))


def words_of(raw: bytes, form: str) -> str:
    """All text of a document, notes and embedded workbooks' names included."""
    if form == "html":
        return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>", "", raw.decode(), flags=re.S))
    if form == "pdf":
        return " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(raw)).pages).split())
    return "\n".join(deck_words(slides(raw)))


def deck_words(deck: Any) -> Iterator[str]:
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            if shape.has_table:
                yield from (cell.text for row in shape.table.rows for cell in row.cells)
            if shape.has_chart:
                yield shape.chart.chart_title.text_frame.text
                for plot in shape.chart.plots:
                    yield from plot.categories
                    yield from (s.name for s in plot.series)
        if slide.has_notes_slide:
            yield slide.notes_slide.notes_text_frame.text


def charts(deck: Any) -> dict[str, Any]:
    return {s.chart.chart_title.text_frame.text: s.chart for slide in deck.slides for s in slide.shapes if s.has_chart}
