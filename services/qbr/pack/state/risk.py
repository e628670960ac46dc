"""The risk of the account as the risk service tells it: colours, score, named risks, countermeasures, escalations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.qbr.pack.facts import Fact
from services.qbr.pack.state.risk_records import Cause, Escalation, Item, Measure, Stretch

COLOURS = {
    "RiskTurnedRed": "RED",
    "RiskTurnedAmber": "AMBER",
    "RiskTurnedGreen": "GREEN",
    "RiskBecameUnknown": "GREY",
}


@dataclass(slots=True)
class Risk:
    """The risk side of an account."""

    stretches: list[Stretch] = field(default_factory=list)
    scores: list[tuple[datetime, int | None, str]] = field(default_factory=list)
    """(Instant, score in hundredths, fact), oldest first."""
    causes: tuple[Cause, ...] = ()
    coverage: tuple[int, str] | None = None
    expired: tuple[tuple[str, ...], str] | None = None
    """Factors that are no longer fed."""
    trend: tuple[str, int, str] | None = None
    warnings: dict[str, tuple[str, datetime | None, datetime, str]] = field(default_factory=dict)
    """Sign → (floor or sign, when the colour would turn, since when, fact)."""
    overrides: dict[str, tuple[str, str, datetime, str]] = field(default_factory=dict)
    """Override → (colour, reason, until, fact) of those in force."""
    items: dict[str, Item] = field(default_factory=dict)
    escalations: dict[str, Escalation] = field(default_factory=dict)
    plan_missed: tuple[datetime, str] | None = None
    _waiting: dict[str, tuple[str, str, datetime, str]] = field(default_factory=dict)

    @property
    def colour(self) -> Stretch | None:
        """The colour now."""
        return self.stretches[-1] if self.stretches else None

    def take(self, f: Fact) -> None:
        """One fact of the risk service; types that packs do not show pass."""
        if f.type in COLOURS:
            self._turned(f)
        elif f.type == "RiskScoreChanged":
            self._scored(f)
        elif "escalation_id" in f.data:
            self._escalation(f)
        elif "override_id" in f.data:
            self._override(f)
        elif "risk_id" in f.data:
            self._item(f)
        else:
            self._sign(f)

    def _turned(self, f: Fact) -> None:
        d = f.data
        if self.stretches:
            self.stretches[-1].until = f.effective_at
        self._scored(f)
        trigger = d["trigger"]
        self.stretches.append(
            Stretch(
                COLOURS[f.type], f.effective_at, d.get("score"), trigger.get("code") or trigger["kind"], self.causes,
                _money(d.get("arr_exposed")), f.event_id,
            )
        )  # fmt: skip
        if f.type != "RiskTurnedRed":
            self.plan_missed = None

    def _scored(self, f: Fact) -> None:
        d = f.data
        self.scores.append((f.effective_at, d.get("score"), f.event_id))
        self.coverage = d["coverage"], f.event_id
        floors = d.get("floors")
        kept = tuple(c for c in self.causes if c.floor) if floors is None else _floors(floors, f.event_id)
        self.causes = (*kept, *_factors(d["contributions"], f.event_id))
        self.expired = None

    def _sign(self, f: Fact) -> None:
        d = f.data
        match f.type:
            case "RiskColourStale":
                self.expired = tuple(d["expired"]), f.event_id
            case "RiskTrendChanged":
                self.trend = d["trend"], d["delta_30d"], f.event_id
            case "RiskEarlyWarningRaised":
                sign, expected = d["kind"], _instant(d.get("expected_at"))
                self.warnings[sign] = d.get("code") or sign, expected, f.effective_at, f.event_id
            case "RiskEarlyWarningCleared":
                self.warnings.pop(d["kind"], None)
            case "RiskPlanMissed":
                self.plan_missed = datetime.fromisoformat(d["due_at"]), f.event_id

    def _override(self, f: Fact) -> None:
        d = f.data
        key = d["override_id"]
        if f.type == "RiskColourOverridden":
            said = d["to"], d["reason"], datetime.fromisoformat(d["until"]), f.event_id
            if d["needs_second"]:
                self._waiting[key] = said
            else:
                self.overrides = {key: said}
        elif f.type == "RiskOverrideConfirmed" and key in self._waiting:
            self.overrides = {key: self._waiting.pop(key)}
        else:
            self._waiting.pop(key, None)
            self.overrides.pop(key, None)

    def _item(self, f: Fact) -> None:
        d = f.data
        if f.type == "RiskIdentified":
            self.items[d["risk_id"]] = Item(
                d["risk_id"], d["title"], d["category"], d["cause"], d["owner"], f.effective_at, events=[f.event_id]
            )
            return
        item = self.items.get(d["risk_id"])
        if item is None:
            return
        item.events.append(f.event_id)
        if f.type == "RiskAssessed":
            item.likelihood, item.impact, item.exposed = d["likelihood"], d["impact"], _money(d["arr_exposed"])
        elif f.type == "CountermeasurePlanned":
            key = d["countermeasure_id"]
            item.measures[key] = Measure(
                key, item.id, d["title"], d["owner"], date.fromisoformat(d["due"]), events=[f.event_id]
            )
        elif f.type in _MEASURE and (measure := item.measures.get(d["countermeasure_id"])):
            measure.status, measure.closed_at = _MEASURE[f.type], f.effective_at
            measure.events.append(f.event_id)
        status = _ITEM.get(f.type)
        if status and not (status == "assessed" and item.status != "identified"):
            item.status = status
            item.until = _instant(d.get("until"))
            item.closed_at = None if item.open else f.effective_at

    def _escalation(self, f: Fact) -> None:
        d = f.data
        key = d["escalation_id"]
        if f.type == "EscalationOpened":
            self.escalations[key] = Escalation(key, d["title"], d["severity"], f.effective_at)
        found = self.escalations.get(key)
        if found is None:
            return
        found.severity, found.status = d["severity"], _ESCALATION.get(f.type, found.status)
        found.dri = d.get("dri", found.dri)
        found.update_due = _instant(d.get("update_due_at")) or found.update_due
        found.closed_at = f.effective_at if f.type == "EscalationClosed" else None
        found.events.append(f.event_id)

    def score_at(self, at: datetime) -> tuple[int | None, str] | None:
        """The score told last by an instant; None: none was."""
        return next(((score, event) for told, score, event in reversed(self.scores) if told <= at), None)

    def answers(self, cause: Cause, at: datetime) -> list[Item]:
        """The open risks about a cause on which something is done."""
        about = (i for i in self.items.values() if cause.code in (i.cause, i.category))
        return [i for i in about if i.open and i.answered(at)]


_MEASURE = {"CountermeasureCompleted": "completed", "CountermeasureFailed": "failed"}
_ITEM = {
    "RiskAssessed": "assessed",
    "CountermeasurePlanned": "mitigating",
    "RiskItemMonitored": "monitored",
    "RiskAccepted": "accepted",
    "RiskResolved": "resolved",
    "RiskMaterialised": "materialised",
}
_ESCALATION = {
    "EscalationDriAssigned": "owned",
    "EscalationUpdated": "in_progress",
    "EscalationResolutionProposed": "resolution_proposed",
    "EscalationClosed": "closed",
    "EscalationReopened": "in_progress",
}


def _floors(floors: Any, event: str) -> tuple[Cause, ...]:
    return tuple(Cause(x["code"], x["colour"], None, None, _evidence(x, event)) for x in floors)


def _factors(contributions: Any, event: str) -> tuple[Cause, ...]:
    """Those that add something to the score, the heaviest first."""
    adding = sorted((x for x in contributions if x["points"] > 0), key=lambda x: (-x["points"], x["factor"]))
    return tuple(Cause(x["factor"], None, x["points"], x.get("delta_14d"), _evidence(x, event)) for x in adding)


def _evidence(x: Any, event: str) -> tuple[str, ...]:
    return (event, *(e["event"] for e in x.get("evidence") or () if e.get("event")))


def _money(value: Any) -> tuple[int, str] | None:
    return (value["amount"], value["currency"]) if value else None


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
