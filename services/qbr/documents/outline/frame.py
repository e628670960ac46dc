"""The pages around the sections: agenda, results to be recorded, data basis; and what stands in the notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.qbr.documents.language import NOTHING, Language
from services.qbr.documents.outline.parts import Grid, Head, Page
from services.qbr.documents.outline.view import View
from services.qbr.pack.model import Figure, Pack, Section

IN_AGENDA = {
    "summary": ("changes",),
    "goals": ("goals", "whitespace"),
    "results": ("results", "value", "pipeline", "cases", "usage", "promises"),
    "risks": ("risk", "renewals", "stakeholders", "open_questions"),
    "next_steps": ("next_goals",),
}
"""Section of the agenda → the sections of the pack that belong to it."""


def in_order(pack: Pack, sections: Sequence[Section]) -> list[Section]:
    """The sections in the order of the agenda; within one of its sections in the template's order."""
    places = {name: n for n, a in enumerate(pack.agenda) for name in IN_AGENDA.get(a.key, ())}
    return sorted(sections, key=lambda s: places.get(s.name, len(pack.agenda)))


def eyebrows(pack: Pack, say: Language) -> dict[str, str]:
    """Section of the pack → the agenda's section that it belongs to, in words."""
    titles = {a.key: a.title_de if say.code == "de" else a.title_en for a in pack.agenda}
    return {name: titles[key] for key, names in IN_AGENDA.items() if key in titles for name in names}


def agenda(pack: Pack, say: Language, sections: Sequence[Section]) -> Page:
    """Sections of the meeting with their time and the topics shown."""
    shown = [s.name for s in sections if s.status in ("ok", "stale")]
    rows = []
    for n, a in enumerate(pack.agenda, 1):
        topics = [say.label("sections", name) for name in shown if name in IN_AGENDA.get(a.key, ())]
        title = a.title_de if say.code == "de" else a.title_en
        rows.append((str(n), title, " · ".join(topics) or NOTHING, str(a.minutes)))
    heads = (
        Head("", 1), Head(say.label("columns", "section"), 4), Head(say.label("columns", "content"), 10),
        Head(say.label("columns", "minutes"), 2, "right"),
    )  # fmt: skip
    day = say.day(datetime.fromisoformat(pack.since.at))
    lead = say.text("total_minutes", n=sum(a.minutes for a in pack.agenda))
    return Page(
        "agenda", say.text("agenda"), lead=f"{lead}. {say.text(f'since_{pack.since.kind}', day=day)}",
        grid=Grid(say.text("agenda"), heads, tuple(rows)),
    )  # fmt: skip


def capture(pack: Pack, say: Language) -> list[Page]:
    """The result fields of the template, to be filled in (or as recorded)."""
    titles = [(a.key, a.title_de if say.code == "de" else a.title_en) for a in pack.agenda]
    titles += [(r.key, (r.title_de if say.code == "de" else r.title_en)) for r in pack.result_fields]
    if not titles:
        return []
    rows = tuple((title, say.words.results.get(key, "")) for key, title in titles)
    heads = (Head(say.label("columns", "section"), 3), Head(say.label("columns", "result"), 9))
    grid = Grid(say.text("capture"), heads, rows, blank=not any(r[1] for r in rows))
    return [Page("capture", say.text("capture"), lead=say.text("capture_lead"), grid=grid)]


def basis(pack: Pack, say: Language, sections: Sequence[Section], without: Sequence[Section]) -> Page:
    """Each source with its health and newest fact; then the sections that have no figures, and why."""
    sources = {f.source.topic: f.source for s in sections for f in s.figures} | {
        s.source.topic: s.source for s in sections
    }
    rows = [
        (say.label("sources", topic), say.label("health", s.health), say.instant(s.watermark_at))
        for topic, s in sorted(sources.items())
        if any(s.topic == f.source.topic for x in sections for f in x.figures) or s.watermark_at
    ]
    rows += [
        (say.label("sections", s.name), say.label("reasons", s.reason) if s.reason else say.text("nothing_shown"), "")
        for s in without
    ]
    heads = tuple(Head(say.label("columns", c), w) for c, w in (("topic", 4), ("health", 7), ("watermark", 4)))
    return Page(
        "basis", say.text("basis"), lead=say.text("basis_lead"), grid=Grid(say.text("basis"), heads, tuple(rows)),
        notes=(pack.hash, f"{pack.template.id} v{pack.template.version}"),
    )  # fmt: skip


def notes(v: View) -> tuple[str, ...]:
    """Source, as-of and hash; for colleagues also the events behind each figure and row."""
    say, s = v.say, v.section
    lines = [
        f"{say.text('source')}: {say.label('sources', s.source.topic)} ({say.label('health', s.source.health)}). "
        f"{say.text('watermark', at=say.instant(s.source.watermark_at))}.",
        f"{say.text('as_of', at=say.instant(v.pack.as_of))}. {say.text('pack')} {v.pack.hash}",
    ]
    if v.audience == "customer":
        return tuple(lines)
    lines += [f"{v.name(f)} = {v.shown(f)} ← {_ids(f)}" for f in s.figures if f.events]
    for table in s.tables:
        ids = list(dict.fromkeys(e for r in table.rows for e in r.events))
        if ids:
            lines.append(f"{say.label('tables', table.name)} ← {', '.join(ids)}")
    return tuple(lines)


def _ids(f: Figure) -> str:
    return ", ".join(f.events)
