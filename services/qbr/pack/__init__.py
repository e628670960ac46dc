"""The data pack of a review: a pure function of facts, named by (template version, position vector, locale, instant).

    facts = await reads.facts.of_account(conn, account_id)          # foreign facts, all that we have
    ours = [f for r in recorded if (p := publish(r)) and (f := pack.own(r, p[1]))]   # our events of this account
    vector = pack.vector_of([*facts, *ours])                         # the watermark of QBRDataPackFrozen
    made = pack.build(facts, ours, account_id=…, template=…, as_of=now, vector=vector, locale="de")
    made.canonical(), made.hash                                      # bytes to keep, "sha256:…" to publish
    pack.compare(older, newer)                                       # which sections differ, and in what
    pack.since(facts, ours, then, now)                               # what happened between two moments

Without `vector` everything given counts. The same vector gives the same bytes in whatever order the facts are given and
on whatever machine; facts beyond it are ignored. Keep the canonical bytes: a later version of this package may count
differently (`format`), and then shows old packs as they were frozen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.qbr.pack.changes import changes
from services.qbr.pack.compare import Change, compare
from services.qbr.pack.context import Context, instant
from services.qbr.pack.facts import ACCOUNTS, Fact, Vector, kept, own, together, vector_of, within
from services.qbr.pack.limits import Limits, shipped
from services.qbr.pack.model import Baseline, Figure, Pack, Section, TemplateRef
from services.qbr.pack.sections import MAKE
from services.qbr.pack.state import fold
from services.qbr.pack.template import SECTIONS, Template

__all__ = [
    "SECTIONS", "Change", "Fact", "Limits", "Pack", "Section", "Template", "build", "compare", "kept", "own",
    "shipped", "since", "vector_of",
]  # fmt: skip


def build(
    facts: Iterable[Fact], own_events: Iterable[Fact], *, account_id: UUID, template: Template, as_of: datetime,
    vector: Vector | None = None, locale: str = "en", limits: Limits | None = None,
) -> Pack:  # fmt: skip
    """The pack. `as_of` must be aware; `own_events`: our events as `own` shapes them. `locale` changes no figure."""
    counted, bounds = _counted([*facts, *own_events], vector, as_of)
    limits = limits or shipped()
    c = Context.of(counted, bounds, as_of, template, limits)
    return Pack(
        account_id=str(account_id), as_of=instant(as_of), day=c.day.isoformat(), zone=c.zone.key, locale=locale,
        template=TemplateRef(id=template.id, version=template.version), limits_version=limits.version, vector=bounds,
        since=c.baseline, account=_account(c), agenda=template.agenda, result_fields=template.result_fields,
        sections=tuple(MAKE[name](c) for name in template.sections),
    )  # fmt: skip


def since(
    facts: Iterable[Fact], own_events: Iterable[Fact], then: datetime, now: datetime, *, vector: Vector | None = None
) -> Section:
    """What happened at an account between two instants: the section `changes` for any two moments."""
    counted, bounds = _counted([*facts, *own_events], vector, now)
    c = Context.of(counted, bounds, now, Template("", 0, (), ()), shipped())
    moved = replace(c, since=then, then=fold(counted, then), baseline=Baseline(at=instant(then), kind="lookback"))
    return changes(moved)


def _counted(facts: Sequence[Fact], vector: Vector | None, at: datetime) -> tuple[list[Fact], dict[str, int]]:
    bounds = dict(sorted(vector.items())) if vector is not None else vector_of(facts)
    return together(within(facts, bounds), at), bounds


def _account(c: Context) -> tuple[Figure, ...]:
    name, zone, tier = c.now.name, c.now.zone, c.now.tier
    figures = [
        c.figure(ACCOUNTS, "name", name[0] if name else None, "text", (name[1],) if name else ()),
        c.figure(ACCOUNTS, "tier", tier[0] if tier else None, "text", (tier[1],) if tier else (), internal=True),
        c.figure(ACCOUNTS, "time_zone", c.zone.key, "text", (zone[1],) if zone else ()),
    ]
    figures += [
        c.figure(ACCOUNTS, "owner", subject, "user", (event,), of=theme)
        for theme, (subject, event) in sorted(c.now.people.owners.items())
    ]
    return tuple(figures)
