"""Whole answers about plans and milestones."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.growth.api import messages
from services.growth.api.parse import Fields
from services.growth.domain import AccountPlanning
from services.growth.policy import schedule
from services.growth.policy.calendar import Calendar
from services.growth.policy.documents import shipped
from services.growth.reads import foreign, things, words
from services.growth.reads.asof import AsOf
from services.growth.reads.tables import growth_steps, opportunities
from services.growth.reads.things import Thing, Things
from shared.errors import NotFound
from shared.protos import growth_pb2 as pb

_RANK = {"Active": 0, "InReview": 1, "Draft": 1}


async def whose(conn: AsyncConnection, plan_id: str) -> tuple[UUID, UUID]:
    """(plan, its account). Raises Invalid, NotFound."""
    fields = Fields()
    wanted = fields.uuid("plan_id", plan_id)
    fields.done()
    account = await things.account_of_plan(conn, wanted)
    if account is None:
        raise NotFound(f"there is no plan {plan_id}", slug="plan-unknown")
    return wanted, account


async def plan_page(
    conn: AsyncConnection, asof: AsOf, account_id: UUID, plan_id: UUID | None, calendar: Calendar
) -> pb.GetPlanResponse:
    """One account's plan with all that is in it; without `plan_id` the active one, else the draft, else the last."""
    row = await foreign.account(conn, account_id)
    everyone = await foreign.family(conn, account_id, asof.before)
    found = await things.things(conn, asof, things.of_accounts(everyone))
    plans = found.get("plan")
    if row is None and not plans:
        raise NotFound(f"nothing is known of account {account_id}", slug="account-unknown")
    name, zone = (row["name"], row["time_zone"]) if row else ("", "Europe/Berlin")
    answer = pb.GetPlanResponse(
        as_of=messages.instant(asof.shown), account_id=str(account_id), account_name=name, time_zone=zone,
        duty=messages.duty(found.get("planning").get(str(AccountPlanning.create_id(account_id)))),
    )  # fmt: skip
    known = await foreign.names(conn) if len(everyone) > 1 else {}
    ranked = sorted(_ranked(plans), key=lambda plan: everyone.index(plan[1]["account_id"]))  # its own plans first
    answer.plans.extend(_head(i, t, found, _name(known, t["account_id"]) or name) for i, t in ranked)
    first = sorted(ranked, key=lambda plan: plan[1]["status"] not in _RANK)  # an open plan of a merged account counts
    chosen = str(plan_id) if plan_id else next((i for i, _ in first), None)
    if chosen is None:
        return answer
    if chosen not in plans:
        raise NotFound(f"the plan {chosen} did not exist at {answer.as_of}", slug="plan-unknown")
    await _fill(conn, asof, answer, found, chosen, calendar)
    return answer


async def _fill(
    conn: AsyncConnection, asof: AsOf, answer: pb.GetPlanResponse, found: Things, chosen: str, calendar: Calendar
) -> None:
    plan, plan_id = found.of["plan"][chosen], UUID(chosen)
    today = asof.shown.astimezone(ZoneInfo(plan["time_zone"])).date()
    initiatives, milestones = found.get("initiative", plan_id), found.get("milestone", plan_id)
    refs = [
        t.get(f)
        for k in found.of.values()
        for t in k.values()
        for f in ("reason_ref", "words_ref", "no_opportunity_ref")
    ]
    body = await words.bodies(conn, refs)
    rows = await foreign.deals(conn, UUID(answer.account_id), opportunities.c.effective_at < asof.before)
    deals, links = {d["opportunity_id"]: d for d in rows}, live_links(found, plan_id)
    answer.plan.CopyFrom(messages.plan(chosen, plan, body, await _version(conn, plan_id, asof)))
    checks = sorted(found.get("check", plan_id).values(), key=lambda c: c["position"])
    for i, g in found.get("goal", plan_id).items():
        mine = [c for c in checks if c["goal_id"] == i]
        answer.goals.append(messages.goal(i, g, mine, today, asof.shown, shipped()))
    primary = {deal: first[0] for deal, first in links.items()}
    for i, t in initiatives.items():
        linked = [x for x in found.get("link", plan_id).values() if x["linked"] and x["initiative_id"] == i]
        answer.initiatives.append(messages.initiative(i, t, linked, primary, deals, body))
    known = things.planned(found, plan_id, today, calendar)
    for i, m in sorted(milestones.items(), key=lambda x: (x[1]["due"], x[0])):
        title = initiatives[m["initiative_id"]]["title"]
        answer.milestones.append(messages.milestone(i, m, answer.account_name, title, body, known, calendar))
    answer.critical_path.extend(known.critical)
    for i, because in known.because.items():
        to = calendar.day(known.finish[i]).isoformat()
        answer.slip_proposals.append(
            pb.SlipProposal(milestone_id=i, to=to, because=because, **{"from": milestones[i]["due"]})
        )
    answer.dependencies.extend(_dependencies(found, plan_id, calendar))
    books = (await things.things(conn, asof, things.of_kinds("playbook"))).get("playbook")
    for i, t in found.get("run").items():
        if t["of_plan"] == chosen:
            book = books.get(f"{t['playbook']}|{t['playbook_version']}", {}).get("document", {})
            answer.runs.append(messages.run(i, t, book))


