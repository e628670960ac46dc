"""Standards: the document that says what each tier is owed, and which of them one account breaks today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import AccountEvent, OfAccount
from services.accounts.domain.values import Tier
from services.accounts.policy.documents import PolicyInvalid, digest
from services.accounts.policy.standards import Finding, StandardsDocument, standards
from shared import ids
from shared.errors import Invalid, NotFound
from shared.eventstore.events import Aggregate, AggregateCreated


class StandardsPolicy(Aggregate):
    """Stream id = `StandardsPolicy.create_id()`: there is one per company."""

    TOPIC = "accounts.StandardsPolicy"

    class Event(Aggregate.Event): ...

    class StandardsOpened(AggregateCreated, Event):
        """The company keeps standards per tier from now on."""

        TOPIC = "accounts.StandardsOpened"

    class StandardsActivated(Event):
        """`document` as in `policies/standards.v1.json` holds from `effective_from`. `signed_off` false: the
        default.
        """

        TOPIC = "accounts.StandardsActivated"
        version: int
        document: dict[str, Any]
        digest: str
        effective_from: datetime
        by: str
        signed_off: bool

    @event(StandardsOpened)
    def __init__(self) -> None:
        self.documents: dict[int, dict[str, Any]] = {}
        self.active: int | None = None

    @staticmethod
    def create_id() -> UUID:
        """The one stream of the company's standards."""
        return ids.derived("standards-policy")

    @classmethod
    def open(cls) -> StandardsPolicy:
        """Without any version yet."""
        return cls._create(cls.StandardsOpened, id=cls.create_id())

    def document(self) -> StandardsDocument:
        """The standards that hold. Raises NotFound before the first activation."""
        if self.active is None:
            raise NotFound("No standards are active yet.")
        return standards(self.documents[self.active])

    def adopt_default(self, document: dict[str, Any], by: str, at: datetime) -> None:
        """At the first start the shipped document holds, "default, not signed off". Later it does nothing."""
        if self.active is None:
            self.activate(document, by, at, signed_off=False)

    def activate(self, document: dict[str, Any], by: str, at: datetime, *, signed_off: bool) -> int:
        """A new version holds from `at`; returns its number. The same document again does nothing. Raises Invalid."""
        try:
            standards(document)
        except PolicyInvalid as e:
            raise Invalid(f"The standards document cannot be used: {e}", slug="policy-invalid") from e
        if self.active is not None and self.documents[self.active] == document:
            return self.active
        version = (self.active or 0) + 1
        self._activated(version, document, digest(document), at, by, signed_off)
        return version

    @event(StandardsActivated)
    def _activated(
        self, version: int, document: dict[str, Any], digest: str, effective_from: datetime, by: str, signed_off: bool
    ) -> None:
        self.documents[version], self.active = document, version


class AccountStandards(OfAccount, Aggregate):
    """What one account breaks. Stream id = `AccountStandards.create_id(account_id)`."""

    TOPIC = "accounts.AccountStandards"

    class Event(AccountEvent): ...

    class StandardsTracked(AggregateCreated, Event):
        """From now on the account's standards are checked."""

        TOPIC = "accounts.StandardsTracked"

    class StandardBreached(Event):
        """`required` and `actual` as text, with unit; `at`: the instant from which it is not kept."""

        TOPIC = "accounts.StandardBreached"
        standard: str
        tier: Tier
        required: str
        actual: str
        policy_version: int
        at: datetime
        event_ids: tuple[str, ...] = ()

    class StandardRestored(Event):
        """The account keeps the standard again, or it is no longer owed."""

        TOPIC = "accounts.StandardRestored"
        standard: str
        tier: Tier
        required: str
        actual: str
        policy_version: int
        at: datetime
        breached_at: datetime

    @event(StandardsTracked)
    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id
        self.broken: dict[str, tuple[Tier, datetime]] = {}

    @staticmethod
    def create_id(account_id: UUID) -> UUID:
        """The stream of the account's standards."""
        return ids.derived("standards", str(account_id))

    @classmethod
    def track(cls, account_id: UUID) -> AccountStandards:
        """An account that breaks nothing yet."""
        return cls(account_id)

    def judge(self, findings: Iterable[Finding], tier: Tier | None, policy_version: int, at: datetime) -> None:
        """Takes in a judgement (`policy.standards.judge`) made at `at`: what broke, what is kept again, what is no
        longer owed. Nothing is said twice.
        """
        owed = {f.standard: f for f in findings}
        for name, (was_tier, since) in list(self.broken.items()):
            finding = owed.get(name)
            if finding is None:
                self._restored(name, was_tier, "", "no longer owed", policy_version, at, since)
            elif finding.kept:
                self._restored(name, tier or "N", finding.required, finding.actual, policy_version, at, since)
        for f in owed.values():
            if not f.kept and f.standard not in self.broken:
                since = f.since or at
                self._breached(f.standard, tier or "N", f.required, f.actual, policy_version, since, f.event_ids)

    @event(StandardBreached)
    def _breached(
        self,
        standard: str,
        tier: Tier,
        required: str,
        actual: str,
        policy_version: int,
        at: datetime,
        event_ids: tuple[str, ...] = (),
    ) -> None:
        self.broken[standard] = tier, at

    @event(StandardRestored)
    def _restored(
        self,
        standard: str,
        tier: Tier,
        required: str,
        actual: str,
        policy_version: int,
        at: datetime,
        breached_at: datetime,
    ) -> None:
        self.broken.pop(standard, None)
