"""The risk of one account: what evaluating the model found, and the colours that people set over it.

GREY → GREEN ⇄ AMBER ⇄ RED, never RED → GREEN. A worse override by anyone, for at most 90 days; a better one by one
step, for at most 30 days, on an A with a second person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.risk.domain.base import OfAccount, RiskEvent, need
from services.risk.policy.colour import RANK
from shared import ids
from shared.contracts.risk.base import Colour, Contribution, Counterfactual, Evidence, Floor, Money, Trigger
from shared.eventstore.events import Aggregate, AggregateCreated

SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True)
class Held:
    """The newest override. `confirmed`: it counts."""

    id: UUID
    to: Colour
    until: datetime
    by: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class OverrideLimits:
    """How long a person's colour may hold, and where a second person is needed (`policies/handling.v1.json`)."""

    worse_days: int
    better_days: int
    second_person_tiers: Collection[str]


class ColourEvent(RiskEvent):
    """Another colour from now on, with everything that explains it."""

    tier: str | None
    from_: Colour
    amber_since: date | None
    score: int | None
    coverage: int
    trigger: Trigger
    why: str
    contributions: tuple[Contribution, ...]
    floors: tuple[Floor, ...]
    counterfactual: tuple[Counterfactual, ...]
    arr_exposed: Money
    epoch: int
    suggested_plays: tuple[str, ...]
    model_version: int
    late_by_s: int


class OverrideEvent(RiskEvent):
    override_id: UUID
    to: Colour


