"""Whitespace: which unit of the account uses, could use or will not use which product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.growth.domain.base import AccountEvent, Now, OfAccount, need
from services.growth.domain.values import BY_HAND, CellState
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated

OWN_UNIT = "account"
"""The org unit that stands for the account as a whole: contracts and deals of the CRM name no department."""

Place = tuple[str, str]  # (org unit, product)


@dataclass(frozen=True, slots=True)
class Fact:
    """What contracts and deals say about a cell. `evidence`: their CRM ids."""

    state: CellState
    potential: int | None
    currency: str | None
    evidence: tuple[str, ...]


class Whitespace(OfAccount, Aggregate):
    """Stream id = `Whitespace.create_id(account_id)`. A cell shows what the facts say, else what a person said."""

    TOPIC = "growth.Whitespace"

    class Event(AccountEvent): ...

    class WhitespaceOpened(AggregateCreated, Event):
        """The first word about the account's whitespace."""

        TOPIC = "growth.WhitespaceOpened"

    class WhitespaceCellAssessed(Event):
        """The cell's state now. `potential`: a year's value in minor units of `currency`; `evidence`: CRM ids of
        contracts or deals, or references; `by_facts`: contracts and deals say so, no person."""

        TOPIC = "growth.WhitespaceCellAssessed"
        org_unit: str
        product: str
        state: CellState
        potential: int | None
        currency: str | None
        evidence: tuple[str, ...]
        reason_ref: UUID | None
        by_facts: bool
        assessed_by: str

    @event(WhitespaceOpened)
    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id
        self.facts: dict[Place, tuple[Any, ...]] = {}
        self.said: dict[Place, tuple[Any, ...]] = {}

    @staticmethod
    def create_id(account_id: UUID) -> UUID:
        """The stream of the account's whitespace."""
        return ids.derived("whitespace", str(account_id))

    @classmethod
    def open(cls, account_id: UUID) -> Whitespace:
        """Every cell is Unknown."""
        return cls(account_id)

    def state(self, org_unit: str, product: str) -> CellState:
        """What the cell shows."""
        place = org_unit, product
        found: CellState = (self.facts.get(place) or self.said.get(place) or ("Unknown",))[0]
        return found

    def assess(
        self, now: Now, org_unit: str, product: str, state: CellState, potential: int | None, currency: str | None,
        evidence: tuple[str, ...], reason_ref: UUID | None,
    ) -> None:  # fmt: skip
        """A person says what no contract and no deal says."""
        place = (org_unit.strip(), product.strip())
        need(all(place), "cell-incomplete", "Name the org unit and the product.")
        need(
            state in BY_HAND, "cell-state-by-facts",
            f"{state} is set by contracts and deals of the CRM, never by hand; choose one of {', '.join(BY_HAND)}.",
        )  # fmt: skip
        need(
            place not in self.facts, "cell-set-by-facts",
            f"Contracts or deals of the CRM say {self.state(*place)}: change them there.",
        )  # fmt: skip
        need(state != "NotApplicable" or reason_ref, "reason-missing", "Say why the product is not for this unit.")
        need(potential is None or potential >= 0, "potential-negative", "The potential is a value of at least 0.")
        need(potential is None or currency, "currency-missing", "Name the currency of the potential.")
        self._tell(place, (state, potential, currency, evidence), reason_ref, False, now.by)

    def see(self, facts: Mapping[Place, Fact], by: str) -> None:
        """All that contracts and deals say now. A cell that they leave shows again what a person said."""
        for place in sorted(self.facts.keys() | facts.keys()):
            fact = facts.get(place)
            if fact is not None:
                told = (fact.state, fact.potential, fact.currency, fact.evidence)
                if self.facts.get(place) != told:
                    self._tell(place, told, None, True, by)
            else:
                back = self.said.get(place) or ("Unknown", None, None, ())
                self._tell(place, back, None, False, by)

    def _tell(self, place: Place, cell: tuple[Any, ...], reason_ref: UUID | None, by_facts: bool, by: str) -> None:
        if not by_facts and place not in self.facts and self.said.get(place) == cell:
            return
        state, potential, currency, evidence = cell
        self.trigger_event(
            self.WhitespaceCellAssessed, org_unit=place[0], product=place[1], state=state, potential=potential,
            currency=currency, evidence=evidence, reason_ref=reason_ref, by_facts=by_facts, assessed_by=by,
        )  # fmt: skip

    @event(WhitespaceCellAssessed)
    def _assessed(
        self, org_unit: str, product: str, state: CellState, potential: int | None, currency: str | None,
        evidence: tuple[str, ...], by_facts: bool,
    ) -> None:  # fmt: skip
        place, cell = (org_unit, product), (state, potential, currency, evidence)
        if by_facts:
            self.facts[place] = cell
        else:
            self.facts.pop(place, None)
            self.said[place] = cell
