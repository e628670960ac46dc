"""Use cases of templates and series."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.qbr.app.unit import Unit
from services.qbr.domain import Qbr, QbrTemplate, Series
from services.qbr.domain import commands as c
from services.qbr.domain.base import need


async def define_template(u: Unit, do: c.DefineTemplate) -> UUID:
    """Drafts a version."""
    stream = QbrTemplate.create_id(do.template_id)
    found = await u.find(QbrTemplate, stream) or u.add(QbrTemplate(do.template_id))
    found.draft(do.document, u.meta.actor)
    return stream


async def publish_template(u: Unit, do: c.PublishTemplate) -> UUID:
    """Lets a drafted version hold."""
    found = await u.get(QbrTemplate, QbrTemplate.create_id(do.template_id))
    found.publish(do.version, u.meta.actor)
    return found.id


async def start(u: Unit, do: c.StartSeries) -> UUID:
    """The account gets reviews."""
    stream = Series.create_id(do.account_id)
    found = await u.find(Series, stream) or u.add(Series(do.account_id))
    found.start(do.tier, await u.rhythm(do.tier), do.anchor or await u.day(do.account_id))
    return stream


async def retime(u: Unit, do: c.RetimeSeries) -> UUID:
    """Another tier, another rhythm."""
    found = await u.series(do.account_id)
    on = do.on or await u.day(do.account_id)
    found.retime(do.tier, await u.rhythm(do.tier), on, u.company.cycle.tier_change_lead_days, do.cause)
    return found.id


async def pause(u: Unit, do: c.PauseSeries) -> UUID:
    """Nothing falls due for a while."""
    found = await u.series(do.account_id)
    found.pause(do.reason, do.until, await u.today(do.account_id))
    return found.id


async def resume(u: Unit, do: c.ResumeSeries) -> UUID:
    """Goes on."""
    found = await u.series(do.account_id)
    found.resume(await u.day(do.account_id), u.company.cycle.tier_change_lead_days)
    return found.id


async def end(u: Unit, do: c.EndSeries) -> UUID:
    """No more QBRs."""
    found = await u.series(do.account_id)
    found.end(do.reason)
    return found.id


async def note_held(u: Unit, do: c.NoteHeld) -> UUID:
    """What is due next follows from what was held; also of an account whose series has not started yet."""
    stream = Series.create_id(do.account_id)
    found = await u.find(Series, stream) or u.add(Series(do.account_id))
    found.note_held(do.qbr_id, do.held_on, u.company.cycle.tier_change_lead_days, do.cause)
    return stream


async def note_waived(u: Unit, do: c.NoteWaived) -> UUID:
    """The next interval runs from the day that was left out."""
    found = await u.series(do.account_id)
    found.note_waived(do.qbr_id, do.was_due, u.company.cycle.tier_change_lead_days)
    return found.id


async def plan(u: Unit, do: c.PlanQBR) -> UUID:
    """The next QBR of the series; one is open at a time."""
    series = await u.series(do.account_id)
    need(await u.open_qbr(series) is None, "open-qbr-exists", "The series has an open QBR already; use that one.")
    made = u.add(Qbr.plan(do.account_id, series.id, series.version, series.due_by, series.grace, u.company.cycle))
    series.book(made.id)
    qbr_id: UUID = made.id
    return qbr_id


async def propose_pull(u: Unit, do: c.ProposePullForward) -> UUID:
    """The account turned red (PM6)."""
    found = await u.series(do.account_id)
    days = u.company.cycle.pull_forward_days
    found.propose_pull(do.on + timedelta(days=days), 2 * days, do.risk_event)
    return found.id


async def settle_pull(u: Unit, do: c.SettlePullForward) -> UUID:
    """It is not red any more."""
    found = await u.series(do.account_id)
    found.settle_pull(do.reason)
    return found.id


async def pull_forward(u: Unit, do: c.PullForwardQBR) -> UUID:
    """A person says yes."""
    found = await u.series(do.account_id)
    found.pull_forward(await u.today(do.account_id))
    return found.id


async def dismiss_pull(u: Unit, do: c.DismissPullForward) -> UUID:
    """A person says no."""
    found = await u.series(do.account_id)
    found.dismiss_pull(do.reason)
    return found.id
