"""Use cases of a QBR."""

from __future__ import annotations

from uuid import UUID

from services.qbr.app import texts
from services.qbr.app.unit import Unit
from services.qbr.domain import Qbr, Series
from services.qbr.domain import commands as c
from services.qbr.domain.review import states
from services.qbr.domain.values import Meeting, TemplateRef
from services.qbr.policy.business import business_days_after
from services.qbr.policy.preparation import active_minutes
from shared import ids


async def schedule(u: Unit, do: c.ScheduleQBR) -> UUID:
    """A date that the customer accepted."""
    found = await u.get(Qbr, do.qbr_id)
    found.schedule(do.at, do.invitees, do.accepted, u.now)
    return found.id


async def record_acceptance(u: Unit, do: c.RecordAcceptance) -> UUID:
    """One more comes."""
    found = await u.get(Qbr, do.qbr_id)
    found.record_acceptance(do.subject_id)
    return found.id


async def reschedule(u: Unit, do: c.RescheduleQBR) -> UUID:
    """Another date."""
    found = await u.get(Qbr, do.qbr_id)
    found.reschedule(do.to, do.reason, u.now, u.company.cycle)
    return found.id


async def postpone(u: Unit, do: c.PostponeQBR) -> UUID:
    """Off the calendar."""
    found = await u.get(Qbr, do.qbr_id)
    found.postpone(do.reason, do.until, await u.today(found.account_id))
    return found.id


async def cancel(u: Unit, do: c.CancelQBR) -> UUID:
    """It will not take place."""
    found = await u.get(Qbr, do.qbr_id)
    found.cancel(do.reason)
    return found.id


async def waive(u: Unit, do: c.WaiveQBR) -> UUID:
    """Left out with approval."""
    found = await u.get(Qbr, do.qbr_id)
    found.waive(do.reason, do.approver, u.meta.actor.removeprefix("user:"), do.roles)
    return found.id


async def start_preparation(u: Unit, do: c.StartPreparation) -> UUID:
    """The clock runs."""
    found = await u.get(Qbr, do.qbr_id)
    found.start_preparation()
    return await _worked(u, found)


async def record_activity(u: Unit, do: c.RecordPreparationActivity) -> UUID:
    """Somebody works on it: no event."""
    found = await u.get(Qbr, do.qbr_id)
    states.may("RecordPreparationActivity", found.state)
    return await _worked(u, found)


async def note_agenda(u: Unit, do: c.NoteAgenda) -> UUID:
    """A note on the agenda."""
    found = await u.get(Qbr, do.qbr_id)
    known = [s.key for s in (await u.template(found.template))[1].agenda]
    found.note_agenda(do.section, await u.write(found.account_id, "agenda", do.text), known)
    return await _worked(u, found)


async def freeze_pack(u: Unit, do: c.FreezeDataPack) -> UUID:
    """The pack as it is now."""
    found = await u.get(Qbr, do.qbr_id)
    found.freeze_pack(do.pack)
    return await _worked(u, found)


async def annotate_pack(u: Unit, do: c.AnnotatePack) -> UUID:
    """A remark on the pack."""
    found = await u.get(Qbr, do.qbr_id)
    known = (await u.template(found.template))[1].pack_sections
    ref = await u.write(found.account_id, "annotation", do.text)
    found.annotate_pack(do.section, ref, known, do.customer)
    return await _worked(u, found)


async def publish_pack(u: Unit, do: c.PublishPack) -> UUID:
    """The pack goes out; the active minutes so far go with it."""
    found = await u.get(Qbr, do.qbr_id)
    await _worked(u, found)
    worked = await texts.activity(u.conn, found.id)
    active = active_minutes(worked, u.company.cycle.pause_that_ends_activity_minutes)
    found.publish_pack(do.audience, active, do.share, (await u.template(found.template))[1].pack_sections)
    return found.id


async def hold(u: Unit, do: c.HoldQBR) -> UUID:
    """It took place."""
    found = await u.get(Qbr, do.qbr_id)
    if not found.template.version:
        found.template = (await u.template())[0]
    meeting, known = await _told(u, do, found)
    by = u.meta.actor.removeprefix("user:")
    found.hold(meeting, await u.zone(found.account_id), u.now, do.approver, by, u.company.cycle, known)
    await texts.forget_activity(u.conn, found.id)
    return found.id


