"""Answers of a risk service that never was: the accounts of `demo` in all colours, one of them with everything."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from shared.protos import risk_pb2 as pb
from tests.unit.portal import demo
from tests.unit.portal import demo_parts as parts
from tests.unit.portal.demo_qbr import demo_people, ids

ROOT = demo.ROOT
NOW = parts.iso(demo.NOW)
COLOURS = {"Kan-code": "RED", "Hottechi": "RED", "Konex": "AMBER", "Xx-holding": "AMBER", "Rangreen": "GREY"}
WHY = {
    "Kan-code": "p1_72h: P1 4711 open 80.5 h",
    "Hottechi": "compound: no meaningful contact since 2026-09-01 (75 d); NPS -20 (2026-08-01)",
    "Konex": "score 36.4, most of it usage: 28-day mean 40, best of 26 weeks 80",
    "Xx-holding": "silence: no meaningful contact since 2026-09-20 (56 d)",
    "Rangreen": "coverage 40 %: too little is known",
}
ESCALATION = ids("escalation")


def iso(days: int, hour: int = 8) -> str:
    """An instant so many days from today."""
    return f"{demo.TODAY + timedelta(days=days)}T{hour:02}:12:00Z"


def freshness(dead: bool = False) -> pb.RiskFreshness:
    return pb.RiskFreshness(
        evaluated_until=NOW, crm_event_at="2026-11-15T03:58:38Z", caught_up=not dead, feed_dead=dead,
        feed_dead_since=iso(-2) if dead else "",
    )  # fmt: skip


def row(account: Any, n: int, *, dead: bool = False) -> pb.RiskRow:
    """One account's colour."""
    colour = COLOURS.get(account.name, "GREEN")
    out = pb.RiskRow(
        account_id=account.account_id, crm_id=account.crm_id, name=account.name, tier=account.tier, colour=colour,
        model_colour=colour, coverage=10_000 if colour != "GREY" else 4_000, trend="steady", delta_30d=40,
        since=iso(-9 - n), why=WHY.get(account.name, "score 12.0"), arr_minor=account.arr_minor, currency="USD",
        owner_id=account.owner_id, event_id=f"risk:{100 + n}", evaluated_at=NOW, stale=dead and colour != "GREEN",
    )  # fmt: skip
    if colour != "GREY":
        out.score = {"RED": 4_720, "AMBER": 3_640}.get(colour, 1_200 + n)
    if account.name == "Kan-code":
        out.trend, out.delta_30d, out.escalation, out.at_risk = "rising", 1_950, "high", True
    if account.name == "Hottechi":
        out.no_countermeasure, out.plan_due_at, out.trend, out.delta_30d = True, iso(1), "rising", 900
    if account.name == "Konex":
        out.warnings.append("floor_ahead")
        out.overridden, out.override_waits, out.model_colour, out.flapping = True, True, "RED", True
    return out


def board(as_of: str = "", accounts: int = 12, *, dead: bool = False) -> pb.ListRiskResponse:
    """Every account, the matrix, totals."""
    rows = [row(a, n, dead=dead) for n, a in enumerate(demo.portfolio("", accounts).rows)]
    out = pb.ListRiskResponse(as_of=as_of or NOW, freshness=freshness(dead), rows=rows)
    cells: dict[tuple[str, str], pb.RiskCell] = {}
    for r in rows:
        cell = cells.setdefault((r.tier, r.colour), pb.RiskCell(tier=r.tier, colour=r.colour))
        cell.accounts += 1
        cell.arr_minor += r.arr_minor
        out.totals.by_colour[r.colour] += 1
    out.cells.extend(cells.values())
    out.totals.accounts, out.totals.currency = len(rows), "USD"
    out.totals.arr_minor = sum(r.arr_minor for r in rows)
    out.totals.arr_at_risk_minor = out.totals.arr_red_minor = sum(r.arr_minor for r in rows if r.colour == "RED")
    return out


