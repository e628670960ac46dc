"""Differences of who is who."""

from __future__ import annotations

from collections.abc import Sequence

from services.qbr.pack.changes.rows import ordered, when
from services.qbr.pack.context import Context, row
from services.qbr.pack.model import Row

PEOPLE_COLUMNS = ("change:code", "at:instant", "who:person", "about:text", "was:text!", "now:text!")


def people_changes(c: Context) -> list[Row]:
    """Persons gone and new, roles; power, attitude and staleness are internal."""
    then, now = c.then.people.persons, c.now.people.persons
    rows = []

    def add(
        kind: str, subject: str, events: Sequence[str | None], was: str | None, after: str | None, internal: bool
    ) -> None:
        ids = [e for e in events if e]
        rows.append(row(f"{kind}/{subject}", (kind, when(c, ids), subject, None, was, after), ids, internal=internal))

    for subject, p in now.items():
        old = then.get(subject)
        was_here = old is not None and old.here
        if p.here and not was_here:
            kind = "person_back" if old is not None else "person_new"
            add(kind, subject, (p.events["known"],), None, _roles(p.roles), False)
        elif was_here and not p.here:
            add("person_left", subject, (p.events.get("left"),), _roles(p.roles), None, False)
        if old is None or not (p.here and was_here):
            continue
        if old.roles != p.roles:
            add("person_roles", subject, (p.events.get("roles"),), _roles(old.roles), _roles(p.roles), True)
        for aspect in ("power", "attitude"):
            before, after = getattr(old, aspect), getattr(p, aspect)
            if before != after:
                add(f"person_{aspect}", subject, (p.events.get(aspect),), _text(before), _text(after), True)
        if p.stale and not old.stale:
            add("person_stale", subject, (p.events.get("stale"),), None, None, True)
    return ordered(rows)


def _roles(roles: Sequence[str]) -> str | None:
    return " ".join(roles) or None


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
