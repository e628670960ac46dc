"""A document as an editable PowerPoint deck: native charts and tables, one topic a slide, sources in the notes."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.util import Inches, Pt

from services.qbr.documents.outline.parts import Document, Page
from services.qbr.documents.pptx import shapes
from services.qbr.documents.pptx.base import FRAME, TITLES, Box, Deck, deck
from services.qbr.documents.pptx.colours import GREY, rgb
from services.qbr.documents.pptx.fit import SIZES, cut, fit

GAP = Inches(0.2)
TILES = Inches(0.95)


def render(document: Document, template: bytes | None = None) -> bytes:
    """The deck. `template`: a company's .pptx whose layouts are used. Raises Invalid if it has not what we need."""
    on = deck(template)
    _properties(on.presentation, document)
    _title(on, document)
    for page in document.pages:
        for part, most in _parts(on, page, document):
            _slide(on, document, part, most)
    out = io.BytesIO()
    on.presentation.save(out)
    return out.getvalue()


def _properties(made: Any, document: Document) -> None:
    about = made.core_properties
    about.title = f"{document.title}: {document.account}"
    about.author, about.subject, about.keywords = "Stellwerk", document.stamp, document.hash
    about.last_modified_by, about.comments = "Stellwerk", document.audience_label
    about.created = about.modified = datetime.fromisoformat(document.events_at).replace(tzinfo=None)
    about.language = document.language


def _title(on: Deck, document: Document) -> None:
    slide = on.presentation.slides.add_slide(on.title)
    for holder in list(slide.placeholders):
        kind = holder.placeholder_format.type
        if kind in TITLES:
            holder.text_frame.text = document.account
        elif kind == KIND.SUBTITLE:
            holder.text_frame.text = document.title
            for line in (document.stamp, document.audience_label):
                paragraph = holder.text_frame.add_paragraph()
                paragraph.text, paragraph.font.size = line, Pt(14)
                paragraph.font.color.rgb = rgb(GREY)
        elif kind not in FRAME:
            holder._element.getparent().remove(holder._element)
    _footer(on.title, slide, document)
    slide.notes_slide.notes_text_frame.text = f"{document.stamp}\n{document.hash}"


def _parts(on: Deck, page: Page, document: Document) -> Iterator[tuple[Page, int]]:
    """The page, cut so that no table is longer than its slide, and the largest type for its table; parts after the
    first show the rest of the table, all in the same type.
    """
    grid = page.grid
    if grid is None or not grid.rows:
        yield page, SIZES[0]
        return
    if page.chart and not fit(grid, *_room(on, page)).whole:  # too narrow beside the chart: a slide for each
        yield replace(page, grid=None), SIZES[0]
        yield from _parts(on, replace(page, chart=None, tiles=(), lead="", remarks=()), document)
        return
    first = next(cut(grid, *_room(on, page)))
    rest = replace(page, tiles=(), chart=None, lead="", remarks=())
    left = replace(grid, rows=grid.rows[len(first.rows) :])
    more = list(cut(left, *_room(on, rest))) if left.rows else []
    for n, piece in enumerate([first, *more], 1):
        label = document.part_label.format(n=n, of=len(more) + 1) if more else ""
        base = page if n == 1 else rest
        title = f"{page.title} ({label})" if label else page.title
        yield replace(base, grid=piece, title=title), SIZES[-1] if more else SIZES[0]


def _body(on: Deck, page: Page) -> Box:
    """What is left for chart and table below lead, tiles and remarks."""
    area = on.area
    top = area.top + Inches(0.1) + _lead_height(page) + (TILES + GAP if page.tiles else 0)
    bottom = area.top + area.height - _remark_height(page)
    return Box(area.left, top, area.width, bottom - top)


def _lead_height(page: Page) -> int:
    return int(Inches(0.25) * (1 + len(page.lead) // 120) + Inches(0.2)) if page.lead else 0


def _remark_height(page: Page) -> int:
    return int(sum(Inches(0.22) * (1 + len(r) // 150) for r in page.remarks) + Inches(0.1)) if page.remarks else 0


def _room(on: Deck, page: Page) -> tuple[int, int]:
    """Width and height for the table."""
    body = _body(on, page)
    width = body.width - (body.width * page.split // 100 + GAP) if page.chart else body.width
    return int(width), body.height


def _slide(on: Deck, document: Document, page: Page, most: int) -> None:
    slide = on.presentation.slides.add_slide(on.content)
    for holder in list(slide.placeholders):
        if holder.placeholder_format.type in TITLES:
            holder.text_frame.text = page.title
        elif holder.placeholder_format.type not in FRAME:
            holder._element.getparent().remove(holder._element)
    _footer(on.content, slide, document)
    area, body = on.area, _body(on, page)
    title_top = next(p.top for p in on.content.placeholders if p.placeholder_format.type in TITLES)
    if page.eyebrow and title_top > Inches(0.45):
        shapes.text(slide, Box(area.left, title_top - Inches(0.2), area.width, Inches(0.24)), page.eyebrow.upper(),
                    size=Pt(10), colour=GREY, bold=True)  # fmt: skip
    top = area.top + int(Inches(0.1))
    if page.lead:
        shapes.text(slide, Box(area.left, top, area.width, _lead_height(page)), page.lead, size=Pt(14), colour=GREY)
        top += _lead_height(page)
    if page.tiles:
        shapes.tiles(slide, Box(area.left, top, area.width, TILES), page.tiles)
    if page.chart:
        width = body.width * page.split // 100 if page.grid else body.width
        shapes.chart(slide, Box(body.left, body.top, width, min(body.height, int(Inches(4.1)))), page.chart)
    if page.grid:
        width, height = _room(on, page)
        box = Box(body.left + body.width - width, body.top, width, height)
        shapes.table(slide, box, page.grid, fit(page.grid, width, height, most))
    if page.remarks:
        top = body.top + body.height + int(Inches(0.06))
        shapes.text(slide, Box(area.left, top, area.width, _remark_height(page)), "\n".join(page.remarks), size=Pt(11))
    slide.notes_slide.notes_text_frame.text = "\n".join((*page.notes, document.stamp, document.hash))


def _footer(layout: Any, slide: Any, document: Document) -> None:
    """Copies the layout's footer and page number to the slide: PowerPoint shows them only there."""
    for holder in layout.placeholders:
        kind = holder.placeholder_format.type
        if kind not in (KIND.FOOTER, KIND.SLIDE_NUMBER):
            continue
        element = copy.deepcopy(holder._element)
        slide.shapes._spTree.append(element)
        shape = slide.shapes[-1]
        if kind == KIND.FOOTER:
            short = document.hash.removeprefix("sha256:")[:12]
            shape.text_frame.text = f"{document.account} · {document.stamp} · {document.audience_label} · {short}"
            for run in shape.text_frame.paragraphs[0].runs:
                run.font.size = Pt(9)


__all__ = ["render"]
