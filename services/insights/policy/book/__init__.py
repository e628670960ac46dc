"""Everything that is known of one account: a pure fold of its facts, lazily, part by part.

A part looks only at the events of its own streams, in their order, so the order between services does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from uuid import UUID

from services.insights.policy.book import alerts as told
from services.insights.policy.book import commerce, profile
from services.insights.policy.book import growth as plans
from services.insights.policy.book import people as persons
from services.insights.policy.book import reviews as meetings
from services.insights.policy.book import risk as risks
from services.insights.policy.facts import Fact, in_order
from services.insights.policy.intervals import Patch, Span, line

__all__ = ["Book"]


class Book:
    """One account. `facts`: those that count (`facts.cut`)."""

    def __init__(self, account: UUID, facts: Iterable[Fact]) -> None:
        self.account, self.facts = account, in_order(facts)
        self._by_type: dict[str, list[Fact]] = defaultdict(list)
        for f in self.facts:
            self._by_type[f.type].append(f)

    def of(self, types: Iterable[str]) -> list[Fact]:
        """Facts of these types, as they were told."""
        return in_order(f for t in types for f in self._by_type.get(t, ()))

    # -- who it is

    @cached_property
    def profile_patches(self) -> list[Patch]:
        """What was ever said about master data, life and group."""
        return list(profile.profile(self.account, self.of(profile.PROFILE)))

    @cached_property
    def tier_patches(self) -> list[Patch]:
        """What was ever said about its tier."""
        return list(profile.tiers(self.of(profile.TIERS)))

    @cached_property
    def owner_patches(self) -> Mapping[str, list[Patch]]:
        """theme → what was ever said about its owner."""
        return profile.owners(self.of(profile.OWNERS))

    @cached_property
    def person_patches(self) -> Mapping[UUID, list[Patch]]:
        """person → what was ever said about them."""
        return persons.patches(self.of(persons.PEOPLE))

    @cached_property
    def profile(self) -> list[Span]:
        """Master data, life and group over time."""
        return line(self.profile_patches, profile.NOBODY)

    @cached_property
    def tiers(self) -> list[Span]:
        """The tier over time."""
        return line(self.tier_patches, profile.NO_TIER)

    @cached_property
    def owners(self) -> Mapping[str, list[Span]]:
        """theme → its owner over time."""
        return {theme: line(patches, profile.VACANT) for theme, patches in self.owner_patches.items()}

    @cached_property
    def people(self) -> Mapping[UUID, persons.Person]:
        """The customer's persons, as they are known last."""
        return persons.fold(self.of(persons.PEOPLE))

    # -- what was done with it

    @cached_property
    def contracts(self) -> Mapping[UUID, commerce.Contract]:
        """Contracts that belong to it."""
        return commerce.contracts(self.account, self.of(commerce.CONTRACTS))

    @cached_property
    def deals(self) -> Mapping[str, commerce.Deal]:
        """Deals of the CRM that belong to it, by CRM id."""
        return commerce.deals(self.account, self.of(commerce.DEALS))

    @cached_property
    def contacts(self) -> list[commerce.Contact]:
        """Contacts that took place, oldest first."""
        return commerce.contacts(self.account, self.of(commerce.CONTACTS))

    @cached_property
    def mail(self) -> Mapping[UUID, tuple[bool, str]]:
        """person → (whether the CRM has a mail address, event)."""
        seen = self.of(("CrmContactSeen",))
        return {UUID(f.data["subject_id"]): (bool(f.data["has_mail"]), f.event_id) for f in seen}

    @cached_property
    def tier_until(self) -> tuple[str, str] | None:
        """(until when the tier is overridden, event); None: it is not."""
        last = next(iter(reversed(self.of(profile.TIERS))), None)
        return (last.data["until"], last.event_id) if last and last.type == "TierOverridden" else None

    @cached_property
    def usage(self) -> Mapping[str, Fact]:
        """product and metric → the newest report."""
        newest: dict[str, Fact] = {}
        for f in self.of(("UsageReported", "UsageCorrected")):
            key = f"{f.data['product']}/{f.data['metric']}"
            if key not in newest or newest[key].data["period_end"] <= f.data["period_end"]:
                newest[key] = f
        return newest

    @cached_property
    def reviews(self) -> Mapping[UUID, meetings.Review]:
        """QBRs."""
        return meetings.reviews(self.of(meetings.REVIEWS))

    @cached_property
    def series(self) -> meetings.Series:
        """Their rhythm."""
        return meetings.series(self.of(meetings.SERIES))

    @cached_property
    def actions(self) -> Mapping[UUID, meetings.Action]:
        """Promises of both sides."""
        return meetings.actions(self.of(meetings.ACTIONS))

    @cached_property
    def growth(self) -> plans.Growth:
        """Plans with goals, initiatives and milestones; whitespace; plan duty."""
        return plans.fold(self.of(plans.GROWTH))

    @cached_property
    def risk(self) -> risks.Risk:
        """Colours, named risks, escalations."""
        return risks.fold(self.of(risks.RISK))

    @cached_property
    def breaches(self) -> list[risks.Breach]:
        """Standards that were breached."""
        return risks.breaches(self.of(risks.BREACHES))

    @cached_property
    def alerts(self) -> Mapping[UUID, told.Alert]:
        """What people were told."""
        return told.fold(self.of(told.ALERTS))