async def correct(u: Unit, do: c.CorrectQBR) -> UUID:
    """It was otherwise."""
    found = await u.get(Qbr, do.qbr_id)
    meeting, known = await _told(u, do, found)
    found.correct(meeting, await u.zone(found.account_id), u.now, known)
    return found.id


async def confirm(u: Unit, do: c.ConfirmProposedQBR) -> UUID:
    """The CRM's meeting was a QBR. It counts against what was due then: the series' due day as it stands."""
    found = await u.get(Qbr, do.qbr_id)
    states.may("ConfirmProposedQBR", found.state)
    template, _ = await u.template()
    meeting, known = await _told(u, do, found)
    zone, series = await u.zone(found.account_id), await u.find(Series, Series.create_id(found.account_id))
    due = series.due_by if series is not None and series.state != "New" else meeting.at.astimezone(zone).date()
    found.confirm(meeting, due, zone, u.now, known, template)
    return found.id


async def dismiss(u: Unit, do: c.DismissProposedQBR) -> UUID:
    """The meeting was none."""
    found = await u.get(Qbr, do.qbr_id)
    found.dismiss(do.reason)
    return found.id


async def retract(u: Unit, do: c.RetractQBR) -> UUID:
    """It did not take place."""
    found = await u.get(Qbr, do.qbr_id)
    found.retract(do.reason)
    return found.id


async def rate(u: Unit, do: c.RateQBR) -> UUID:
    """How good it was."""
    found = await u.get(Qbr, do.qbr_id)
    found.rate(do.ratings)
    return found.id


async def record_decision(u: Unit, do: c.RecordDecision) -> UUID:
    """Both sides decided. Returns the decision's id, by which an action names it."""
    found = await u.get(Qbr, do.qbr_id)
    ref = await u.write(found.account_id, "decision", do.text)
    decision_id = ids.derived("qbr-decision", str(ref))
    found.record_decision(decision_id, ref, do.agreed_by, do.action)
    return decision_id


async def approve_minutes(u: Unit, do: c.ApproveMinutes) -> UUID:
    """The minutes stand."""
    found = await u.get(Qbr, do.qbr_id)
    found.approve_minutes(await u.write(found.account_id, "minutes", do.text) if do.text.strip() else None)
    return found.id


async def send_summary(u: Unit, do: c.SendSummary) -> UUID:
    """The customer has the summary."""
    found = await u.get(Qbr, do.qbr_id)
    states.may("SendSummary", found.state)
    assert found.held_on is not None
    due = business_days_after(found.held_on, u.company.cycle.summary_business_days, u.company.off)
    found.send_summary(due, await u.day(found.account_id))
    return found.id


async def close(u: Unit, do: c.CloseQBR) -> UUID:
    """All that a QBR leaves is done."""
    found = await u.get(Qbr, do.qbr_id)
    series = await u.find(Series, Series.create_id(found.account_id))
    following, last = await u.open_qbr(series), series is not None and series.state == "Ended"
    document = (await u.template(found.template))[1]
    wanted = [f.key for f in document.result_fields if f.required]
    found.close(do.no_action_reason, following.id if following else None, wanted, last)
    return found.id


async def _worked(u: Unit, found: Qbr) -> UUID:
    """Every command of a running preparation shows that somebody works on it."""
    if found.state in states.AT_WORK:
        await texts.note_activity(u.conn, found.id, u.now)
    return found.id


async def _told(u: Unit, do: c.HoldQBR, found: Qbr) -> tuple[Meeting, list[str]]:
    """The meeting with its results kept as texts, and the results that the template knows."""
    used: TemplateRef | None = found.template if found.template.version else None
    known = [f.key for f in (await u.template(used))[1].result_fields]
    refs = {
        key: await u.write(found.account_id, f"result:{key}", body)
        for key, body in sorted(do.results.items())
        if key in known
    }
    strange = {key: ids.derived("qbr-text", "none") for key in do.results if key not in known}
    return do.meeting.model_copy(update={"results": {**refs, **strange}}), known
