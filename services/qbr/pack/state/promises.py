"""The reviews of an account and what was promised in them, from our own events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from services.qbr.pack.facts import Fact


@dataclass(slots=True)
class Promise:
    """An action item. `first_due` never moves: K11 counts against it."""

    id: str
    qbr: str
    title: str
    side: str
    owner: str
    owner_subject: str | None
    agreed_at: datetime
    first_due: date
    due: date
    moved: int = 0
    status: str = "agreed"
    closed_at: datetime | None = None
    initiative: str | None = None
    events: list[str] = field(default_factory=list)

    @property
    def done_at(self) -> datetime | None:
        """When it was kept."""
        return self.closed_at if self.status == "done" else None

    @property
    def closed(self) -> bool:
        """Kept or dropped."""
        return self.status in ("done", "dropped")


@dataclass(slots=True)
class Review:
    """A QBR that was held."""

    id: str
    held_at: datetime
    event: str
    next_qbr: date | None


@dataclass(slots=True)
class Promises:
    """Held reviews and action items."""

    held: dict[str, Review] = field(default_factory=dict)
    items: dict[str, Promise] = field(default_factory=dict)

    def take(self, f: Fact) -> None:
        """One event of ours; types that packs do not show pass."""
        d = f.data
        match f.type:
            case "QBRHeld" | "QBRHeldCorrected":
                at = datetime.fromisoformat(d["held_at"]) if d.get("held_at") else f.effective_at
                following = d.get("next_qbr")
                self.held[d["qbr_id"]] = Review(
                    d["qbr_id"], at, f.event_id, date.fromisoformat(following) if following else None
                )
            case "QBRHeldRetracted":
                self.held.pop(d["qbr_id"], None)
            case "ActionItemAgreed":
                due = date.fromisoformat(d["due"])
                self.items[d["action_id"]] = Promise(
                    d["action_id"], d["qbr_id"], d["title"], d["side"], d["owner"], d.get("owner_subject"),
                    f.effective_at,
                    due, due, events=[f.event_id],
                )  # fmt: skip
            case _ if item := self.items.get(d.get("action_id", "")):
                self._step(item, f)

    def last_review(self) -> Review | None:
        """The review held last."""
        return max(self.held.values(), key=lambda r: (r.held_at, r.id), default=None)

    def _step(self, item: Promise, f: Fact) -> None:
        status = _STATUS.get(f.type)
        if status is None and f.type not in ("ActionItemRescheduled", "ActionItemReassigned", "ActionItemPromoted"):
            return
        item.status = status or item.status
        if status:
            item.closed_at = f.effective_at if item.closed else None
        if f.type == "ActionItemRescheduled":
            item.due, item.moved = date.fromisoformat(f.data["to_due"]), item.moved + 1
        elif f.type == "ActionItemReassigned":
            item.owner, item.owner_subject = f.data["owner"], f.data.get("owner_subject")
        elif f.type == "ActionItemPromoted":
            item.initiative = f.data["initiative_id"]
        item.events.append(f.event_id)


_STATUS = {
    "ActionItemStarted": "in_progress",
    "ActionItemBlocked": "blocked",
    "ActionItemUnblocked": "in_progress",
    "ActionItemDone": "done",
    "ActionItemDropped": "dropped",
    "ActionItemReopened": "agreed",
}
