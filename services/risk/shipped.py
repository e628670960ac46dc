"""The policy data that the product ships, and how the service handles what it finds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import Any

from services.risk.domain.account_risk import OverrideLimits
from services.risk.domain.escalation import Pace
from services.risk.policy.business import BusinessDays, PlanDuty
from services.risk.policy.model import laid_over


def read(name: str) -> dict[str, Any]:
    """A shipped document: `risk_model.v1`, `risk_model.additions.v1`, `handling.v1`."""
    text = (files("services.risk") / "policies" / f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def default_model() -> dict[str, Any]:
    """The model that is active from the first start: the calibrated one with the additions laid over it."""
    return laid_over(read("risk_model.v1"), read("risk_model.additions.v1"))


@dataclass(frozen=True, slots=True)
class Handling:
    """What follows from a colour: override limits, plan deadlines, pace of escalations, play books, what is at risk."""

    overrides: OverrideLimits
    plan: PlanDuty
    plan_severity: str
    pace: Pace
    plays: dict[str, str]
    dead_after: timedelta
    at_risk_days: int


def handling(business: BusinessDays) -> Handling:
    """`policies/handling.v1.json`, with deadlines in the company's business days."""
    d = read("handling.v1")
    o, plan, escalation = d["override"], d["plan"], d["escalation"]
    return Handling(
        OverrideLimits(o["worse_days"]["value"], o["better_days"]["value"], o["second_person_tiers"]["value"]),
        PlanDuty(plan["business_days"]["value"], business),
        plan["escalation"]["value"],
        Pace(escalation["update"]["value"], escalation["reopen_days"]["value"], business),
        d["plays"]["value"],
        timedelta(hours=d["feed"]["dead_after_hours"]["value"]),
        d["at_risk"]["deadline_days"]["value"],
    )
