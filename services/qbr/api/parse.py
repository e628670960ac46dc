"""Request fields → values, with every fault named before anything happens. Raises Invalid with the fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar, get_args
from uuid import UUID

from services.qbr.domain.values import RATING_CRITERIA_VERSION as CRITERIA
from services.qbr.domain.values import Attendees, CustomerAttendee, Meeting, Mode, PlannedAction, Rating, Side
from shared.clock import Clock
from shared.errors import Invalid
from shared.eventstore.events import Meta
from shared.protos import accounts_pb2
from shared.protos import qbr_pb2 as pb

T = TypeVar("T")
LONGEST = 20_000  # characters of a free text


class Fields:
    """Reads fields one by one and remembers what is wrong; `done` says it all at once."""

    def __init__(self) -> None:
        self._wrong: dict[str, str] = {}

    def done(self) -> None:
        """Raises Invalid if a field was wrong."""
        if self._wrong:
            raise Invalid(slug="fields-invalid", fields=self._wrong)

    def wrong(self, field: str, why: str) -> None:
        """Remembers a fault."""
        self._wrong[field] = why

    def read(self, field: str, value: str, parse: Callable[[str], T], expected: str, default: T) -> T:
        """A required field; `default` stands in for a wrong one until `done`."""
        try:
            return parse(value)
        except (ValueError, OverflowError):
            self.wrong(field, f"{value[:80]!r} is not {expected}" if value else f"is missing; give {expected}")
            return default

    def uuid(self, field: str, value: str) -> UUID:
        """An id."""
        return self.read(field, value, UUID, "a UUID", UUID(int=0))

    def uuids(self, field: str, values: Iterable[str]) -> tuple[UUID, ...]:
        """Several ids."""
        return tuple(self.uuid(f"{field}[{n}]", v) for n, v in enumerate(values))

    def day(self, field: str, value: str) -> date:
        """A day."""
        return self.read(field, value, date.fromisoformat, "a day such as 2026-11-15", date.max)

    def day_or_none(self, field: str, value: str) -> date | None:
        """A day that need not be given."""
        return self.day(field, value) if value else None

    def instant(self, field: str, value: str) -> datetime:
        """An instant with a zone."""
        return self.read(
            field, value, _aware, "an instant such as 2026-11-15T12:00:00Z", datetime.min.replace(tzinfo=UTC)
        )

    def text(self, field: str, value: str) -> str:
        """A text that is there and not a book."""
        if not value.strip():
            self.wrong(field, "is missing")
        return self.text_or_none(field, value)

    def text_or_none(self, field: str, value: str) -> str:
        """A text that need not be given."""
        if len(value) > LONGEST:
            self.wrong(field, f"has {len(value)} characters; at most {LONGEST} are kept")
        return value

    def one_of(self, field: str, value: str, known: Iterable[str]) -> Any:
        """A code."""
        if value not in (codes := tuple(known)):
            self.wrong(field, f"{value[:80]!r} is none of {', '.join(codes)}")
        return value

    def document(self, field: str, value: str) -> dict[str, Any]:
        """A JSON object."""
        found: Any = self.read(field, value, json.loads, "a JSON object", {})
        if not isinstance(found, dict):
            self.wrong(field, "is JSON, but no object")
            return {}
        return found

    def meta(self, meta: accounts_pb2.CommandMeta, clock: Clock) -> Meta:
        """Who asks, with which command id, and from when it counts (empty: now)."""
        command_id = self.uuid("meta.command_id", meta.command_id)
        user = self.text("meta.user_id", meta.user_id)
        at = self.instant("meta.effective_at", meta.effective_at) if meta.effective_at else clock.now()
        if at > clock.now():
            self.wrong("meta.effective_at", f"{meta.effective_at} lies in the future")
        correlation = self.uuid("meta.correlation_id", meta.correlation_id) if meta.correlation_id else None
        return Meta(f"user:{user}", at, command_id=command_id, correlation_id=correlation)

    def action(self, field: str, a: pb.PlannedAction) -> PlannedAction:
        """A promise; what is missing is for the domain to say, so that it says it the same way everywhere."""
        side: Side = self.one_of(f"{field}.side", a.side, get_args(Side))
        due = self.day(f"{field}.due", a.due)
        owner = self.text(f"{field}.owner", a.owner)
        title = self.text(f"{field}.title", a.title)
        return PlannedAction(
            side=side if side in get_args(Side) else "ours", owner=owner, due=due, title=title, promote=a.promote
        )

    def meeting(self, r: pb.HoldQBRRequest, at: datetime) -> Meeting:
        """What is told of a QBR that took place."""
        mode: Mode = self.one_of("mode", r.mode, get_args(Mode))
        customer = tuple(
            CustomerAttendee(subject=self.uuid(f"customer[{n}].subject_id", a.subject_id), roles=tuple(a.roles))
            for n, a in enumerate(r.customer)
        )
        rating = Rating(criteria_version=CRITERIA, values=tuple(r.ratings)) if r.ratings else None
        return Meeting(
            at=at, mode=mode if mode in get_args(Mode) else "remote", minutes=r.minutes,
            attendees=Attendees(customer=customer, own=tuple(r.own)), rating=rating,
            next_qbr=self.day_or_none("next_qbr", r.next_qbr),
        )  # fmt: skip


def _aware(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at.astimezone(UTC)
