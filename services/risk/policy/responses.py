"""What people decided here, in the book: overrides, risk items with countermeasures, escalations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from services.risk.policy.colour import RANK
from services.risk.policy.facts import Fact
from services.risk.policy.records import Alarm, Item, Override

if TYPE_CHECKING:
    from services.risk.policy.book import Book

NO_PLAN = "no_plan"
"""Cause of an escalation that a missing plan opened (PM6)."""
_ITEM_CLOSED = {"RiskResolved", "RiskMaterialised"}
_MEASURES = {
    "CountermeasurePlanned": "planned",
    "CountermeasureCompleted": "completed",
    "CountermeasureFailed": "failed",
}
_ALARMS = {"EscalationOpened", "EscalationRaised", "EscalationLowered", "EscalationReopened"}
TYPES = frozenset(
    {
        "RiskColourOverridden", "RiskOverrideConfirmed", "RiskOverrideLifted", "RiskIdentified", "EscalationClosed",
        "RiskAccepted", *_ITEM_CLOSED, *_MEASURES, *_ALARMS,
    }
)  # fmt: skip


def apply(book: Book, fact: Fact) -> None:
    """Folds one of our own events."""
    d, kind = fact.data, fact.type
    if kind == "RiskColourOverridden":
        for other in book.overrides.values():
            other.over_at = other.over_at or fact.at
        until = datetime.fromisoformat(d["until"])
        worse = RANK.get(d["to"], 0) > RANK.get(d["from_"], -1)
        counts = None if d["needs_second"] else fact.at
        book.overrides[d["override_id"]] = Override(d["override_id"], d["to"], until, fact.event, worse, counts)
    elif kind == "RiskOverrideConfirmed":
        book.overrides[d["override_id"]].counts_from = fact.at
    elif kind == "RiskOverrideLifted":
        book.overrides[d["override_id"]].over_at = fact.at
    elif kind == "RiskIdentified":
        book.items[d["risk_id"]] = Item(d["risk_id"], d["category"], d["cause"], fact.event)
    elif kind in _MEASURES:
        item = book.items[d["risk_id"]]
        item.measures[d["countermeasure_id"]] = _MEASURES[kind]
        if d.get("link"):
            item.links[d["countermeasure_id"]] = (d["link"], fact.at)
    elif kind in _ITEM_CLOSED:
        book.items[d["risk_id"]].closed = True
    elif kind == "RiskAccepted":
        book.items[d["risk_id"]].accepted_until = datetime.fromisoformat(d["until"])
    elif kind == "EscalationOpened" and d["cause"] == NO_PLAN:
        return  # it follows from the colour, so it must not feed it; a person who raises it says something new
    elif kind in _ALARMS:
        known = book.alarms.get(d["escalation_id"])
        since = known.at if known and known.severity == d["severity"] else fact.at
        book.alarms[d["escalation_id"]] = Alarm(d["escalation_id"], d["severity"], fact.event, since)
    elif kind == "EscalationClosed":
        book.alarms.pop(d["escalation_id"], None)
