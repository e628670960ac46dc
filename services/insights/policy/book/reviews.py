"""Business reviews, their rhythm, and promises of both sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from services.insights.policy.book.commerce import day
from services.insights.policy.book.profile import moment
from services.insights.policy.facts import Fact

STATES = {
    "QBRProposedFromCrm": "proposed", "QBRProposalDismissed": "dismissed", "QBRPlanned": "planned",
    "QBRScheduled": "scheduled", "QBRPreparationStarted": "preparing", "QBRDataPackFrozen": "ready",
    "QBRPostponed": "postponed", "QBRHeld": "held", "QBRClosed": "closed", "QBRMissed": "missed",
    "QBRCancelled": "cancelled", "QBRWaived": "waived", "QBRHeldRetracted": "retracted",
}  # fmt: skip
REVIEWS = (
    *STATES, "QBRDueMoved", "QBRRescheduled", "QBRHeldCorrected", "QBRPackPublished", "QBRCloseOverdue",
    "QBRSummarySent", "QBRDecisionRecorded", "ActionItemAgreed",
)  # fmt: skip
SERIES = (
    "QBRSeriesStarted", "QBRSeriesRetimed", "QBRSeriesPaused", "QBRSeriesResumed", "QBRSeriesEnded",
)  # fmt: skip
ACTIONS = (
    "ActionItemAgreed", "ActionItemStarted", "ActionItemBlocked", "ActionItemUnblocked", "ActionItemRescheduled",
    "ActionItemReassigned", "ActionItemDone", "ActionItemDropped", "ActionItemReopened", "ActionItemPromoted",
)  # fmt: skip
FROZEN = timedelta(days=30)


@dataclass(slots=True)
class Review:
    """One QBR. `dues`: every due day, with the instant from which it stood."""

    id: UUID
    state: str = "planned"
    dues: list[tuple[datetime, date]] = field(default_factory=list)
    scheduled_at: datetime | None = None
    held_at: datetime | None = None
    missed_at: datetime | None = None
    waived_at: datetime | None = None
    closed_at: datetime | None = None
    close_overdue: bool = False
    moves: int = 0
    minutes: int | None = None
    buyer: bool | None = None
    customers: int = 0
    ours: int = 0
    theirs: int = 0
    next_dated: bool | None = None
    pack_hash: str | None = None
    prepared_minutes: int | None = None
    prepared_at: datetime | None = None
    events: list[str] = field(default_factory=list)

    @property
    def due(self) -> date | None:
        """The due day now."""
        return self.dues[-1][1] if self.dues else None

    @property
    def due_frozen(self) -> date | None:
        """The due day as it stood 30 days before it: moving it later than that does not help."""
        for n, (_, due) in enumerate(self.dues):
            if n + 1 == len(self.dues) or self.dues[n + 1][0].date() > due - FROZEN:
                return due
        return None


@dataclass(slots=True)
class Series:
    """The rhythm. `steps`: (from when, interval in days, grace in days); an interval of None: none runs."""

    steps: list[tuple[datetime, int | None, int]] = field(default_factory=list)
    due: date | None = None
    paused: bool = False
    events: list[str] = field(default_factory=list)

    def at(self, instant: datetime) -> tuple[datetime, int, int] | None:
        """(since when a rhythm runs without a break, interval, grace) at an instant; None: none runs."""
        found: tuple[datetime, int, int] | None = None
        for since, interval, grace in self.steps:
            if since > instant:
                break
            found = (found[0] if found else since, interval, grace) if interval else None
        return found


@dataclass(slots=True)
class Action:
    """A promise."""

    id: UUID
    qbr: UUID
    side: str
    first_due: date
    due: date
    agreed_at: datetime
    owner: str = ""
    state: str = "agreed"
    done_at: datetime | None = None
    in_time: bool | None = None
    moves: int = 0
    blocked: bool = False
    initiative: UUID | None = None
    events: list[str] = field(default_factory=list)


def reviews(facts: Iterable[Fact]) -> dict[UUID, Review]:
    """Every QBR, by id."""
    found: dict[UUID, Review] = {}
    for f in facts:
        d, id = f.data, UUID(f.data["qbr_id"])
        r = found.setdefault(id, Review(id))
        r.events.append(f.event_id)
        if f.type == "ActionItemAgreed":
            r.ours, r.theirs = r.ours + (d["side"] == "ours"), r.theirs + (d["side"] == "customer")
            continue
        r.state = STATES.get(f.type, r.state)
        match f.type:
            case "QBRPlanned" | "QBRDueMoved":
                r.dues.append((f.recorded_at if f.actor.startswith("user:") else f.effective_at, _due(d["due_by"])))
            case "QBRScheduled":
                r.scheduled_at = datetime.fromisoformat(d["at"])
            case "QBRRescheduled":
                r.scheduled_at, r.moves = datetime.fromisoformat(d["to_at"]), d["count"]
            case "QBRHeld" | "QBRHeldCorrected":
                _held(r, f)
            case "QBRHeldRetracted":
                r.held_at = None
            case "QBRMissed":
                r.missed_at = f.effective_at
            case "QBRWaived":
                r.waived_at = f.effective_at
            case "QBRClosed":
                r.closed_at = f.effective_at
            case "QBRCloseOverdue":
                r.close_overdue = True
            case "QBRPackPublished" if r.prepared_minutes is None:
                r.prepared_minutes, r.prepared_at = d["active_minutes"], f.effective_at
    return found


def _due(value: str) -> date:
    return date.fromisoformat(value)


def _held(r: Review, f: Fact) -> None:
    d = f.data
    r.held_at = moment(f, "held_at")
    if f.type == "QBRHeld" and not r.dues:
        r.dues.append((r.held_at - FROZEN, _due(d["due_by"])))
    r.minutes, r.buyer = d["minutes"], d["economic_buyer_present"]
    r.customers, r.pack_hash = len(d["attendees"]["customer"]), d.get("pack_hash")
    r.next_dated = d.get("next_qbr") is not None


def series(facts: Iterable[Fact]) -> Series:
    """The rhythm of the account."""
    s = Series()
    for f in facts:
        d, at = f.data, f.effective_at
        s.events.append(f.event_id)
        s.due = day(d.get("due_by")) or s.due
        match f.type:
            case "QBRSeriesStarted" | "QBRSeriesRetimed":
                s.steps.append((at, d["interval_days"], d["grace_days"]))
            case "QBRSeriesPaused" | "QBRSeriesEnded":
                s.paused = f.type == "QBRSeriesPaused"
                s.steps.append((at, None, 0))
            case "QBRSeriesResumed":
                s.paused = False
                last = next(((i, g) for _, i, g in reversed(s.steps) if i), None)
                s.steps += [(at, *last)] if last else []
    s.steps.sort(key=lambda step: step[0])
    return s


def actions(facts: Iterable[Fact]) -> dict[UUID, Action]:
    """Every promise, by id."""
    found: dict[UUID, Action] = {}
    for f in facts:
        d, id = f.data, UUID(f.data["action_id"])
        if f.type == "ActionItemAgreed":
            due = _due(d["due"])
            found[id] = Action(id, UUID(d["qbr_id"]), d["side"], due, due, f.effective_at, d["owner"])
        if (a := found.get(id)) is None:
            continue
        a.events.append(f.event_id)
        match f.type:
            case "ActionItemStarted":
                a.state = "in_progress"
            case "ActionItemBlocked" | "ActionItemUnblocked":
                a.blocked = f.type == "ActionItemBlocked"
            case "ActionItemRescheduled":
                a.due, a.moves = _due(d["to_due"]), d["count"]
            case "ActionItemReassigned":
                a.owner = d["owner"]
            case "ActionItemDone":
                a.state, a.done_at, a.in_time = "done", f.effective_at, d["on_time"]
            case "ActionItemDropped":
                a.state = "dropped"
            case "ActionItemReopened":
                a.state, a.done_at, a.in_time = "agreed", None, None
            case "ActionItemPromoted":
                a.initiative = UUID(d["initiative_id"])
    return found