class AccountRisk(OfAccount, Aggregate):
    """Stream id = `AccountRisk.create_id(account_id)`."""

    TOPIC = "risk.AccountRisk"

    class Event(RiskEvent): ...

    class RiskTracked(AggregateCreated, Event):
        """The account is judged from now on."""

        TOPIC = "risk.RiskTracked"

    class RiskScoreChanged(Event):
        TOPIC = "risk.RiskScoreChanged"
        tier: str | None
        score: int | None
        was: int | None
        coverage: int
        contributions: tuple[Contribution, ...]
        late_by_s: int

    class RiskTurnedRed(ColourEvent, Event):
        """`plan_due_at`: by when a countermeasure is to be planned."""

        TOPIC = "risk.RiskTurnedRed"
        plan_due_at: datetime | None

    class RiskTurnedAmber(ColourEvent, Event):
        TOPIC = "risk.RiskTurnedAmber"

    class RiskTurnedGreen(ColourEvent, Event):
        TOPIC = "risk.RiskTurnedGreen"

    class RiskBecameUnknown(ColourEvent, Event):
        TOPIC = "risk.RiskBecameUnknown"

    class RiskColourStale(Event):
        TOPIC = "risk.RiskColourStale"
        colour: Colour
        coverage: int
        expired: tuple[str, ...]
        late_by_s: int

    class RiskEarlyWarningRaised(Event):
        TOPIC = "risk.RiskEarlyWarningRaised"
        kind: str
        code: str | None
        expected_at: datetime | None
        why: str
        evidence: tuple[Evidence, ...]
        late_by_s: int

    class RiskEarlyWarningCleared(Event):
        TOPIC = "risk.RiskEarlyWarningCleared"
        kind: str

    class RiskTrendChanged(Event):
        TOPIC = "risk.RiskTrendChanged"
        trend: str
        was: str
        delta_30d: int

    class RiskFlappingDetected(Event):
        TOPIC = "risk.RiskFlappingDetected"
        share: int

    class RiskFlappingEnded(Event):
        TOPIC = "risk.RiskFlappingEnded"
        share: int

    class RiskPlanMissed(Event):
        TOPIC = "risk.RiskPlanMissed"
        epoch: int
        due_at: datetime
        causes: tuple[str, ...]
        escalation_id: UUID
        late_by_s: int

    class RiskColourOverridden(OverrideEvent, Event):
        TOPIC = "risk.RiskColourOverridden"
        from_: Colour
        reason: str
        reason_ref: UUID
        until: datetime
        by: str
        needs_second: bool

    class RiskOverrideConfirmed(OverrideEvent, Event):
        TOPIC = "risk.RiskOverrideConfirmed"
        by: str

    class RiskOverrideExpired(OverrideEvent, Event):
        TOPIC = "risk.RiskOverrideExpired"
        until: datetime
        late_by_s: int

    class RiskOverrideLifted(OverrideEvent, Event):
        TOPIC = "risk.RiskOverrideLifted"
        by: str

    @event(RiskTracked)
    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id
        self.colour: Colour = "GREY"
        self.tier: str | None = None
        self.epoch = 0
        self.held: Held | None = None

    @staticmethod
    def create_id(account_id: UUID) -> UUID:
        """The stream of an account's risk."""
        return ids.derived("risk", str(account_id))

    @classmethod
    def track(cls, account_id: UUID) -> AccountRisk:
        """A first one: grey."""
        return cls._create(cls.RiskTracked, id=cls.create_id(account_id), account_id=account_id)

    # -- what evaluating found

    def record(self, kind: str, values: Mapping[str, Any]) -> None:
        """One finding of a sweep; `kind` is the name of its event."""
        self.trigger_event(getattr(self, kind), **values)

    # -- what people decide

    def override(
        self, to: Colour, reason: str, reason_ref: UUID, until: datetime, by: str, at: datetime, limits: OverrideLimits
    ) -> UUID:
        """Shows another colour until `until`. Returns its id. Raises Rejected."""
        need(to in RANK, "colour-unknown", "Set GREEN, AMBER or RED.")
        need(to != self.colour, "colour-unchanged", f"The account is {self.colour} already.")
        need(len(reason.strip()) >= SHORTEST_REASON, "reason-missing", "Say why the model is wrong.")
        need(until > at, "until-in-the-past", f"{until} is past: an override ends later than it begins.")
        worse = RANK[to] > RANK.get(self.colour, -1)
        most = limits.worse_days if worse else limits.better_days
        need(
            until <= at + timedelta(days=most), "override-too-long",
            f"A {'worse' if worse else 'better'} colour holds at most {most} days.",
        )  # fmt: skip
        need(self.colour != "GREY" or to != "GREEN", "grey-not-green", "What is unknown cannot be called green.")
        one_step = RANK.get(self.colour, 3) - RANK[to] <= 1
        need(worse or one_step, "one-step-only", "A better colour is one step better at most.")
        held = self._holds(at)
        need(held is None, "override-exists", "Another override holds: lift it first.")
        second = not worse and self.tier in limits.second_person_tiers
        override_id = ids.derived("override", str(self.id), str(self.version + 1))
        self._overridden(override_id, to, self.colour, reason.strip(), reason_ref, until, by, second)
        return override_id

    def confirm(self, by: str, at: datetime) -> None:
        """A second person agrees. Raises Rejected."""
        held = self._holds(at)
        if held is None or held.confirmed:
            need(False, "nothing-to-confirm", "No override waits for a second person.")
        assert held is not None
        need(by != held.by, "same-person", "Somebody else has to confirm it.")
        self._confirmed(held.id, held.to, by)

    def lift(self, by: str, at: datetime) -> None:
        """The model's colour shows again. Raises Rejected."""
        held = self._holds(at)
        need(held, "no-override", "No override holds.")
        assert held is not None
        self._lifted(held.id, held.to, by)

    def expire_override(self, at: datetime, late_by_s: int) -> None:
        """Its time is over: does nothing before its instant."""
        if self.held and self.held.until <= at:
            self._expired(self.held.id, self.held.to, self.held.until, late_by_s)

    def _holds(self, at: datetime) -> Held | None:
        return self.held if self.held and self.held.until > at else None

    @event(RiskTurnedRed)
    def _turned_red(self, tier: str | None, epoch: int) -> None:
        self.colour, self.tier, self.epoch = "RED", tier, epoch

    @event(RiskTurnedAmber)
    def _turned_amber(self, tier: str | None, epoch: int) -> None:
        self.colour, self.tier, self.epoch = "AMBER", tier, epoch

    @event(RiskTurnedGreen)
    def _turned_green(self, tier: str | None, epoch: int) -> None:
        self.colour, self.tier, self.epoch = "GREEN", tier, epoch

    @event(RiskBecameUnknown)
    def _became_unknown(self, tier: str | None, epoch: int) -> None:
        self.colour, self.tier, self.epoch = "GREY", tier, epoch

    @event(RiskScoreChanged)
    def _scored(self, tier: str | None) -> None:
        self.tier = tier

    @event(RiskColourOverridden)
    def _overridden(
        self, override_id: UUID, to: Colour, from_: Colour, reason: str, reason_ref: UUID, until: datetime, by: str,
        needs_second: bool,
    ) -> None:  # fmt: skip
        self.held = Held(override_id, to, until, by, not needs_second)

    @event(RiskOverrideConfirmed)
    def _confirmed(self, override_id: UUID, to: Colour, by: str) -> None:
        if self.held:
            self.held = Held(self.held.id, self.held.to, self.held.until, self.held.by, True)

    @event(RiskOverrideExpired)
    def _expired(self, override_id: UUID, to: Colour, until: datetime, late_by_s: int) -> None:
        self.held = None

    @event(RiskOverrideLifted)
    def _lifted(self, override_id: UUID, to: Colour, by: str) -> None:
        self.held = None
