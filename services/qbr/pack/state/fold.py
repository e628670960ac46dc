"""Facts → state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.qbr.pack.facts import GROWTH, QBR, RISK, Fact
from services.qbr.pack.state.commerce import Commerce
from services.qbr.pack.state.growth import Growth
from services.qbr.pack.state.people import People
from services.qbr.pack.state.promises import Promises
from services.qbr.pack.state.risk import Risk


@dataclass(slots=True)
class State:
    """One account at one instant. `name`, `zone`, `tier` come with the fact that says so."""

    name: tuple[str, str] | None = None
    zone: tuple[str, str] | None = None
    tier: tuple[str, str] | None = None
    commerce: Commerce = field(default_factory=Commerce)
    people: People = field(default_factory=People)
    growth: Growth = field(default_factory=Growth)
    promises: Promises = field(default_factory=Promises)
    risk: Risk = field(default_factory=Risk)

    def _called(self, f: Fact) -> None:
        self.name = f.data["name"], f.event_id

    def _registered(self, f: Fact) -> None:
        self._called(f)
        self._placed(f)

    def _placed(self, f: Fact) -> None:
        self.zone = f.data["time_zone"], f.event_id

    def _tiered(self, f: Fact) -> None:
        self.tier = f.data["to_tier"], f.event_id

    def _gone(self, f: Fact) -> None:
        self.commerce.gone(f)
        self.people.gone(f)


def fold(facts: Iterable[Fact], at: datetime) -> State:
    """The state at an instant of facts that are in order (`facts.within`): what became true later does not count."""
    state = State()
    for f in facts:
        if f.effective_at > at:
            continue
        if f.topic == GROWTH:
            state.growth.take(f)
        elif f.topic == QBR:
            state.promises.take(f)
        elif f.topic == RISK:
            state.risk.take(f)
        elif take := _TAKE.get(f.type):
            take(state, f)
    return state


Take = Callable[[State, Fact], Any]


def _commerce(method: Callable[[Commerce, Fact], None]) -> Take:
    return lambda state, f: method(state.commerce, f)


def _people(method: Callable[[People, Fact], None]) -> Take:
    return lambda state, f: method(state.people, f)


_TAKE: Mapping[str, Take] = {
    "AccountRegistered": State._registered,
    "AccountRenamed": State._called,
    "AccountTimeZoneChanged": State._placed,
    **dict.fromkeys(("TierChanged", "TierOverridden", "TierOverrideExpired", "TierOverrideLifted"), State._tiered),
    "CrmOpportunitySeen": _commerce(Commerce.seen_deal),
    "CrmCaseSeen": _commerce(Commerce.seen_case),
    "CrmContractSeen": _commerce(Commerce.seen_contract),
    "CrmRecordDeleted": State._gone,
    "CrmRecordMoved": State._gone,
    "RenewalOpportunityLinked": _commerce(Commerce.linked),
    **dict.fromkeys(
        ("ContractRenewed", "ContractRenewedLate", "ContractLapsed", "ContractTerminated"), _commerce(Commerce.followed)
    ),
    "UsageReported": _commerce(Commerce.used),
    "UsageCorrected": _commerce(Commerce.used),
    "ThemeOwnerAssigned": _people(People.owner),
    "ThemeOwnerReplaced": _people(People.owner),
    "ThemeVacated": _people(People.vacated),
    **dict.fromkeys(
        ("StakeholderSuggested", "StakeholderSuggestionRevised", "StakeholderReturned"), _people(People.suggested)
    ),
    "StakeholderSuggestionDismissed": _people(People.dismissed),
    "StakeholderMapped": _people(People.mapped),
    "StakeholderRolesAssigned": _people(People.roles),
    "StakeholderInfluenceAssessed": _people(People.power),
    "StakeholderAttitudeAssessed": _people(People.attitude),
    "StakeholderConfirmed": _people(People.confirmed),
    "StakeholderAssessmentWentStale": _people(People.went_stale),
    "StakeholderDeparted": _people(People.departed),
    "StakeholderSucceeded": _people(People.succeeded),
    **dict.fromkeys(
        (
            "InteractionRecorded",
            "InteractionHeld",
            "InteractionCorrected",
            "InteractionReassigned",
            "InteractionRetracted",
        ),
        _people(People.contact),
    ),
}
