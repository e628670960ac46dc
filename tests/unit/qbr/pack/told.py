"""Facts written by hand: public events of all five services as packs keep them, and an account that has everything."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.qbr import pack
from services.qbr.pack.facts import Fact, kept
from shared.contracts import crm
from shared.contracts.accounts import commerce, people
from shared.contracts.base import Envelope, PublicEvent, channel
from shared.contracts.growth import CHANNEL as GROWTH
from shared.contracts.qbr import CHANNEL as QBR
from shared.contracts.risk import CHANNEL as RISK
from shared.ids import derived

ACCOUNT = UUID("00000000-0000-7000-8000-00000000a001")
AS_OF = datetime(2026, 11, 15, 18, tzinfo=UTC)
PLAN = derived("plan", "1")
SYSTEM = "sugar"
TEMPLATE = pack.Template.of(
    "std", 1,
    [
        {"key": "summary", "title_de": "Überblick", "title_en": "Summary", "minutes": 5},
        {"key": "goals", "title_de": "Ziele", "title_en": "Goals", "minutes": 15},
        {"key": "results", "title_de": "Ergebnisse", "title_en": "Results", "minutes": 20},
        {"key": "risks", "title_de": "Risiken", "title_en": "Risks", "minutes": 15},
        {"key": "next_steps", "title_de": "Nächste Schritte", "title_en": "Next steps", "minutes": 5},
    ],
    [{"key": "our_ask", "title_de": "Unsere Bitte", "title_en": "Our ask", "required": False}],
    ("goals", "results", "value", "pipeline", "renewals", "cases", "usage", "risk", "stakeholders", "promises",
     "whitespace", "next_goals", "open_questions"),
)  # fmt: skip


def at(days: int) -> datetime:
    """Days before (negative) the pack's instant."""
    return AS_OF + timedelta(days=days)


def on(days: int) -> date:
    """A day relative to the pack's."""
    return at(days).date()


def person(n: int) -> UUID:
    """The n-th person of the customer."""
    return derived("subject", SYSTEM, "contact", str(n))


def growth(name: str) -> type[PublicEvent]:
    """An event type of the growth service."""
    return next(model for model in channel(GROWTH) if name == model.TYPE)


def qbr(name: str) -> type[PublicEvent]:
    """An event type of our own."""
    return next(model for model in channel(QBR) if name == model.TYPE)


def risk(name: str) -> type[PublicEvent]:
    """An event type of the risk service."""
    return next(model for model in channel(RISK) if name == model.TYPE)


class Log:
    """Collects facts; each topic counts its own positions."""

    def __init__(self, account: UUID = ACCOUNT) -> None:
        self.account = account
        self.facts: list[Fact] = []
        self._positions: dict[str, int] = {}

    def tell(self, event: PublicEvent, when: datetime, stream: UUID | None = None) -> Fact | None:
        """Keep an event as the consumers would."""
        topic = event.CHANNEL
        position = self._positions[topic] = self._positions.get(topic, 0) + 1
        envelope = Envelope(
            id=f"{topic.split('.')[1]}:{position}", type=event.TYPE, position=position,
            stream=stream or derived("stream", event.TYPE, str(position)), version=1, effective_at=when,
            recorded_at=when,
            actor="system:test", data=event.model_dump(mode="json"),
        )  # fmt: skip
        fact = kept(envelope, topic, 0, SYSTEM)
        if fact is not None:
            self.facts.append(fact)
        return fact

    def split(self) -> tuple[list[Fact], list[Fact]]:
        """(foreign facts, our own)."""
        ours = [f for f in self.facts if f.topic == "kam.qbr.v1"]
        return [f for f in self.facts if f.topic != "kam.qbr.v1"], ours

    # -- what the CRM tells

    def source(self, event: type[crm.SourceEvent], when: datetime, **more: Any) -> None:
        self.tell(event(system=SYSTEM, **more), when)

    def _record(self, number: str, revision: int = 1) -> dict[str, Any]:
        return {"system": SYSTEM, "crm_id": number, "revision": revision, "account_id": self.account}

    def deal(
        self, number: str, when: datetime, stage: str, amount: int | None, probability: int = 50, **more: Any
    ) -> Fact | None:
        values = {"name": f"Deal {number}", "currency": "USD", "motion": "new", **more}
        return self.tell(
            crm.CrmOpportunitySeen(
                **self._record(number), stage=stage, amount=amount, probability=probability, **values
            ),
            when,
        )

    def case(self, number: str, opened: datetime, priority: str | None, closed: datetime | None = None) -> None:
        self.tell(
            crm.CrmCaseSeen(
                **self._record(number), number=int(number), title="words that must not be kept", priority=priority,
                is_open=closed is None, opened_at=opened, closed_at=closed,
            ),
            closed or opened,
        )  # fmt: skip

    def contract(self, number: str, when: datetime, starts: date, ends: date | None, arr: int, **more: Any) -> UUID:
        values = {"name": f"Contract {number}", "status": "Signed", "signed": True, "currency": "USD", "product": "GTX",
                  "notice_period_days": 90, "auto_renew": False, **more}  # fmt: skip
        self.tell(crm.CrmContractSeen(**self._record(number), starts_on=starts, ends_on=ends, arr=arr, **values), when)
        return derived("contract", SYSTEM, number)

    # -- what the accounts service tells

    def usage(self, product: str, monday: date, value: int, licensed: int) -> None:
        reported = datetime.combine(monday + timedelta(days=7), datetime.min.time(), UTC)
        self.tell(
            commerce.UsageReported(
                account_id=self.account, product=product, metric="active_users", period_start=monday,
                period_end=monday + timedelta(days=6), value=value, licensed=licensed, reported_at=reported,
                reported_under="x",
            ),
            reported,
        )  # fmt: skip

    def stakeholder(self, n: int, when: datetime, roles: tuple[str, ...], power: int, attitude: int) -> None:
        self.tell(
            people.StakeholderSuggested(
                account_id=self.account, subject_id=person(n), crm_id=str(n), roles=roles, power=power,
                attitude_value=attitude,
            ),
            when,
        )  # fmt: skip

    def about(self, model: type[Any], when: datetime, stream: UUID | None = None, **values: Any) -> Fact | None:
        """Any event about the account."""
        return self.tell(model(account_id=self.account, **values), when, stream)


def built(log: Log, **changed: Any) -> pack.Pack:
    """The pack of a log."""
    facts, ours = log.split()
    values = {"account_id": log.account, "template": TEMPLATE, "as_of": AS_OF, "locale": "en", **changed}
    return pack.build(facts, ours, **values)
