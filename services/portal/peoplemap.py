"""The map of a customer's people: cards on the power and interest grid, the graph of lines, who of us knows whom. Pure.

Who stands where is the insights service's answer for the day that is asked for; names are what the vault knows now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.account import QUADRANTS
from services.portal.models import Account, MapLine, MapPerson, Stakeholder, StakeholderMap

GONE = ("Departed", "Dismissed", "Anonymised")
POWERFUL = 4  # from here on somebody of us should know the person well
KNOWN = 2  # a relation from which we say that we know somebody (0 to 4)


@dataclass(frozen=True, slots=True)
class Card:
    """One person. `name` None: not known or erased."""

    subject_id: str
    name: str | None
    title: str | None
    department: str | None
    status: str
    roles: tuple[str, ...]
    power: int | None
    interest: int | None
    attitude: int | None
    quadrant: str
    blocker: bool
    fresh: bool
    confirmed_at: datetime | None
    last_contact_at: datetime | None
    reports_to: str | None
    successor: str | None
    relations: Mapping[str, int]
    event_id: str | None

    @property
    def here(self) -> bool:
        """Whether the person counts."""
        return self.status not in GONE

    @property
    def assessable(self) -> bool:
        """Whether the person is on our map: only then there is something to assess."""
        return self.here and self.status != "Suggested"

    @property
    def stranger(self) -> bool:
        """Powerful, and nobody of us knows them well: a gap."""
        return self.here and (self.power or 0) >= POWERFUL and max(self.relations.values(), default=0) < KNOWN


def cards(found: StakeholderMap | None, account: Account) -> list[Card]:
    """Everybody, blockers and the powerful first, who left last. Without the insights service: what accounts knows."""
    words = {s.subject_id: s for s in account.stakeholders}
    if found is None:
        made = [_of_accounts(s) for s in account.stakeholders]
    else:
        made = [_of_map(p, words.get(p.subject_id)) for p in found.people]
    return sorted(made, key=lambda c: (not c.here, not c.blocker, -(c.power or 0), c.name or "￿", c.subject_id))


def _of_map(p: MapPerson, known: Stakeholder | None) -> Card:
    status = (p.status or "suggested").capitalize()
    return Card(
        p.subject_id, known.name if known else None, known.title if known else None,
        known.department if known else None, status, tuple(p.roles), p.power, p.interest, p.attitude, p.quadrant or "",
        p.blocker, p.fresh, p.confirmed_at, p.last_contact_at, p.reports_to, p.successor, p.relations,
        p.event_ids[-1] if p.event_ids else None,
    )  # fmt: skip


def _of_accounts(s: Stakeholder) -> Card:
    return Card(
        s.subject_id, s.name, s.title, s.department, s.status, tuple(s.roles), s.influence, s.interest, s.attitude,
        s.quadrant or "", s.blocker, s.status == "Confirmed", None, s.last_contact_at, None, None, {}, s.event_id,
    )  # fmt: skip


def grid(everybody: Iterable[Card]) -> dict[str, list[Card]]:
    """Quadrant → who stands there, in reading order; those who left or were never assessed are not on it."""
    found: dict[str, list[Card]] = {q: [] for q in QUADRANTS}
    for card in everybody:
        if card.here and card.quadrant in found:
            found[card.quadrant].append(card)
    return found


def unplaced(everybody: Iterable[Card]) -> list[Card]:
    """Who is here and not on the grid."""
    return [c for c in everybody if c.here and c.quadrant not in QUADRANTS]


@dataclass(frozen=True, slots=True)
class Row:
    """A person and, for each of us, how well they know them; None: nobody said."""

    card: Card
    strengths: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Persons × our people; strangers with power first."""

    members: tuple[str, ...]
    rows: tuple[Row, ...]


