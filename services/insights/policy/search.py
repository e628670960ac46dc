"""What can be found: everything that has a title of its own, and accounts, QBRs and alerts.

Titles hold no names of persons (domain.md); persons are found by the accounts service, which reads the vault, so that
somebody who was erased is found nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from uuid import UUID

from services.insights.policy.book import Book
from services.insights.policy.book.profile import NOBODY
from services.insights.policy.intervals import at
from services.insights.policy.world import World
from shared.edge.wording import fits, searchable, words

KINDS: Mapping[str, str] = {
    "account": "",
    "qbr": "qbr review quartalsgespräch",
    "action": "action maßnahme zusage",
    "plan": "plan wachstumsplan",
    "initiative": "initiative",
    "milestone": "milestone meilenstein",
    "risk": "risk risiko",
    "escalation": "escalation eskalation",
    "alert": "alert alarm",
}
"""Kind → words by which a reader may call it, so that `qbr konex` finds the QBRs of Konex; in the answer's order."""
TITLED = (
    ("milestone_id", "milestone"), ("initiative_id", "initiative"), ("action_id", "action"),
    ("escalation_id", "escalation"), ("risk_id", "risk"), ("plan_id", "plan"),
)  # fmt: skip
"""The first of these ids that a fact names tells what its title belongs to."""
_FAR = datetime.max.replace(tzinfo=UTC)
_ALIVE = frozenset(
    (
        "agreed", "in_progress", "planned", "scheduled", "preparing", "ready", "proposed", "drafted", "submitted",
        "active", "approved", "on_hold", "open", "critical", "high", "medium", "low", "registered",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing. `own`: what of it is searched; `also`: its account's name and its kind, by which it is found too."""

    kind: str
    id: str
    account: UUID
    text: str
    state: str
    on: str
    event_id: str
    own: str
    also: str

    @property
    def open(self) -> bool:
        """Whether it is still to be done, or alive."""
        return self.state in _ALIVE


def entries(book: Book) -> list[Entry]:
    """Everything of one account that can be found."""
    span = at(book.profile, _FAR)
    profile = span.state if span else NOBODY
    name, account = str(profile["name"] or ""), str(book.account)
    found: list[Entry] = []

    def add(kind: str, id: str, text: str, state: str, on: str, event_id: str) -> None:
        also = searchable(name, KINDS[kind]) if kind != "account" else ""
        found.append(Entry(kind, id, book.account, text, state, on, event_id, searchable(text), also))

    if name and not profile["merged_into"]:
        add("account", account, name, str(profile["life"] or ""), "", span.event_id if span else "")
    told: dict[str, str] = {}
    for f in book.facts:
        if "qbr_id" in f.data:
            told.setdefault(f.data["qbr_id"], str(f.effective_at.date()))
    for review in book.reviews.values():
        held = review.held_at or review.scheduled_at
        day = held.date() if held else review.due
        on = str(day) if day else told[str(review.id)]
        add("qbr", str(review.id), "", review.state, on, review.events[-1])
    for (kind, id), (text, event_id) in _titles(book).items():
        state, on = _standing(book, kind, UUID(id))
        add(kind, id, text, state, on, event_id)
    for alert in book.alerts.values():
        raised = str(alert.raised_at.date()) if alert.raised_at else ""
        add("alert", str(alert.id), alert.rule, alert.outcome or "open", raised, alert.events[-1])
    return found


def _titles(book: Book) -> dict[tuple[str, str], tuple[str, str]]:
    """(kind, id) → (its newest title, the event that gave it)."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for f in book.facts:
        title = f.data.get("title")
        if not isinstance(title, str) or not title or "countermeasure_id" in f.data or "goal_id" in f.data:
            continue
        named = next(((kind, str(f.data[key])) for key, kind in TITLED if f.data.get(key)), None)
        if named:
            found[named] = title, f.event_id
    return found


def _standing(book: Book, kind: str, id: UUID) -> tuple[str, str]:
    """(state, the day that counts)."""
    g = book.growth
    match kind:
        case "action" if id in book.actions:
            return book.actions[id].state, str(book.actions[id].due)
        case "plan" if id in g.plans:
            return g.plans[id].state, str(g.plans[id].ends_on or "")
        case "initiative" if id in g.initiatives:
            return g.initiatives[id].state, ""
        case "milestone" if id in g.milestones:
            return g.milestones[id].state, str(g.milestones[id].due)
        case "risk" if id in book.risk.items:
            return book.risk.items[id].state, ""
        case "escalation":
            return book.risk.escalations.get(str(id)) or "closed", ""
    return "", ""


class Index:
    """Entries by account, made anew for an account whose book is another one."""

    def __init__(self) -> None:
        self._made: dict[UUID, tuple[Book, list[Entry]]] = {}

    def find(self, world: World, query: str, kinds: Iterable[str] = ()) -> dict[str, list[Entry]]:
        """Kind → what has every word of the query, the best first: what is called so, then what is open, then the
        newest. Empty without a word."""
        wanted, allowed = words(query), set(kinds) or set(KINDS)
        found: dict[str, list[Entry]] = {}
        for book in world.books.values():
            for e in self._of(book):
                if e.kind in allowed and fits(wanted, f"{e.own} {e.also}"):
                    found.setdefault(e.kind, []).append(e)
        return {kind: _ranked(found[kind], wanted) for kind in KINDS if kind in found}

    def _of(self, book: Book) -> list[Entry]:
        made = self._made.get(book.account)
        if made is None or made[0] is not book:
            made = self._made[book.account] = book, entries(book)
        return made[1]


def _ranked(found: list[Entry], wanted: Sequence[str]) -> list[Entry]:
    found.sort(key=attrgetter("text", "id"))
    found.sort(key=attrgetter("on"), reverse=True)
    found.sort(key=lambda e: (not fits(wanted, e.own), not e.own.startswith(wanted[0]), not e.open))
    return found
