"""Use cases that nobody asks for: what the series, time and the CRM's meetings do to a QBR."""

from __future__ import annotations

from uuid import UUID

from services.qbr.app.unit import Unit
from services.qbr.domain import Qbr, Series
from services.qbr.domain import commands as c


async def move_due(u: Unit, do: c.MoveDue) -> UUID:
    """Follows its series."""
    found = await u.get(Qbr, do.qbr_id)
    found.move_due(do.due_by, do.grace, do.cause)
    return found.id


async def remind(u: Unit, do: c.Remind) -> UUID:
    """A step is due."""
    found = await u.get(Qbr, do.qbr_id)
    found.remind(do.step, do.days_left, do.late_by_s)
    return found.id


async def miss(u: Unit, do: c.MissQBR) -> UUID:
    """Due day and grace are over."""
    found = await u.get(Qbr, do.qbr_id)
    found.miss(do.late_by_s)
    return found.id


async def tell_summary(u: Unit, do: c.TellSummaryOverdue) -> UUID:
    """No summary in time."""
    found = await u.get(Qbr, do.qbr_id)
    found.tell_summary_overdue(do.due_on, do.late_by_s)
    return found.id


async def tell_close(u: Unit, do: c.TellCloseOverdue) -> UUID:
    """Not closed in time."""
    found = await u.get(Qbr, do.qbr_id)
    found.tell_close_overdue(do.due_on, do.late_by_s)
    return found.id


async def see_meeting(u: Unit, do: c.SeeMeeting) -> UUID:
    """The CRM shows a held review."""
    found = await u.find(Qbr, Qbr.proposal_id(do.system, do.meeting_crm_id, do.account_id))
    told = {"revision": do.revision, "at": do.at, "participants": do.participants, "owner_id": do.owner_id}
    if found is None:
        series = Series.create_id(do.account_id)
        found = u.add(Qbr.propose(do.account_id, series, do.system, do.meeting_crm_id, **told))
    else:
        found.see_meeting(do.revision, do.at, do.participants, do.owner_id)
    qbr_id: UUID = found.id
    return qbr_id


async def lose_meeting(u: Unit, do: c.LoseMeeting) -> UUID:
    """The CRM no longer has it as held."""
    stream = Qbr.proposal_id(do.system, do.meeting_crm_id, do.account_id)
    found = await u.find(Qbr, stream)
    if found is not None:
        found.lose_meeting(do.revision)
    return stream
