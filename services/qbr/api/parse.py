"""Request fields → values: what this service asks for beside what all do."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from services.qbr.domain.values import RATING_CRITERIA_VERSION as CRITERIA
from services.qbr.domain.values import Attendees, CustomerAttendee, Meeting, Mode, PlannedAction, Rating, Side
from shared.edge import fields
from shared.protos import qbr_pb2 as pb


class Fields(fields.Fields):
    """Reads fields one by one and remembers what is wrong; `done` says it all at once."""

    longest = 20_000  # minutes of a meeting

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