def trend() -> pb.GetTrendResponse:
    """Fourteen weeks."""
    points = [
        pb.TrendPoint(
            at=iso(-7 * (13 - n)), by_colour={"RED": n // 5, "AMBER": 2, "GREEN": 9 - n // 5, "GREY": 1},
            arr_minor=900_000_000, arr_at_risk_minor=n * 11_000_000, arr_red_minor=n * 9_000_000,
        )
        for n in range(14)
    ]  # fmt: skip
    return pb.GetTrendResponse(as_of=NOW, points=points, currency="USD")


def account(account_id: str, as_of: str = "", *, dead: bool = False) -> pb.GetRiskResponse | None:
    """Kan-code has everything, others what their colour says; Isdom was never judged."""
    rows = {r.account_id: r for r in board(dead=dead).rows}
    mine = rows.get(account_id)
    if mine is None or mine.name == "Isdom":
        return None
    out = pb.GetRiskResponse(as_of=as_of or NOW, freshness=freshness(dead), row=mine, model_version=1)
    out.contributions.extend(contributions(mine.colour))
    out.path.extend(path(mine.colour))
    out.history.extend(history(mine))
    if mine.colour in ("RED", "AMBER"):
        out.floors.append(floor(mine))
        out.counterfactual.append(better(mine))
    if mine.name == "Konex":
        out.overrides.append(override("AMBER", "RED", "waits"))
        out.warnings.add(
            kind="floor_ahead", since=iso(-3), why="no meaningful contact since 2026-10-01 (65 d)", code="silence",
            expected_at=iso(12), event_id="risk:210",
        )  # fmt: skip
    if mine.name == "Kan-code":
        everything(out, account_id, rows)
    return out


def everything(out: pb.GetRiskResponse, account_id: str, rows: dict[str, pb.RiskRow]) -> None:
    """What people did, what time will bring, the group."""
    out.items.extend([item(), pb.RiskItem(risk_id=ids("risk", 2), title="Old one", status="Resolved")])
    out.escalations.append(escalation(account_id))
    out.overrides.append(override("RED", "AMBER", "expired"))
    out.forecast.extend(steps())
    out.timers.add(at=iso(4), code="sla_breaches", why="P2 812 breaks its limit")
    out.timers.add(at=iso(20), code="renewal", why="Maintenance notice deadline 2026-12-30: 25 d left")
    out.shadows.add(model_version=2, colour="AMBER", score=3_900, since=iso(-4))
    child = next(r for r in rows.values() if r.name == "Konex")
    out.children.append(child)
    out.row.group.CopyFrom(
        pb.RollUp(
            colour="RED", worst_child_id=child.account_id, worst_child="Konex", worst_colour="AMBER",
            arr_at_risk_minor=out.row.arr_minor, arr_minor=out.row.arr_minor + child.arr_minor, red_share_bp=7_000,
            amber_share_bp=10_000, rule="red_share", children=1,
        )
    )  # fmt: skip


def contributions(colour: str) -> list[pb.RiskContribution]:
    """Six factors whose points add up to the score."""
    service = pb.RiskSignal(
        signal="p1_age", weight=4_000, value=10_000, raw="80 h",
        evidence=[
            pb.RiskEvidence(event="crm:51", clock="sla_age", since=iso(-4), code="p1_age", why="P1 4711 open 80.5 h")
        ],
    )  # fmt: skip
    use = pb.RiskSignal(
        signal="peak",
        weight=3_000,
        value=7_000,
        raw="5100 bp",
        evidence=[pb.RiskEvidence(event="crm:77", code="peak", why="28-day mean 40, best of 26 weeks 80")],
    )
    points = {"RED": (2_400, 1_320, 700, 300, 0), "AMBER": (300, 2_340, 700, 300, 0)}.get(colour, (600, 300, 300, 0, 0))
    names = ("service", "usage", "commercial", "relationship", "engagement")
    signals = {"service": [service, pb.RiskSignal(signal="p2_age", weight=2_000)], "usage": [use]}
    out = [
        pb.RiskContribution(
            factor=f, weight=2_000, value=min(10_000, p * 4), points=p, delta_14d=150 if p else 0,
            signals=signals.get(f, [pb.RiskSignal(signal="contact", weight=8_000, value=0, raw="4 d")]),
            evidence=[e for s in signals.get(f, []) for e in s.evidence],
        )
        for f, p in zip(names, points, strict=True)
    ]  # fmt: skip
    return [*out, pb.RiskContribution(factor="delivery", weight=1_000, points=0, expired=True)]


def floor(mine: pb.RiskRow) -> pb.RiskFloor:
    code, _, why = mine.why.partition(": ")
    evidence = pb.RiskEvidence(event="crm:51", clock="sla_age", since=iso(-4), code=code, why=why)
    return pb.RiskFloor(
        code=code if "score" not in code else "usage_fall", colour=mine.colour, factor="service", evidence=[evidence]
    )


def better(mine: pb.RiskRow) -> pb.RiskCounterfactual:
    after = {"RED": "AMBER", "AMBER": "GREEN"}[mine.colour]
    changes = [
        pb.RiskChange(code="close_case", subject="4711", change="close P1 case 4711"),
        pb.RiskChange(code="hold_contact", change="hold a meaningful contact"),
    ]
    return pb.RiskCounterfactual(
        change="close P1 case 4711, hold a meaningful contact", changes=changes, score=3_100,
        colour_after=f"{after} after 7 d",
    )  # fmt: skip


def path(colour: str) -> list[pb.ScorePoint]:
    """Ninety days: green, amber, and the colour of today; ten days without data."""
    out = []
    for n in range(90):
        shown = "GREY" if n < 10 else "GREEN" if n < 50 else "AMBER" if n < 81 and colour == "RED" else colour
        point = pb.ScorePoint(on=(demo.TODAY - timedelta(days=89 - n)).isoformat(), colour=shown)
        if n >= 10:
            point.score = 1_000 + 42 * max(0, n - 20)
        out.append(point)
    return out


def history(mine: pb.RiskRow) -> list[pb.ColourStep]:
    """Changes of colour, the newest first."""
    found = [("GREY", "GREEN", "first_classification", "score 10.0", -80)]
    if mine.colour == "RED":
        found.append(("GREEN", "AMBER", "sustained", "score 36.2, most of it usage: two weeks of it", -40))
        found.append(("AMBER", "RED", "hard_trigger", mine.why, -9))
    return [
        pb.ColourStep(
            **{"from": was}, at=iso(at), to=to, trigger=trigger, why=why, score=3_500, event_id=f"risk:{300 + n}",
            epoch=n, model_version=1, late_by_s=90_000 if n == 1 else 0,
        )
        for n, (was, to, trigger, why, at) in reversed(list(enumerate(found)))
    ]  # fmt: skip


def steps() -> list[pb.ForecastStep]:
    return [
        pb.ForecastStep(
            **{"from": "RED"}, at=iso(45), to="AMBER", trigger="recovered", code="p1_72h", why="score 30.1: recovered",
            score=3_010,
        )
    ]  # fmt: skip


def item() -> pb.RiskItem:
    """A risk with three countermeasures: one late, one done, one failed."""
    measures = [
        pb.Countermeasure(
            countermeasure_id=ids("measure", 1), title="Second-level on site", owner="u-77",
            due=f"{demo.TODAY - timedelta(3)}", status="planned", overdue=True,
        ),
        pb.Countermeasure(
            countermeasure_id=ids("measure", 2), title="Hotfix", owner="u-78", due=f"{demo.TODAY - timedelta(9)}",
            status="completed", link=f"action:{ids('action', 0)}",
        ),
        pb.Countermeasure(
            countermeasure_id=ids("measure", 3), title="Call the plant", owner="u-78",
            due=f"{demo.TODAY - timedelta(9)}", status="failed", text="nobody answered",
        ),
    ]  # fmt: skip
    return pb.RiskItem(
        risk_id=ids("risk", 1), category="service", cause="p1_72h", title="Line 3 stands still", owner="u-77",
        status="Mitigating", likelihood=4, impact=5, arr_exposed_minor=45_000_000, countermeasures=measures,
        identified_at=iso(-8), version=5, escalated=True, currency="USD",
    )  # fmt: skip


def escalation(account_id: str = "", n: int = 0) -> pb.EscalationRow:
    """The first is overdue, the second has nobody, the third is proposed, the last is closed."""
    kan = next(r for r in demo.portfolio().rows if r.name == "Kan-code")
    kinds = (("high", "InProgress", "u-77"), ("medium", "Opened", ""), ("critical", "ResolutionProposed", "u-78"))
    severity, status, dri = (*kinds, ("low", "Closed", "u-77"))[n]
    return pb.EscalationRow(
        escalation_id=ESCALATION if n == 0 else ids("escalation", n), account_id=account_id or kan.account_id,
        account="Kan-code", title=("Line 3 stands still", "Price", "Data lost", "Late invoice")[n], cause="p1_72h",
        severity=severity, status=status, dri=dri, opened_at=iso(-8 - n), update_due_at=iso(-1 + n),
        update_overdue=n == 0, last_update_at=iso(-3) if n != 1 else "", closed_at=iso(-2) if n == 3 else "",
        last_update="The supplier is on site; the spare part comes tomorrow." if n != 1 else "", version=4,
    )  # fmt: skip


def escalations(account_id: str, with_closed: bool) -> pb.ListEscalationsResponse:
    rows = [escalation(n=n) for n in range(4)]
    shown = [r for r in rows if account_id in ("", r.account_id) and (with_closed or r.status != "Closed")]
    return pb.ListEscalationsResponse(rows=shown)


def escalation_detail(escalation_id: str) -> pb.GetEscalationResponse | None:
    """One with what was said."""
    found = next((r for r in (escalation(n=n) for n in range(4)) if r.escalation_id == escalation_id), None)
    if found is None:
        return None
    told = (
        (-3, "EscalationUpdated", "user:u-77", {"text": "The supplier is on site; the spare part comes tomorrow."}),
        (-5, "EscalationRaised", "user:u-78", {"was": "medium"}),
        (-7, "EscalationDriAssigned", "user:demo", {"dri": "u-77"}),
        (-8, "EscalationOpened", "policy:risk", {}),
    )
    if found.status == "Closed":
        agreed = demo_people(found.account_id)[0]
        told = ((-2, "EscalationClosed", "user:u-77", {"agreed_by_customer": agreed}), *told)
    said = [
        pb.EscalationStep(at=iso(at), kind=kind, by=by, severity=found.severity, event_id=f"risk:{403 - n}", **more)
        for n, (at, kind, by, more) in enumerate(told)
    ]
    return pb.GetEscalationResponse(as_of=NOW, row=found, steps=said)


def override(to: str, was: str, status: str) -> pb.Override:
    return pb.Override(
        **{"from": was}, override_id=ids("override"), to=to, reason="Contract is signed", text="The paper lies here.",
        until=iso(10), by="user:u-77", status=status, at=iso(-2),
    )  # fmt: skip


def forecast(account_id: str) -> pb.GetForecastResponse:
    """Kan-code gets better, Konex worse."""
    out = pb.GetForecastResponse(**{"from": NOW}, until=iso(90), days=90)
    for n, day in enumerate((0, 30, 60, 90)):
        out.counts.add(
            day=day, by_colour={"RED": 2 + n, "AMBER": 2, "GREEN": 7 - n, "GREY": 1}, arr_at_risk_minor=n * 10**8
        )
    for r in board().rows:
        if r.name in ("Kan-code", "Konex") and account_id in ("", r.account_id):
            later = "AMBER" if r.colour == "RED" else "RED"
            out.accounts.add(
                account_id=r.account_id, crm_id=r.crm_id, name=r.name, tier=r.tier, colour=r.colour, colour_30=r.colour,
                colour_60=later, colour_90=later, steps=steps(), arr_minor=r.arr_minor,
            )  # fmt: skip
    return out


def model(version: int) -> pb.GetModelResponse:
    """The shipped model, and one on trial."""
    document = json.loads((ROOT / "services" / "risk" / "policies" / "risk_model.v1.json").read_text())
    out = pb.GetModelResponse(
        version=version or 1, status="Shadow" if version == 2 else "Active", author="policy:risk", digest="abc",
        document_json=json.dumps(document), effective_from="2024-11-01T00:00:00Z",
    )  # fmt: skip
    out.versions.add(version=1, status="Active", author="policy:risk")
    out.versions.add(version=2, status="Shadow", author="user:demo")
    if version == 2:
        out.differences.add(account_id=ids("x"), name="Kan-code", active="RED", shadow="AMBER")
    return out


def status(events: int = 500, *, dead: bool = False) -> pb.GetRiskStatusResponse:
    return pb.GetRiskStatusResponse(
        freshness=freshness(dead), events=events, accounts=11, armed_timers=40, dead_letters=0, shown=events
    )
