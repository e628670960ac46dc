"""What the risk side of an account consists of: colours, causes, named risks, countermeasures, escalations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

OVER = ("resolved", "materialised")


@dataclass(frozen=True, slots=True)
class Cause:
    """A floor that forces the colour, or a factor of the score. `points`, `change` (14 days): hundredths of a score."""

    code: str
    floor: str | None
    points: int | None
    change: int | None
    events: tuple[str, ...]


@dataclass(slots=True)
class Stretch:
    """The account had one colour from `since` until `until` (None: it has it still). `score` in hundredths."""

    colour: str
    since: datetime
    score: int | None
    trigger: str
    causes: tuple[Cause, ...]
    exposed: tuple[int, str] | None
    event: str
    until: datetime | None = None


@dataclass(slots=True)
class Measure:
    """A countermeasure. `owner`: pseudonym of our employee."""

    id: str
    risk: str
    title: str
    owner: str
    due: date
    status: str = "planned"
    closed_at: datetime | None = None
    events: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """A risk that somebody named."""

    id: str
    title: str
    category: str
    cause: str
    owner: str
    since: datetime
    status: str = "identified"
    likelihood: int | None = None
    impact: int | None = None
    exposed: tuple[int, str] | None = None
    until: datetime | None = None
    closed_at: datetime | None = None
    measures: dict[str, Measure] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Neither gone nor come true."""
        return self.status not in OVER

    def answered(self, at: datetime) -> bool:
        """Somebody does or did something about it, or it was accepted for now."""
        accepted = self.status == "accepted" and self.until is not None and self.until > at
        return accepted or any(m.status in ("planned", "completed") for m in self.measures.values())


@dataclass(slots=True)
class Escalation:
    """An escalation; `dri`: pseudonym of who directs it."""

    id: str
    title: str
    severity: str
    since: datetime
    status: str = "opened"
    dri: str | None = None
    update_due: datetime | None = None
    closed_at: datetime | None = None
    events: list[str] = field(default_factory=list)