def _dependencies(found: Things, plan_id: UUID, calendar: Calendar) -> list[pb.Dependency]:
    nodes, answer = things.nodes(found, plan_id), []
    for d in found.get("dependency", plan_id).values():
        if not d["linked"]:
            continue
        after, before = nodes.get(d["milestone_id"]), nodes.get(d["predecessor_id"])
        edge = schedule.Edge(d["predecessor_id"], d["milestone_id"], d["kind"], d["lag_days"])
        bad = after and before and not after.done_on and schedule.violated(edge, before, after, calendar)
        answer.append(
            pb.Dependency(
                milestone_id=d["milestone_id"], predecessor_id=d["predecessor_id"], kind=d["kind"],
                lag_days=d["lag_days"], predecessor_plan_id=messages.words(d["predecessor_plan_id"]),
                violated=bool(bad), event_id=d["event_id"],
            )
        )  # fmt: skip
    return answer


async def plans(conn: AsyncConnection, asof: AsOf) -> pb.ListPlansResponse:
    """Every plan, and the accounts that owe one and have none."""
    found = await things.things(conn, asof, things.of_kinds("plan", "milestone", "planning"))
    known = await foreign.names(conn)
    answer, active = pb.ListPlansResponse(as_of=messages.instant(asof.shown)), set()
    for i, t in _ranked(found.get("plan")):
        answer.plans.append(_head(i, t, found, _name(known, t["account_id"])))
        if t["status"] == "Active":
            active.add(t["account_id"])
    for t in found.get("planning").values():
        if t.get("duty") in ("head_of_kam", "owner") and t["account_id"] not in active:
            answer.missing.append(
                pb.MissingPlan(
                    account_id=str(t["account_id"]), account_name=_name(known, t["account_id"]), tier=t["tier"],
                    due_on=messages.words(t["due_on"]), missed=bool(t.get("missed")),
                )
            )  # fmt: skip
    return answer


async def milestones(
    conn: AsyncConnection, asof: AsOf, calendar: Calendar, *, account: UUID | None, overdue: bool, until: date | None,
    owner: str, only_open: bool,
) -> pb.ListMilestonesResponse:  # fmt: skip
    """Milestones of plans that are open, of one account or of all, the earliest due first."""
    kinds = things.of_kinds("plan", "initiative", "milestone", "dependency")
    everyone = await foreign.family(conn, account, asof.before) if account else []
    found = await things.things(conn, asof, kinds, *([things.of_accounts(everyone)] if account else []))
    known = await foreign.names(conn)
    chosen = []
    for i, m in found.get("milestone").items():
        plan = found.of["plan"][str(m["plan_id"])]
        fits = plan["status"] in _RANK or not (overdue or only_open)
        fits = fits and (messages.is_overdue(m) or not overdue) and (things.is_open(m) or not only_open)
        if fits and (not owner or m["owner"] == owner) and (until is None or things.day(m["due"]) <= until):
            chosen.append((m["due"], i, m, plan))
    body = await words.bodies(conn, [m.get("reason_ref") for _, _, m, _ in chosen])
    plans_: dict[UUID, Any] = {}
    answer = pb.ListMilestonesResponse(as_of=messages.instant(asof.shown))
    for _, i, m, plan in sorted(chosen, key=lambda c: c[:2]):
        if m["plan_id"] not in plans_:
            today = asof.shown.astimezone(ZoneInfo(plan["time_zone"])).date()
            plans_[m["plan_id"]] = things.planned(found, m["plan_id"], today, calendar)
        title = found.of["initiative"][m["initiative_id"]]["title"]
        name = _name(known, m["account_id"])
        answer.milestones.append(messages.milestone(i, m, name, title, body, plans_[m["plan_id"]], calendar))
    return answer


def live_links(found: Things, plan_id: UUID | None = None) -> dict[str, list[str]]:
    """Deal → its initiatives, the primary one first: those of open plans before others, then the one linked first."""
    links = [x for x in found.get("link", plan_id).values() if x["linked"]]
    order = {p: _RANK.get(t["status"], 2) for p, t in found.get("plan").items()}
    answer: dict[str, list[str]] = {}
    for x in sorted(links, key=lambda x: (order.get(str(x["plan_id"]), 2), x["position"])):
        answer.setdefault(x["opportunity_id"], []).append(x["initiative_id"])
    return answer


def _ranked(plans_: dict[str, Thing]) -> list[tuple[str, Thing]]:
    """Active first, then drafts, then the others; the newest change first."""
    return sorted(plans_.items(), key=lambda p: (_RANK.get(p[1]["status"], 2), -p[1]["position"]))


def _head(plan_id: str, t: Thing, found: Things, name: str) -> pb.PlanHead:
    mine = [m for m in found.get("milestone").values() if str(m["plan_id"]) == plan_id]
    planning = found.get("planning").get(str(AccountPlanning.create_id(t["account_id"])), {})
    return pb.PlanHead(
        plan_id=plan_id, title=t["title"], status=t["status"], owner=t["owner"], starts_on=t["starts_on"],
        ends_on=t["ends_on"], account_id=str(t["account_id"]), account_name=name,
        tier=messages.words(planning.get("tier")), open_milestones=sum(map(things.is_open, mine)),
        overdue_milestones=sum(map(messages.is_overdue, mine)),
    )  # fmt: skip


def _name(known: dict[UUID, dict[str, Any]], account_id: UUID) -> str:
    return known[account_id]["name"] if account_id in known else ""


async def _version(conn: AsyncConnection, plan_id: UUID, asof: AsOf) -> int:
    """The version of the plan's stream that the answer shows: its rows tell which event was the last."""
    t = growth_steps
    query = select(t.c.position).where(t.c.plan_id == plan_id, t.c.effective_at < asof.before)
    last = (await conn.execute(query.order_by(t.c.position.desc()).limit(1))).scalar()
    if last is None:
        return 0
    found = await conn.exec_driver_sql("SELECT version FROM events WHERE position = $1", (last,))
    return int(found.scalar_one())
