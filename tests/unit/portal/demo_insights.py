"""Answers of an insights service that never was: definitions as shipped, figures whose parts add up.

The accounts, their tiers and their revenue are those of the demo portfolio; the figures of the year before are invented
from them, so that every run shows the same pages.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from typing import Any

from services.insights.policy.kpi.quality import RULES
from services.insights.policy.rollout import PHASES
from shared.protos import insights_pb2 as pb
from tests.unit.portal import demo, demo_parts

NOW = demo_parts.iso(demo.NOW)
QUESTIONS = [f"Q{n}" for n in range(1, 11)]
SCORES = (100, 92, 61, 74, 55, 88, None, 95, 40, None)


@cache
def document() -> dict[str, Any]:
    """The definitions that ship."""
    path = demo.ROOT / "services" / "insights" / "policies" / "kpis.v1.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def definition(kpi: str) -> pb.KpiDefinition:
    d = document()["kpis"][kpi]
    return pb.KpiDefinition(
        kpi=kpi,
        version=d["version"],
        kind=d["kind"],
        unit=d["unit"],
        window=d["window"],
        better=d["better"],
        title_de=d["de"],
        title_en=d["en"],
        formula=d["formula"],
        of=d.get("of", "minor" if d["unit"] == "minor" else "count"),
        least=d.get("min", 0),
    )


def kpis() -> pb.ListKpisResponse:
    return pb.ListKpisResponse(kpis=[definition(k) for k in document()["kpis"]], version=document()["version"])


def parts(kpi: str, scope: str) -> list[pb.KpiPart]:
    """Of a ratio: each account's share; of a sum: its amount; of a median: a value each. One account is apart."""
    d, found = document()["kpis"][kpi], []
    for n, row in enumerate(demo.portfolio().rows):
        if scope.startswith("tier:") and row.tier != scope[5:]:
            continue
        if scope.startswith("account:") and row.account_id != scope[8:]:
            continue
        part = pb.KpiPart(
            account_id=row.account_id,
            crm_id=row.crm_id,
            name=row.name,
            tier=row.tier,
            event_ids=[f"accounts:{1000 + 40 * n}", f"growth:{300 + n}"],
        )
        if d["kind"] in ("median", "survival"):
            if not d.get("min"):  # figures about persons tell no part of a few cases
                part.values.append(10 + 7 * n)
            else:
                del part.event_ids[:]
            if d["kind"] == "survival" and n % 3 == 0:
                part.running.append(31)
        elif d["unit"] == "count":
            part.numerator = 1
        else:
            part.denominator = 0 if d["kind"] == "sum" else row.arr_minor
            part.numerator = row.arr_minor * (80 + 5 * (n % 7)) // 100
        if n == 4:
            part.apart = "onboarding"
        found.append(part)
    return found


