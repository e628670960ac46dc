"""Colours, warnings, named risks, escalations; standards that were breached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.insights.policy.book.profile import moment
from services.insights.policy.facts import Fact

TURNS = {
    "RiskTurnedRed": "RED", "RiskTurnedAmber": "AMBER", "RiskTurnedGreen": "GREEN", "RiskBecameUnknown": "GREY",
}  # fmt: skip
RISK = (
    *TURNS, "RiskEarlyWarningRaised", "RiskEarlyWarningCleared", "RiskIdentified", "RiskResolved", "RiskAccepted",
    "RiskMaterialised", "CountermeasurePlanned", "CountermeasureCompleted", "CountermeasureFailed", "EscalationOpened",
    "EscalationClosed", "EscalationReopened", "EscalationRaised", "EscalationLowered", "RiskColourOverridden",
    "RiskOverrideExpired", "RiskOverrideLifted",
)  # fmt: skip
BREACHES = ("StandardBreached", "StandardRestored")


@dataclass(slots=True)
class Episode:
    """One colour, without a break."""

    began_at: datetime
    colour: str
    before: str
    cause: str
    code: str | None
    score: int | None
    arr: int
    currency: str
    model: int
    why: str
    event_id: str
    ended_at: datetime | None = None
    after: str | None = None
    end_event: str | None = None


@dataclass(slots=True)
class Item:
    """A named risk and its countermeasures (id → planned, completed or failed)."""

    id: UUID
    cause: str
    state: str = "open"
    measures: dict[str, str] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Risk:
    """All of it. `warnings`: (raised, cleared or None, event)."""

    episodes: list[Episode] = field(default_factory=list)
    items: dict[UUID, Item] = field(default_factory=dict)
    warnings: list[tuple[datetime, datetime | None, str]] = field(default_factory=list)
    escalations: dict[str, str] = field(default_factory=dict)
    override_until: datetime | None = None

    def at(self, instant: datetime) -> Episode | None:
        """The episode of an instant."""
        found = [e for e in self.episodes if e.began_at <= instant and (e.ended_at is None or instant < e.ended_at)]
        return found[-1] if found else None


@dataclass(slots=True)
class Breach:
    """A standard that was not kept for a time."""

    standard: str
    tier: str
    breached_at: datetime
    policy: int
    event_ids: list[str]
    restored_at: datetime | None = None


def fold(facts: Iterable[Fact]) -> Risk:
    """Risk of one account."""
    r, open_warnings = Risk(), dict[str, int]()
    for f in facts:
        d = f.data
        if f.type in TURNS:
            _turn(r, f)
        elif f.type == "RiskEarlyWarningRaised":
            open_warnings[d["kind"]] = len(r.warnings)
            r.warnings.append((f.effective_at, None, f.event_id))
        elif f.type == "RiskEarlyWarningCleared" and d["kind"] in open_warnings:
            n = open_warnings.pop(d["kind"])
            r.warnings[n] = (r.warnings[n][0], f.effective_at, r.warnings[n][2])
        elif f.type.startswith("Escalation"):
            r.escalations[d["escalation_id"]] = "" if f.type == "EscalationClosed" else d["severity"]
        elif f.type == "RiskColourOverridden":
            r.override_until = datetime.fromisoformat(d["until"])
        elif f.type in ("RiskOverrideExpired", "RiskOverrideLifted"):
            r.override_until = None
        elif "risk_id" in d:
            _item(r, f)
    return r


def _turn(r: Risk, f: Fact) -> None:
    d, colour = f.data, TURNS[f.type]
    if r.episodes:
        last = r.episodes[-1]
        if last.colour == colour:
            return
        last.ended_at, last.after, last.end_event = f.effective_at, colour, f.event_id
    arr, trigger = d["arr_exposed"], d["trigger"]
    r.episodes.append(
        Episode(
            f.effective_at, colour, d["from"], trigger["kind"], trigger.get("code"), d.get("score"), arr["amount"],
            arr["currency"], d["model_version"], d["why"], f.event_id,
        )
    )  # fmt: skip


def _item(r: Risk, f: Fact) -> None:
    id = UUID(f.data["risk_id"])
    item = r.items.setdefault(id, Item(id, f.data.get("cause", "other")))
    item.events.append(f.event_id)
    match f.type:
        case "CountermeasurePlanned" | "CountermeasureCompleted" | "CountermeasureFailed":
            item.measures[f.data["countermeasure_id"]] = f.type.removeprefix("Countermeasure").lower()
        case "RiskResolved" | "RiskAccepted" | "RiskMaterialised":
            item.state = f.type.removeprefix("Risk").lower()


def breaches(facts: Iterable[Fact]) -> list[Breach]:
    """Each time that a standard was not kept, oldest first."""
    done, running = list[Breach](), dict[str, Breach]()
    over: Breach | None
    for f in facts:
        d, at = f.data, moment(f, "at")
        if f.type == "StandardBreached":
            if d["standard"] not in running:
                running[d["standard"]] = b = Breach(d["standard"], d["tier"], at, d["policy_version"], [f.event_id])
                done.append(b)
        elif (over := running.pop(d["standard"], None)) is not None:
            over.restored_at = at
            over.event_ids.append(f.event_id)
    return done
