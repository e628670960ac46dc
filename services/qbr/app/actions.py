"""Use cases of action items."""

from __future__ import annotations

from uuid import UUID

from services.qbr.app.unit import Unit
from services.qbr.domain import ActionItem, Qbr
from services.qbr.domain import commands as c
from services.qbr.domain.review import states
from shared import ids


async def agree(u: Unit, do: c.AgreeAction) -> UUID:
    """A promise with owner and due day."""
    qbr = await u.get(Qbr, do.qbr_id)
    states.may("AgreeAction", qbr.state)
    action_id = ids.derived("qbr-action", str(u.meta.command_id or ids.new_id()))
    made = ActionItem.agree(action_id, qbr.account_id, qbr.id, do.action, do.decision_id, u.company.system)
    u.lead(made)
    qbr.note_action(action_id, do.decision_id)
    return action_id


async def convert(u: Unit, do: c.ConvertToInitiative) -> UUID:
    """It becomes an initiative of the growth plan; about those who were there, unless persons are named."""
    found = await u.get(ActionItem, do.action_id)
    how = do.promotion
    if not how.stakeholders and (there := (await u.get(Qbr, found.qbr_id)).attendees) is not None:
        how = how.model_copy(update={"stakeholders": tuple(a.subject for a in there.customer)})
    found.promote(how)
    return found.id


async def start(u: Unit, do: c.StartAction) -> UUID:
    """Work began."""
    found = await u.get(ActionItem, do.action_id)
    found.start()
    return found.id


async def block(u: Unit, do: c.BlockAction) -> UUID:
    """It waits."""
    found = await u.get(ActionItem, do.action_id)
    found.block(do.reason)
    return found.id


async def unblock(u: Unit, do: c.UnblockAction) -> UUID:
    """It goes on."""
    found = await u.get(ActionItem, do.action_id)
    found.unblock()
    return found.id


async def reschedule(u: Unit, do: c.RescheduleAction) -> UUID:
    """Another due day."""
    found = await u.get(ActionItem, do.action_id)
    found.reschedule(do.to, do.reason, await u.today(found.account_id))
    return found.id


async def reassign(u: Unit, do: c.ReassignAction) -> UUID:
    """Another owner."""
    found = await u.get(ActionItem, do.action_id)
    found.reassign(do.owner, u.company.system)
    return found.id


async def complete(u: Unit, do: c.CompleteAction) -> UUID:
    """Kept."""
    found = await u.get(ActionItem, do.action_id)
    found.complete(do.evidence_ref, await u.day(found.account_id))
    return found.id


async def drop(u: Unit, do: c.DropAction) -> UUID:
    """Given up by both sides."""
    found = await u.get(ActionItem, do.action_id)
    found.drop(do.reason, do.by_us, do.by_customer)
    return found.id


async def reopen(u: Unit, do: c.ReopenAction) -> UUID:
    """Wanted again."""
    found = await u.get(ActionItem, do.action_id)
    found.reopen(do.reason)
    return found.id


async def tell_due_soon(u: Unit, do: c.TellActionDueSoon) -> UUID:
    """Few days are left."""
    found = await u.get(ActionItem, do.action_id)
    found.tell_due_soon(do.late_by_s)
    return found.id


async def tell_overdue(u: Unit, do: c.TellActionOverdue) -> UUID:
    """The due day is over."""
    found = await u.get(ActionItem, do.action_id)
    found.tell_overdue(do.late_by_s)
    return found.id