def matrix(everybody: Iterable[Card], members: Sequence[str]) -> Matrix:
    """`members`: our people at the account, beside those who know somebody there."""
    here = [c for c in everybody if c.here]
    every = tuple(dict.fromkeys([*members, *sorted({m for c in here for m in c.relations})]))
    here.sort(key=lambda c: (not c.stranger, -(c.power or 0), c.name or "￿"))
    return Matrix(every, tuple(Row(c, tuple(c.relations.get(m) for m in every)) for c in here))


# -- the graph

BOX, TALL, GAP, LEVEL, PAD = 168, 48, 20, 104, 12


@dataclass(frozen=True, slots=True)
class Node:
    """A card's place: the left upper corner of its box, in user units."""

    card: Card
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A line: `path` for SVG; `kind`: reports_to, influences or conflicts_with."""

    from_: Card
    to: Card
    kind: str
    weight: int
    path: str


@dataclass(frozen=True, slots=True)
class Graph:
    """What is drawn; `loose`: who has no line."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    loose: tuple[Card, ...]


def graph(everybody: Iterable[Card], lines: Sequence[MapLine]) -> Graph | None:
    """Who reports to whom as a tree, superiors above, with influences and conflicts across. None without a line."""
    here = {c.subject_id: c for c in everybody if c.here}
    drawn = [x for x in lines if x.from_ in here and x.to in here]
    if not drawn:
        return None
    ends = {end for x in drawn for end in (x.from_, x.to)}
    above = {x.from_: x.to for x in drawn if x.kind == "reports_to"}
    below: dict[str, list[str]] = {}
    for person in sorted(ends, key=lambda i: (-(here[i].power or 0), here[i].name or "￿", i)):
        if person in above:
            below.setdefault(above[person], []).append(person)
    placed: dict[str, tuple[float, int]] = {}
    column = 0.0

    def place(person: str, level: int) -> float:
        nonlocal column
        placed[person] = 0.0, level
        mine = [place(p, level + 1) for p in below.get(person, ()) if p not in placed]
        if mine:
            x = (mine[0] + mine[-1]) / 2
        else:
            x, column = column, column + 1
        placed[person] = x, level
        return x

    roots = [p for p in ends if p not in above]
    for person in sorted(roots, key=lambda i: (i not in below, -(here[i].power or 0), here[i].name or "￿", i)):
        place(person, 0)
    for person in sorted(ends - placed.keys()):  # a circle that history left behind: drawn, not hidden
        place(person, 0)
    nodes = {p: Node(here[p], round(PAD + x * (BOX + GAP), 1), PAD + level * LEVEL) for p, (x, level) in placed.items()}
    edges = [
        Edge(here[x.from_], here[x.to], x.kind, x.weight, _path(nodes[x.from_], nodes[x.to], x.kind)) for x in drawn
    ]
    deepest = max(level for _, level in placed.values())
    loose = tuple(c for i, c in here.items() if i not in ends)
    width = int(max(n.x for n in nodes.values()) + BOX + PAD)
    return Graph(width, 2 * PAD + TALL + deepest * LEVEL + 24, tuple(nodes.values()), tuple(edges), loose)


def _path(a: Node, b: Node, kind: str) -> str:
    """From the person to the superior with right angles; across as a bow below or between the boxes."""
    ax, bx = a.x + BOX / 2, b.x + BOX / 2
    if kind == "reports_to":
        return f"M{ax:g} {a.y:g}V{b.y + LEVEL - (LEVEL - TALL) / 2:g}H{bx:g}V{b.y + TALL:g}"
    if a.y == b.y:
        y, bow = a.y + TALL, a.y + TALL + 22
        return f"M{ax + 12:g} {y:g}C{ax + 12:g} {bow:g} {bx - 12:g} {bow:g} {bx - 12:g} {y:g}"
    down = b.y > a.y
    y1, y2 = (a.y + TALL, b.y) if down else (a.y, b.y + TALL)
    mid = (y1 + y2) / 2
    return f"M{ax + 24:g} {y1:g}C{ax + 24:g} {mid:g} {bx + 24:g} {mid:g} {bx + 24:g} {y2:g}"
