"""From what the fold found to the fields of events: contributions that sum to the score, evidence, counterfactual."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.risk.policy.counterfactual import Answer, counterfactual
from services.risk.policy.evaluate import Evaluation
from services.risk.policy.factors import Evidence as Told
from services.risk.policy.sweep import Found, Sweep
from shared.contracts.risk.base import Change, Contribution, Counterfactual, Evidence, Floor, Money, Trigger

COLOURS = frozenset(("RiskTurnedRed", "RiskTurnedAmber", "RiskTurnedGreen", "RiskBecameUnknown"))
LATE = frozenset((*COLOURS, "RiskScoreChanged", "RiskColourStale", "RiskEarlyWarningRaised", "RiskPlanMissed"))


def evidence(told: Told) -> Evidence:
    """As it is published."""
    return Evidence(event=told.event or None, clock=told.clock, since=told.since, code=told.code, why=told.why)


def contributions(e: Evaluation, before: Mapping[str, int | None] | None) -> tuple[Contribution, ...]:
    """`before`: the values of 14 days ago."""
    was = before or {}
    return tuple(
        Contribution(
            factor=f.name, weight=f.weight, value=f.value, points=f.points,
            delta_14d=None if f.value is None or (w := was.get(f.name)) is None else f.value - w,
            evidence=tuple(evidence(x) for x in f.evidence),
        )
        for f in e.factors
    )  # fmt: skip


def floors(e: Evaluation) -> tuple[Floor, ...]:
    """As they are published."""
    return tuple(
        Floor(code=f.code, colour=f.colour, factor=f.factor, evidence=tuple(evidence(x) for x in f.evidence))
        for f in e.floors
    )


def answers(found: list[Answer]) -> tuple[Counterfactual, ...]:
    """As they are published."""
    return tuple(
        Counterfactual(
            change=a.change, score=a.score, colour_after=f"{a.colour} after {a.days} d",
            changes=tuple(Change(code=o.code, subject=o.subject, change=o.change) for o in a.options),
        )
        for a in found
    )  # fmt: skip


def main_cause(e: Evaluation, kind: str, was: str, why: str | None) -> str:
    """In one line, without names."""
    if why:
        return why
    if kind == "RiskBecameUnknown":
        return f"coverage {e.coverage // 100} %: too little is known"
    if e.floors and kind != "RiskTurnedGreen":
        return f"{e.floors[0].code}: {e.floors[0].why}"
    score = (e.score or 0) / 100
    if kind == "RiskTurnedGreen" or (kind == "RiskTurnedAmber" and was == "RED"):
        return f"score {score:.1f}: recovered" if was != "GREY" else f"score {score:.1f}"
    worst = max(e.factors, key=lambda f: f.points)
    return f"score {score:.1f}, most of it {worst.name}: {worst.evidence[0].why if worst.evidence else worst.value}"


def values(found: Found, sweep: Sweep, plays: Mapping[str, str], currency: str, late_by: timedelta) -> dict[str, Any]:
    """The fields of the event of a finding. Called at once after it was found, while the fold stands there."""
    fields = dict(found.data)
    late = {"late_by_s": max(0, int(late_by.total_seconds()))} if found.kind in LATE else {}
    e = found.evaluation
    if found.kind == "RiskEarlyWarningRaised":
        fields["evidence"] = tuple(evidence(x) for x in fields["evidence"])
    if e is None:
        return fields | late
    if found.kind == "RiskPlanMissed":
        return fields | late | {"epoch": sweep.cursor.epoch}
    day = found.at.astimezone(sweep.zone).date() - timedelta(days=14)
    tier = sweep.book.tier
    shared = {
        "tier": tier, "score": e.score, "coverage": e.coverage,
        "contributions": contributions(e, sweep.cursor.values_on(day)),
    }  # fmt: skip
    if found.kind not in COLOURS or found.turn is None:
        return fields | late | shared
    turn, colour = found.turn, sweep.cursor.shown
    ref, why = fields.pop("ref"), fields.pop("why", None)
    if turn.why == "override":  # the model did not find it
        why = why or "set by hand"
    first = e.floors[0] if e.floors and turn.why == "hard_trigger" else None
    kind = "override" if first and first.code == "manual_worse" else turn.why
    cited = first.evidence[0] if first and first.evidence else None
    version = sweep.model_at(found.at)
    factors = [f.factor.split("+")[0] for f in e.floors] or [
        f.name for f in sorted(e.factors, key=lambda f: -f.points)[:1] if f.points
    ]
    more: dict[str, Any] = {
        "trigger": Trigger(
            kind=kind, ref=ref or (cited.event if cited else None) or None, code=first.code if first else None,
            over_line_since=turn.over_line_since or (cited.since if cited else None),
        ),
        "why": main_cause(e, found.kind, str(fields["from_"]), why),
        "floors": floors(e),
        "counterfactual": answers(counterfactual(sweep.book, version.model, found.at, sweep.zone, colour, e)),
        "arr_exposed": Money(amount=e.arr, currency=e.currency or currency),
        "epoch": sweep.cursor.epoch,
        "suggested_plays": tuple(dict.fromkeys(plays[f] for f in factors if f in plays)) if colour == "RED" else (),
        "model_version": version.version,
    }  # fmt: skip
    if found.kind == "RiskTurnedRed":
        more["plan_due_at"] = sweep.cursor.plan_due_at
    return fields | late | shared | more
