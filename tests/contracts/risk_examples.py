"""One event of each private type of the risk service, with every field filled in: golden files and examples use them.

`python -m tests.contracts.risk_examples` writes the missing example messages.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from services.risk import domain
from services.risk.publish import publish
from services.risk.shipped import default_model
from shared import ids
from shared.contracts import cloudevents
from shared.contracts.risk.base import (
    Change,
    Contribution,
    Counterfactual,
    Evidence,
    Floor,
    Money,
    Trigger,
)
from shared.contracts.risk.models import Recoloured
from shared.eventstore.events import AggregateCreated, Event, Meta, Recorded, known
from shared.testing import recorded as as_recorded

EXAMPLES = Path(__file__).parents[2] / "shared" / "contracts" / "examples" / "kam.risk.v1"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
ACCOUNT = ids.account_id("sugar", "acme")
REF, OTHER = ids.derived("text", "1"), ids.derived("risk", "2")
WHY = Evidence(event="crm:77", clock="sla_age", since=AT, code="p1_72h", why="P1 1564 open 72.0 h")
MEASURE = ids.derived("countermeasure", "3")

VALUES: dict[str, Any] = {
    "account_id": ACCOUNT, "tier": "A", "from_": "AMBER", "amber_since": date(2026, 2, 1), "score": 1778, "was": 1400,
    "coverage": 9000, "trigger": Trigger(kind="hard_trigger", ref="crm:77", code="p1_72h", over_line_since=AT),
    "why": "p1_72h: P1 1564 open 72.0 h",
    "contributions": (
        Contribution(factor="service", weight=2000, value=8000, points=1778, delta_14d=8000, evidence=(WHY,)),
        Contribution(factor="delivery", weight=1000, points=0),
    ),
    "floors": (Floor(code="p1_72h", colour="RED", factor="service", evidence=(WHY,)),),
    "counterfactual": (
        Counterfactual(
            change="close P1 case 1564", score=1440, colour_after="AMBER after 7 d",
            changes=(Change(code="close_case", subject="c1", change="close P1 case 1564"),),
        ),
    ),
    "arr_exposed": Money(amount=42_194_000, currency="USD"), "epoch": 4, "suggested_plays": ("recovery",),
    "model_version": 1, "late_by_s": 12, "plan_due_at": LATER, "colour": "AMBER", "expired": ("usage",),
    "code": "silence", "expected_at": LATER, "evidence": (WHY,), "trend": "rising", "delta_30d": 900, "share": 2100,
    "due_at": LATER, "causes": ("p1_72h",), "escalation_id": ids.derived("escalation", "1"), "override_id": OTHER,
    "to": "RED", "reason": "known_better", "reason_ref": REF, "until": LATER, "by": "user:u7", "needs_second": True,
    "risk_id": OTHER, "category": "service", "cause": "p1_72h", "title": "Data loss", "owner": "u7", "likelihood": 3,
    "impact": 4, "countermeasure_id": MEASURE, "due": date(2026, 3, 10), "link": "milestone:m1",
    "loss": Money(amount=100, currency="USD"), "severity": "high", "update_due_at": LATER, "dri": "u8",
    "text_ref": REF, "agreed_by_customer": ids.subject_id("sugar", "contact", "c1"), "at": AT,
    "document": default_model(), "digest": "sha", "signer": "user:u8", "effective_from": LATER, "signed_off": True,
    "by_version": 2, "accounts": 85, "changes": (Recoloured(account_id=ACCOUNT, from_="GREEN", to="AMBER"),),
}  # fmt: skip
OWN: dict[str, dict[str, Any]] = {
    "RiskTrendChanged": {"was": "steady"},
    "RiskEarlyWarningRaised": {"kind": "floor_ahead"},
    "RiskEarlyWarningCleared": {"kind": "floor_ahead"},
    "EscalationRaised": {"was": "medium"},
    "EscalationLowered": {"was": "critical"},
    "RiskResolved": {"evidence": ("crm:78",)},
}
"""Where a name means something else in an event."""


def examples() -> list[Event]:
    """One of each."""
    made = []
    classes = {t: c for t, c in known().items() if t.startswith("risk.") and t == c.TOPIC}
    for topic, cls in sorted(classes.items()):
        values = VALUES | OWN.get(topic.partition(".")[2], {})
        fields = {n: values[n] for n in cls.model_fields if n in values}
        own: dict[str, Any] = {"originator_id": ids.derived("example", topic), "originator_version": 2, "timestamp": AT}
        if issubclass(cls, AggregateCreated):
            own |= {"originator_version": 1, "originator_topic": "risk." + cls.__qualname__.split(".")[0]}
        made.append(cls.model_validate(own | fields))
    return made


def recorded(event: Event, position: int) -> Recorded:
    """As it lies in the log."""
    why = {"command_id": UUID(int=7), "correlation_id": UUID(int=8), "causation_id": "crm:77"}
    meta = Meta("policy:risk", policy_refs=(("risk", 1),), **why)
    return as_recorded(event, position, datetime(2026, 3, 2, 9, 30, 2, tzinfo=UTC), meta)


def main() -> None:
    """Writes the examples that are missing."""
    EXAMPLES.mkdir(parents=True, exist_ok=True)
    for position, event in enumerate(examples(), 1):
        stored = recorded(event, position)
        if (message := publish(stored)) is None:
            continue
        path = EXAMPLES / f"{message[1].TYPE}.v{message[1].SCHEMA}.json"
        if not path.exists():
            value = orjson.loads(cloudevents.value(stored, message[1]))
            path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    assert domain.RiskItem
    main()
