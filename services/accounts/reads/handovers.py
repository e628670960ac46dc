"""Handovers as they stood on a day: who hands which theme to whom, what of it is confirmed, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads.asof import AsOf
from services.accounts.reads.states import Merges, fetch
from services.accounts.reads.tables import handover_steps

ENDS = {"accepted": "Accepted", "declined": "Declined", "withdrawn": "Withdrawn"}


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item of a handover, and whether the receiver confirmed it."""

    kind: str
    ref: str
    what: str
    label: str
    due_on: date | None
    confirmed_at: datetime | None = None
    note: str = ""
    event_id: str = ""

    @property
    def item_id(self) -> str:
        """As the domain names it."""
        return f"{self.kind}:{self.ref}"


@dataclass(frozen=True, slots=True)
class HandoverState:
    """`state`: Started, Overdue, Accepted, Declined or Withdrawn; `words`: why it was declined; `because`: why it was
    withdrawn; `event_id`: the newest event about it."""

    handover_id: UUID
    account_id: UUID
    theme: str
    from_owner_id: str
    to_owner_id: str
    cause: str
    due_on: date
    started_at: datetime
    items: tuple[ItemState, ...]
    state: str = "Started"
    ended_at: datetime | None = None
    words: str = ""
    because: str = ""
    event_id: str = ""
    position: int = field(default=0, compare=False)

    @property
    def open(self) -> bool:
        """Whether an answer is awaited."""
        return self.state in ("Started", "Overdue")


async def handovers(conn: AsyncConnection, asof: AsOf, merged: Merges, account: UUID) -> list[HandoverState]:
    """Those of an account and of what it absorbed: the open ones first, then the newest."""
    t = handover_steps
    query = select(t).where(t.c.account_id.in_(merged.with_absorbed([account])), t.c.effective_at < asof.before)
    found = fold(await fetch(conn, query.order_by(t.c.position)))
    return sorted(found, key=lambda h: (not h.open, -h.position))


async def parties(conn: AsyncConnection, user_id: str) -> set[UUID]:
    """The accounts at which somebody hands over or takes over now: both see them until it is over."""
    t = handover_steps
    theirs = select(t.c.handover_id).where((t.c.from_owner_id == user_id) | (t.c.to_owner_id == user_id))
    query = select(t).where(t.c.handover_id.in_(theirs)).order_by(t.c.position)
    return {h.account_id for h in fold(await fetch(conn, query)) if h.open}


def fold(rows: Iterable[dict[str, Any]]) -> list[HandoverState]:
    """Rows of `handover_steps`, in the order of the log."""
    found: dict[UUID, HandoverState] = {}
    for r in rows:
        kind, known = r["kind"], found.get(r["handover_id"])
        if kind == "started":
            items = tuple(
                ItemState(
                    i["kind"],
                    i["ref"],
                    i.get("what") or "",
                    i.get("label") or "",
                    date.fromisoformat(i["due_on"]) if i.get("due_on") else None,
                )
                for i in r["items"]
            )
            known = HandoverState(
                r["handover_id"], r["account_id"], r["theme"], r["from_owner_id"], r["to_owner_id"], r["cause"],
                r["due_on"], r["effective_at"], items,
            )  # fmt: skip
        elif known is None:
            continue  # cut off before its start: nothing began by then
        elif kind == "confirmed":
            said = {"confirmed_at": r["effective_at"], "note": r["words"] or "", "event_id": r["event_id"]}
            items = tuple(replace(i, **said) if i.item_id == r["item_id"] else i for i in known.items)
            known = replace(known, items=items)
        elif kind == "overdue":
            known = replace(known, state="Overdue")
        else:
            known = replace(
                known, state=ENDS[kind], ended_at=r["effective_at"], words=r["words"] or "", because=r["cause"] or ""
            )
        found[known.handover_id] = replace(known, event_id=r["event_id"], position=r["position"])
    return list(found.values())
