"""The commands on initiatives, deals, plays and whitespace; as in `commands.py`."""

from __future__ import annotations

from typing import Any, get_args

from services.growth.api.commands import Call, on_plan, rpc
from services.growth.api.parse import Fields
from services.growth.domain import GrowthPlan, PlayRun
from services.growth.domain.values import CELL_STATES, Outcome


@rpc
def ProposeInitiative(f: Fields, r: Any) -> Call:
    initiative = f.new_id("initiative_id", r.initiative_id, "initiative", r.meta)
    title, owner, due = f.text("title", r.title), f.text("owner", r.owner), f.day("due", r.due)
    goals, people = f.uuids("goal_ids", r.goal_ids), f.uuids("stakeholders", r.stakeholders)
    why = f.text_or_empty("no_opportunity_reason", r.no_opportunity_reason)
    return on_plan(f, r, lambda p, w: p.propose_initiative(
        w.now, initiative, title=title, owner=owner, due=due, goal_ids=goals, stakeholders=people,
        opportunity_id=r.opportunity_id or None,
        no_opportunity_ref=w.say(p.account_id, "no_opportunity", why) if why else None,
    ), initiative)  # fmt: skip


@rpc
def AlignInitiative(f: Fields, r: Any) -> Call:
    initiative, goals = f.uuid("initiative_id", r.initiative_id), f.uuids("goal_ids", r.goal_ids)
    return on_plan(f, r, lambda p, w: p.align_initiative(w.now, initiative, goals), initiative)


@rpc
def ReassignInitiative(f: Fields, r: Any) -> Call:
    initiative, owner = f.uuid("initiative_id", r.initiative_id), f.text("owner", r.owner)
    return on_plan(f, r, lambda p, w: p.reassign_initiative(w.now, initiative, owner), initiative)


@rpc
def ApproveInitiative(f: Fields, r: Any) -> Call:
    initiative = f.uuid("initiative_id", r.initiative_id)
    return on_plan(f, r, lambda p, w: p.approve_initiative(w.now, initiative), initiative)


@rpc
def StartInitiative(f: Fields, r: Any) -> Call:
    initiative = f.uuid("initiative_id", r.initiative_id)
    return on_plan(f, r, lambda p, w: p.start_initiative(w.now, initiative), initiative)


@rpc
def PutInitiativeOnHold(f: Fields, r: Any) -> Call:
    initiative, reason = f.uuid("initiative_id", r.initiative_id), f.text("reason", r.reason)
    return on_plan(f, r, lambda p, w: p.hold_initiative(
        w.now, initiative, w.say(p.account_id, "reason", reason)), initiative)  # fmt: skip


@rpc
def ResumeInitiative(f: Fields, r: Any) -> Call:
    initiative = f.uuid("initiative_id", r.initiative_id)
    return on_plan(f, r, lambda p, w: p.resume_initiative(w.now, initiative), initiative)


@rpc
def CompleteInitiative(f: Fields, r: Any) -> Call:
    initiative, outcome = f.uuid("initiative_id", r.initiative_id), f.one_of("outcome", r.outcome, get_args(Outcome))
    words = f.text_or_empty("words", r.words)
    return on_plan(f, r, lambda p, w: p.complete_initiative(
        w.now, initiative, outcome, w.say(p.account_id, "outcome", words) if words else None), initiative)  # fmt: skip


@rpc
def CancelInitiative(f: Fields, r: Any) -> Call:
    plan, initiative = f.uuid("plan_id", r.plan_id), f.uuid("initiative_id", r.initiative_id)
    reason = f.text("reason", r.reason)
    return Call(
        str(initiative), lambda app, meta: app.cancel_initiative(meta, plan, initiative, reason), (GrowthPlan, plan)
    )


@rpc
def LinkOpportunity(f: Fields, r: Any) -> Call:
    initiative, deal = f.uuid("initiative_id", r.initiative_id), f.text("opportunity_id", r.opportunity_id)
    people = f.uuids("stakeholders", r.stakeholders)
    return on_plan(f, r, lambda p, w: p.link_opportunity(w.now, initiative, deal, people), initiative)


@rpc
def UnlinkOpportunity(f: Fields, r: Any) -> Call:
    initiative, deal = f.uuid("initiative_id", r.initiative_id), f.text("opportunity_id", r.opportunity_id)
    return on_plan(f, r, lambda p, w: p.unlink_opportunity(w.now, initiative, deal), initiative)


# -- plays


@rpc
def DefinePlaybook(f: Fields, r: Any) -> Call:
    document = f.document("document_json", r.document_json)
    return Call(str(document.get("playbook", "")), lambda app, meta: app.define_playbook(meta, document))


@rpc
def PublishPlaybook(f: Fields, r: Any) -> Call:
    key = f.text("playbook", r.playbook)
    return Call(key, lambda app, meta: app.publish_playbook(meta, key, r.version))


@rpc
def StartPlay(f: Fields, r: Any) -> Call:
    plan, key = f.uuid("plan_id", r.plan_id), f.text("playbook", r.playbook)
    run = f.new_id("run_id", r.run_id, "run", r.meta)
    fields: dict[str, Any] = {
        "title": r.title.strip(), "owner": f.text("owner", r.owner), "owners": dict(r.owners),
        "starts_on": f.day_or_none("starts_on", r.starts_on), "anchor_on": f.day_or_none("anchor_on", r.anchor_on),
        "goal_ids": f.uuids("goal_ids", r.goal_ids), "stakeholders": f.uuids("stakeholders", r.stakeholders),
        "opportunity_id": r.opportunity_id or None,
        "no_opportunity_reason": f.text_or_empty("no_opportunity_reason", r.no_opportunity_reason),
        "locale": f.one_of("locale", r.locale or "en", ("en", "de")),
    }  # fmt: skip
    return Call(str(run), lambda app, meta: app.start_play(meta, plan, key, run, **fields), (GrowthPlan, plan))


@rpc
def CompleteStep(f: Fields, r: Any) -> Call:
    run, step = f.uuid("run_id", r.run_id), f.text("step", r.step)
    return Call(str(run), lambda app, meta: app.complete_step(meta, run, step), (PlayRun, run))


@rpc
def SkipStep(f: Fields, r: Any) -> Call:
    run, step, reason = f.uuid("run_id", r.run_id), f.text("step", r.step), f.text("reason", r.reason)
    return Call(str(run), lambda app, meta: app.skip_step(meta, run, step, reason), (PlayRun, run))


@rpc
def AbortPlay(f: Fields, r: Any) -> Call:
    run, reason = f.uuid("run_id", r.run_id), f.text("reason", r.reason)
    return Call(str(run), lambda app, meta: app.abort_play(meta, run, reason), (PlayRun, run))


# -- whitespace


@rpc
def AssessWhitespaceCell(f: Fields, r: Any) -> Call:
    account, unit, product = (
        f.uuid("account_id", r.account_id),
        f.text("org_unit", r.org_unit),
        f.text("product", r.product),
    )
    state, reason = f.one_of("state", r.state, CELL_STATES), f.text_or_empty("reason", r.reason)
    potential = r.potential_minor if r.HasField("potential_minor") else None
    return Call(
        str(account),
        lambda app, meta: app.assess_cell(
            meta, account, unit, product, state, potential, r.currency or None, tuple(r.evidence), reason
        ),
    )
