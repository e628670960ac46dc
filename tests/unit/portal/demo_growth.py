"""Answers of a growth service that never was: a plan with everything in it, drafts, playbooks, whitespace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.protos import growth_pb2 as pb
from tests.unit.portal import demo
from tests.unit.portal.demo_qbr import demo_people, ids

PLAN = ids("plan")
MILESTONES = (  # title, day from today, length, status, critical, waits for
    ("Concept agreed", -40, 20, "Done", True, []),
    ("Test system ready", -6, 15, "InProgress", True, [0]),
    ("Data migrated", 20, 25, "Planned", True, [1]),
    ("Users trained", 30, 10, "Planned", False, [1]),
    ("Plant live", 45, 5, "Planned", True, [2, 3]),
    ("Reference published", 60, 10, "Waived", False, []),
)


def iso(days: int) -> str:
    return (demo.TODAY + timedelta(days=days)).isoformat()


def account_of(account_id: str) -> Any:
    return next((r for r in demo.portfolio().rows if r.account_id == account_id), None)


def plan(account_id: str, as_of: str) -> pb.GetPlanResponse:
    """Konex has a draft without anything, Kan-code an active plan, Hottechi one to approve; others have none."""
    account = account_of(account_id)
    name = account.name if account else ""
    out = pb.GetPlanResponse(as_of=as_of, account_id=account_id, account_name=name, time_zone="Europe/Berlin")
    duty = "head_of_kam" if account and account.tier == "A" else "optional"
    out.duty.CopyFrom(
        pb.PlanDuty(tier="A", duty=duty, check_every_days=91, due_on=iso(-5), missed=True, event_id="growth:3")
    )
    status = {"Konex": "Draft", "Kan-code": "Active", "Hottechi": "InReview"}.get(name)
    if status is None:
        return out
    out.plan.CopyFrom(
        pb.Plan(
            plan_id=PLAN,
            title="Two plants by summer",
            owner="u-77",
            status=status,
            starts_on=iso(-90),
            ends_on=iso(270),
            revision=1,
            event_id="growth:10",
            version=4,
            check_due_on=iso(-2),
            check_overdue=True,
        )
    )
    out.plans.add(plan_id=PLAN, title="Two plants by summer", status=status, starts_on=iso(-90), ends_on=iso(270))
    if status == "Draft":
        return out
    people = demo_people(account_id)
    out.goals.extend(goals(people))
    out.initiatives.extend(initiatives(people))
    for n, (title, due, length, state, critical, needs) in enumerate(MILESTONES):
        out.milestones.add(
            milestone_id=ids("milestone", n),
            initiative_id=ids("initiative", 0 if n < 5 else 1),
            plan_id=PLAN,
            account_id=account_id,
            title=title,
            owner="u-77" if n % 2 else "u-78",
            due=iso(due),
            due_version=1 + (n == 1),
            duration_days=length,
            status=state,
            overdue=n == 1,
            overdue_since=iso(due + 1) if n == 1 else "",
            blocked_by=[ids("milestone", 1)] if n in (2, 3) else [],
            completed_on=iso(due) if state == "Done" else "",
            times_rescheduled=1 if n == 1 else 0,
            on_critical_path=critical,
            event_id=f"growth:{40 + n}",
            reason="supplier late" if n == 1 else "",
            projected=iso(due + 9) if n in (2, 4) else "",
            initiative_title="Rostock first" if n < 5 else "Reference",
            **({} if state != "Planned" else {"float_days": 0 if critical else 6}),
        )
        for need in needs:
            out.dependencies.add(
                milestone_id=ids("milestone", n),
                predecessor_id=ids("milestone", need),
                kind="FS",
                violated=n == 2,
                event_id="growth:60",
            )
    out.critical_path.extend(ids("milestone", n) for n in (0, 1, 2, 4))
    out.slip_proposals.add(
        **{"milestone_id": ids("milestone", 2), "from": iso(20), "to": iso(29), "because": [ids("milestone", 1)]}
    )
    out.runs.add(
        run_id=ids("run"),
        playbook="renewal",
        playbook_version=1,
        status="Started",
        starts_on=iso(-10),
        initiative_id=ids("initiative", 1),
        event_id="growth:80",
        steps=[
            pb.RunStep(
                step="soft",
                milestone_id=ids("milestone", 5),
                status="completed",
                role="owner",
                title={"de": "Weiche Frage", "en": "Soft question"},
            ),
            pb.RunStep(step="offer", status="open", role="owner", title={"de": "Angebot", "en": "Offer"}),
        ],
    )
    return out


def goals(people: list[str]) -> list[pb.Goal]:
    return [
        pb.Goal(
            goal_id=ids("goal", 0),
            title="Recurring revenue to 1.2 M",
            owner="u-77",
            kpi_id="K4",
            baseline=80_000_000,
            target=120_000_000,
            unit="minor:USD",
            direction="increase",
            starts_on=iso(-90),
            due=iso(270),
            status="AtRisk",
            value=86_000_000,
            value_on=iso(-10),
            expected=90_000_000,
            progress_bp=1500,
            event_id="growth:20",
            confirmed_by_subject=people[0],
            confirmed_at=iso(-80),
            checks=[
                pb.GoalCheck(
                    on=iso(-10), value=86_000_000, expected=90_000_000, status="AtRisk", by="u-77", event_id="growth:21"
                )
            ],
        ),
        pb.Goal(
            goal_id=ids("goal", 1),
            title="Stakeholder coverage",
            owner="u-78",
            kpi_id="K12",
            baseline=4000,
            target=9000,
            unit="bp",
            direction="increase",
            starts_on=iso(-90),
            due=iso(90),
            status="Open",
            expected=6500,
            event_id="growth:22",
        ),
    ]


def initiatives(people: list[str]) -> list[pb.Initiative]:
    deal = pb.LinkedOpportunity(
        opportunity_id="opp-1",
        primary=True,
        name="Extension Rostock",
        stage="Proposal",
        amount_minor=12_000_000,
        currency="USD",
        open=True,
    )
    return [
        pb.Initiative(
            initiative_id=ids("initiative", 0),
            title="Rostock first",
            owner="u-77",
            due=iso(60),
            status="InProgress",
            goal_ids=[ids("goal", 0)],
            stakeholders=people[:2],
            origin="qbr_action",
            from_action_id=ids("action", 1),
            opportunities=[deal],
            event_id="growth:30",
        ),
        pb.Initiative(
            initiative_id=ids("initiative", 1),
            title="Reference",
            owner="u-78",
            due=iso(90),
            status="Proposed",
            goal_ids=[],
            stakeholders=people[:1],
            origin="play",
            unaligned=True,
            event_id="growth:31",
            no_opportunity_reason="a reference is no deal",
        ),
    ]


def plans(as_of: str) -> pb.ListPlansResponse:
    out = pb.ListPlansResponse(as_of=as_of)
    for n, account in enumerate(demo.portfolio().rows):
        if n % 3 == 2:
            out.missing.add(
                account_id=account.account_id,
                account_name=account.name,
                tier=account.tier,
                due_on=iso(n - 5),
                missed=n < 5,
            )
            continue
        out.plans.add(
            plan_id=ids("plan", n),
            title=f"Plan {n}",
            owner="u-77" if n % 2 else account.owner_id,
            status=("Active", "Draft", "Closed", "InReview")[n % 4],
            starts_on=iso(-90),
            ends_on=iso(n * 40 - 60),
            account_id=account.account_id,
            account_name=account.name,
            tier=account.tier,
            open_milestones=n,
            overdue_milestones=2 if n == 3 else 0,
        )
    return out


def playbooks() -> list[pb.Playbook]:
    steps = [
        pb.PlaybookStep(
            step="soft",
            title={"de": "Weiche Frage", "en": "Soft question"},
            role="owner",
            business_days=5,
            duration_days=2,
            **{"from": "start"},
        ),
        pb.PlaybookStep(
            step="offer",
            title={"de": "Angebot", "en": "Offer"},
            role="head_of_kam",
            business_days=-60,
            duration_days=10,
            **{"from": "anchor"},
            after=[pb.StepDependency(step="soft", kind="FS")],
        ),
    ]
    names = {
        "renewal": ("Verlängerung", "Renewal"),
        "expansion": ("Ausbau", "Expansion"),
        "recovery": ("Rettung", "Recovery"),
        "onboarding": ("Einführung", "Onboarding"),
        "champion_succession": ("Fürsprecher-Nachfolge", "Champion succession"),
    }
    return [
        pb.Playbook(
            playbook=key,
            version=1,
            title={"de": de, "en": en},
            published=True,
            anchor="notice_deadline",
            purpose={"de": "Rechtzeitig verlängern.", "en": "Renew in time."},
            steps=steps,
            event_id="growth:2",
            anchor_required=True,
        )
        for key, (de, en) in names.items()
    ]


def whitespace(as_of: str) -> pb.GetWhitespaceResponse:
    out = pb.GetWhitespaceResponse(
        as_of=as_of, org_units=["Rostock", "Hamburg"], products=["Core", "Insight", "Service"]
    )
    for n, state in enumerate(("InUse", "Opportunity", "Potential", "Competitor", "NotApplicable")):
        out.cells.add(
            org_unit=out.org_units[n // 3],
            product=out.products[n % 3],
            state=state,
            by_facts=n < 2,
            event_id=f"growth:{90 + n}",
            currency="USD",
            reason="own tool" if n == 4 else "",
            **({"potential_minor": 5_000_000} if n == 2 else {}),
        )
    return out


def opportunities(as_of: str) -> pb.ListOpportunitiesResponse:
    return pb.ListOpportunitiesResponse(
        as_of=as_of,
        opportunities=[
            pb.Opportunity(
                opportunity_id="opp-1",
                name="Extension Rostock",
                stage="Proposal",
                probability=60,
                amount_minor=12_000_000,
                currency="USD",
                closes_on=iso(33),
                open=True,
                event_id="growth:70",
                primary_initiative_id=ids("initiative"),
                initiative_ids=[ids("initiative")],
                product="Core",
            ),
            pb.Opportunity(
                opportunity_id="opp-2",
                name="Insight pilot",
                stage="Qualification",
                amount_minor=3_000_000,
                currency="USD",
                closes_on=iso(70),
                open=True,
                event_id="growth:71",
            ),
        ],
    )


def status() -> pb.GetStatusResponse:
    return pb.GetStatusResponse(events=640, shown=640, followed=640, read=900, armed_timers=12, caught_up=True)
