"""The deck to draw on: our own 16:9 base, or a company's template with its layouts.

Layouts are found by their placeholders, never by name: names are translated. A title slide has a centred title or a
subtitle; a content layout has a title and, if possible, nothing else to fill.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE as REL
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from services.qbr.documents.pptx.colours import FONT, INK, PALETTE
from shared.errors import Invalid

FRAME = (KIND.DATE, KIND.FOOTER, KIND.SLIDE_NUMBER)
TITLES = (KIND.TITLE, KIND.CENTER_TITLE)
MARGIN = Inches(0.6)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Deck:
    """A presentation with the two layouts that we need, and the area that is free for content."""

    presentation: Any
    title: Any
    content: Any
    area: Box


def deck(template: bytes | None) -> Deck:
    """Our own base, or the company's. Raises Invalid: no PowerPoint file, or a layout that we need is missing."""
    if template is None:
        made = _own()
    else:
        try:
            made = Presentation(io.BytesIO(template))
        except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, SyntaxError) as e:
            raise Invalid(f"the template is no PowerPoint file (.pptx): {e}", slug="pptx-template") from e
        _empty(made)
    layouts = [layout for master in made.slide_masters for layout in master.slide_layouts]
    title = next(
        (x for x in layouts if _has(x, KIND.CENTER_TITLE) or (_has(x, KIND.TITLE) and _has(x, KIND.SUBTITLE))), None
    )
    if title is None:
        raise Invalid("the template has no title slide: add a layout with a title and a subtitle", slug="pptx-template")
    withtitle = [x for x in layouts if x is not title and _has(x, KIND.TITLE)]
    content = min(withtitle, key=_to_fill, default=None)
    if content is None:
        raise Invalid(
            "the template has no layout with a title for content: add one (“Title only”)", slug="pptx-template"
        )
    return Deck(made, title, content, _area(made, content))


def _kinds(layout: Any) -> list[Any]:
    return [p.placeholder_format.type for p in layout.placeholders]


def _has(layout: Any, kind: Any) -> bool:
    return kind in _kinds(layout)


def _to_fill(layout: Any) -> int:
    """How many placeholders beside title and frame a layout has; the one with the least is the best for us."""
    return sum(kind not in (*FRAME, *TITLES) for kind in _kinds(layout))


def _area(made: Any, layout: Any) -> Box:
    """From below the title to above the footer, as wide as the title."""
    title = next(p for p in layout.placeholders if p.placeholder_format.type in TITLES)
    feet = [p.top for p in layout.placeholders if p.placeholder_format.type in FRAME and p.top > made.slide_height // 2]
    bottom = min(feet, default=made.slide_height - Inches(0.4)) - Inches(0.12)
    top = title.top + title.height
    return Box(title.left, top, title.width, bottom - top)


def _empty(made: Any) -> None:
    """Take the template's own slides out: only its layouts are wanted."""
    ids = made.slides._sldIdLst
    for slide in list(ids):
        made.part.drop_rel(slide.rId)
        ids.remove(slide)


def _own() -> Any:
    """python-pptx's blank deck, made 16:9, with our type, colours and two layouts."""
    made: Any = Presentation()
    made.slide_width, made.slide_height = Inches(13.333), Inches(7.5)
    master = made.slide_master
    for layout in list(made.slide_layouts):
        if layout.name not in ("Title Slide", "Title Only"):
            made.slide_layouts.remove(layout)
    for holder in [*master.placeholders, *(p for layout in made.slide_layouts for p in layout.placeholders)]:
        _place(holder)
    _style(master)
    _band(made)
    theme = master.part.part_related_by(REL.THEME)
    theme._blob = _themed(theme.blob)
    return made


def _place(holder: Any) -> None:
    kind, wide = holder.placeholder_format.type, Inches(13.333) - 2 * MARGIN
    places = {
        KIND.TITLE: (MARGIN, Inches(0.62), wide, Inches(0.62)),
        KIND.CENTER_TITLE: (MARGIN, Inches(2.3), wide, Inches(1.1)),
        KIND.SUBTITLE: (MARGIN, Inches(3.5), wide, Inches(1.4)),
        KIND.BODY: (MARGIN, Inches(1.4), wide, Inches(5.3)),
        KIND.FOOTER: (MARGIN, Inches(7.0), Inches(10.8), Inches(0.3)),
        KIND.SLIDE_NUMBER: (Inches(11.533), Inches(7.0), Inches(1.2), Inches(0.3)),
        KIND.DATE: (Inches(9.0), Inches(7.6), Inches(1.0), Inches(0.3)),
    }
    if kind == KIND.DATE:
        holder._element.getparent().remove(holder._element)
        return
    holder.left, holder.top, holder.width, holder.height = (Emu(int(x)) for x in places[kind])
    body = holder._element.txBody.find(qn("a:bodyPr"))
    for side in ("lIns", "rIns"):
        body.set(side, "0")
    body.set("anchor", {KIND.CENTER_TITLE: "b", KIND.SUBTITLE: "t"}.get(kind, "ctr"))
    if kind in (KIND.FOOTER, KIND.SLIDE_NUMBER, KIND.SUBTITLE):
        for paragraph in holder._element.iter(qn("a:lvl1pPr")):
            paragraph.set("algn", "r" if kind == KIND.SLIDE_NUMBER else "l")
            for run in paragraph.iter(qn("a:defRPr")):
                run.set("sz", str(int(Pt(18).pt if kind == KIND.SUBTITLE else 9) * 100))


def _style(master: Any) -> None:
    """Titles: left, bold, dark, 26 pt (the title slide takes its own size)."""
    level = master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    level.set("algn", "l")
    run = level.find(qn("a:defRPr"))
    run.set("sz", "2600")
    run.set("b", "1")


def _band(made: Any) -> None:
    """A band of the accent colour at the left of the title slide."""
    layout = next(x for x in made.slide_layouts if _has(x, KIND.CENTER_TITLE))
    band = parse_xml(
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="90" name="Band"/><p:cNvSpPr/>'
        '<p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{Inches(0.28)}" cy="{made.slide_height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )
    layout.shapes._spTree.insert(2, band)


def _themed(blob: bytes) -> bytes:
    tree: Any = parse_xml(blob)
    scheme = tree.find(f".//{qn('a:clrScheme')}")
    for slot, colour in {"dk1": INK, "dk2": INK, **PALETTE}.items():
        entry = scheme.find(qn(f"a:{slot}"))
        for child in list(entry):
            entry.remove(child)
        entry.append(parse_xml(f'<a:srgbClr {nsdecls("a")} val="{colour}"/>'))
    for latin in tree.iterfind(f".//{qn('a:fontScheme')}/*/{qn('a:latin')}"):
        latin.set("typeface", FONT)
    return bytes(serialize_part_xml(tree))
