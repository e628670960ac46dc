"""Handovers of themes at an account."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import computed_field

from services.portal.models.base import View


class HandoverItem(View):
    """One thing that whoever takes over has to know; `confirmed_at` null: not confirmed. `name`: of a person."""

    item_id: str
    kind: str
    ref: str
    what: str | None
    label: str | None
    name: str | None
    due_on: date | None
    confirmed_at: datetime | None
    note: str | None
    event_id: str | None


class Handover(View):
    """`cause` person: the theme moves when it is accepted; otherwise it is the receiver's already. `due_on`: last day
    on which it is accepted in time. `topic_ids`: sensitive topics of the account, if whoever asks is one of both."""

    handover_id: str
    account_id: str
    theme: str
    state: str
    from_owner_id: str
    from_owner: str | None
    to_owner_id: str
    to_owner: str | None
    cause: str
    due_on: date
    started_at: datetime
    ended_at: datetime | None
    reason: str | None
    withdrawn_because: str | None
    event_id: str | None
    items: list[HandoverItem]
    confirmed: int
    topic_ids: list[str]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def open(self) -> bool:
        """Whether an answer is awaited."""
        return self.state in ("Started", "Overdue")


class Handovers(View):
    """All of an account: those that run first, then the newest."""

    as_of: datetime
    handovers: list[Handover]