def figure(kpi: str, scope: str) -> pb.Figure:
    """The parts that count, added up; one of the closed months was restated."""
    d, made = document()["kpis"][kpi], parts(kpi, scope)
    counted = [p for p in made if not p.apart]
    out = pb.Figure(definition=definition(kpi), accounts=len(counted), apart=len(made) - len(counted))
    if d["kind"] in ("median", "survival"):
        if len(counted) >= d.get("min", 1):
            out.value = 10 + 7 * (len(counted) // 2)
    else:
        out.numerator = sum(p.numerator for p in counted)
        if d["kind"] == "sum":
            out.value = out.numerator
        else:
            out.denominator = sum(p.denominator for p in counted)
            if out.denominator:
                out.value = round(10_000 * out.numerator / out.denominator)
    for n in range(12):
        closed = date(2025 + (10 + n) // 12, (10 + n) % 12 + 1, 1) + timedelta(days=27)
        point = pb.Point(as_of=closed.isoformat(), event_id=f"insights:{100 + n}")
        if out.HasField("value"):
            point.value = out.value * (100 + (n * 7) % 11 - 8) // 100
            point.restated = n == 6
            point.first_value = point.value - (150 if n == 6 else 0)
        out.trend.append(point)
    return out


def dashboard(scope: str, as_of: str) -> pb.GetDashboardResponse:
    ids = document()["dashboards"].get(scope.partition(":")[2] or "company")
    return pb.GetDashboardResponse(
        scope=scope or "company",
        as_of=as_of,
        figures=[figure(k, scope) for k in ids],
        others=[figure(k, scope) for k in document()["kpis"] if k not in ids],
        currency="USD",
        freshness=freshness(),
    )


def kpi(name: str, scope: str) -> pb.GetKpiResponse:
    found, made = figure(name, scope), parts(name, scope)
    restated = [
        pb.Restatement(
            as_of=p.as_of,
            scope=scope or "company",
            old=p.first_value,
            new=p.value,
            known_at="2026-06-17T08:00:00Z",
            causes=["accounts:1040", "crm:99"],
            account_ids=[made[0].account_id] if made else [],
            event_id=p.event_id,
            restates="insights:90",
        )
        for p in found.trend
        if p.restated
    ]
    point = document()["kpis"][name]["window"] == "point"
    return pb.GetKpiResponse(
        figure=found,
        scope=scope or "company",
        period_start="2026-11-15" if point else "2025-11-15",
        as_of="2026-11-15",
        currency="USD",
        parts=made,
        restatements=restated,
    )


def _failing(*names: str, what: str = "") -> list[pb.Failing]:
    rows = {r.name: r for r in demo.portfolio().rows}
    return [
        pb.Failing(
            account_id=rows[n].account_id,
            crm_id=rows[n].crm_id,
            name=n,
            what=what,
            event_ids=[f"accounts:{1000 + i}"],
        )
        for i, n in enumerate(names)
    ]


def light(score: int | None) -> str:
    return "GREY" if score is None else "GREEN" if score >= 90 else "AMBER" if score >= 60 else "RED"


def readiness(as_of: str) -> pb.GetReadinessResponse:
    names = [r.name for r in demo.portfolio().rows][:3]
    known = [s for s in SCORES if s is not None]
    return pb.GetReadinessResponse(
        total=round(sum(known) / len(known)),
        light=light(round(sum(known) / len(known))),
        as_of=as_of,
        answers=[
            pb.Answer(
                question=q,
                light=light(s),
                why="" if s is not None else "no review was due yet",
                failing=_failing(*names, what="COMMERCIAL") if s not in (None, 100) else [],
                **({} if s is None else {"score": s}),
            )
            for q, s in zip(QUESTIONS, SCORES, strict=True)
        ],
    )


def rollout() -> pb.GetRolloutResponse:
    scores = dict(zip(QUESTIONS, SCORES, strict=True))
    phases = []
    for phase in PHASES:
        tests = [
            pb.ExitTest(question=q, least=least, **({} if scores[q] is None else {"score": scores[q]}))
            for q, least in phase.needs.items()
        ]
        made = pb.RolloutPhase(
            number=phase.number,
            title_de=phase.title["de"],
            title_en=phase.title["en"],
            weeks=phase.weeks,
            on=phase.number < 3,
            features=phase.features,
            tests=tests,
        )
        if all(t.HasField("score") for t in tests):
            made.passed = all(t.score >= t.least for t in tests)
        phases.append(made)
    return pb.GetRolloutResponse(phases=phases)


def findings(rule: str, account_id: str) -> pb.ListFindingsResponse:
    names = [r.name for r in demo.portfolio().rows]
    made = []
    for n, known in enumerate(r for r in RULES if rule in ("", r.id)):
        bad = [f for f in _failing(*names[: n % 4], what="COMMERCIAL") if account_id in ("", f.account_id)]
        made.append(
            pb.FindingRule(
                rule=known.id, weight=known.weight, applies=12 if n else 0, failing_count=len(bad), failing=bad
            )
        )
    return pb.ListFindingsResponse(rules=made, as_of=NOW)


def reviews(done: frozenset[str]) -> pb.ListReviewsResponse:
    ids = [f"01900000-0000-7000-8000-00000000000{n}" for n in range(3)]
    made = [
        pb.Review(
            review_id=ident,
            due_on=due,
            opened_at=f"{due}T05:00:00Z",
            completed_at="2026-09-03T10:00:00Z" if n == 2 else NOW if ident in done else "",
            findings={RULES[0].id: 4 + n, RULES[1].id: 3 * n},
        )
        for n, (ident, due) in enumerate(zip(ids, ("2026-11-30", "2026-10-31", "2026-09-30"), strict=True))
    ]
    return pb.ListReviewsResponse(reviews=made)


def freshness() -> pb.Freshness:
    return pb.Freshness(crm_event_at="2026-11-15T03:58:38Z", caught_up=True)


def status() -> pb.GetInsightsStatusResponse:
    return pb.GetInsightsStatusResponse(
        facts=9_400, accounts=12, bi_rows=2_210, kpi_values=4_368, freshness=freshness(), bi_built_at=NOW
    )
