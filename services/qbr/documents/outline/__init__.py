"""Pack + words → a document in one language for one audience: the same for every format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from services.qbr.documents.language import Language, Words
from services.qbr.documents.outline import business, service
from services.qbr.documents.outline.differences import changes
from services.qbr.documents.outline.frame import agenda, basis, capture, eyebrows, in_order, notes
from services.qbr.documents.outline.parts import Document, Page
from services.qbr.documents.outline.risk import risk
from services.qbr.documents.outline.view import View, visible
from services.qbr.pack.model import Pack

PAGES: Mapping[str, Callable[[View], list[Page]]] = {
    "changes": changes,
    "goals": business.goals,
    "results": business.results,
    "value": business.value,
    "pipeline": business.pipeline,
    "renewals": business.renewals,
    "cases": service.cases,
    "usage": service.usage,
    "risk": risk,
    "stakeholders": service.stakeholders,
    "promises": service.promises,
    "whitespace": service.whitespace,
    "next_goals": service.next_goals,
    "open_questions": service.open_questions,
}


def outline(pack: Pack, words: Words, audience: str, language: str, share: Sequence[str] = ()) -> Document:
    """The document. A stale section is a page that says so; sections without figures are listed on the last page."""
    account = next((str(f.value) for f in pack.account if f.name == "name" and f.value), pack.account_id)
    say = Language(language, ZoneInfo(pack.zone), words, account if audience == "customer" else None)
    sections = in_order(pack, visible(pack, audience, share))
    over, pages, without = eyebrows(pack, say), [agenda(pack, say, sections)], []
    for section in sections:
        v = View(section, pack, say, audience)
        remarks = tuple(
            f"{say.text('remark')}: {r.text}"
            for r in words.remarks.get(section.name, ())
            if audience == "internal" or r.customer
        )
        if section.status == "stale":
            lead = f"{say.text('stale')}: {say.label('reasons', section.reason or '')}"
            found = [
                Page(
                    section.name,
                    v.title(),
                    lead=f"{lead} {say.text('watermark', at=say.instant(section.source.watermark_at))}",
                )
            ]
        elif section.status == "ok":
            found = PAGES[section.name](v)
        else:
            found = [Page(section.name, v.title(), lead=say.label("reasons", section.reason or ""))] if remarks else []
        if not found:
            without.append(section)
        texts = notes(v)
        pages += [
            p.with_notes(over.get(section.name, ""), remarks if n == 0 else (), texts) for n, p in enumerate(found)
        ]
    pages += [*capture(pack, say), basis(pack, say, sections, without)]
    at = datetime.fromisoformat(pack.as_of)
    return Document(
        language=language, audience=audience, account=account, title=say.text("qbr"), subtitle=account,
        stamp=say.text("as_of", at=say.instant(pack.as_of)), audience_label=say.text(audience, name=account),
        hash=pack.hash,
        pages=tuple(pages), page_label=say.text("page", n="{n}", of="{of}"),
        part_label=say.text("part", n="{n}", of="{of}"), events_at=at.isoformat(),
    )  # fmt: skip
