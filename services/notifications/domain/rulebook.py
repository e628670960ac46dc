"""The rule book that holds, in versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.notifications.domain.base import need
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated, AggregateEvent


class AlertRules(Aggregate):
    """One stream for the company."""

    TOPIC = "notifications.AlertRules"

    class Event(AggregateEvent): ...

    class AlertRulesOpened(AggregateCreated, Event):
        """The book has no page yet."""

        TOPIC = "notifications.AlertRulesOpened"

    class AlertRulePublished(Event):
        """A version of the whole book holds from now on. `digest`: SHA-256 of the document."""

        TOPIC = "notifications.AlertRulePublished"
        policy_version: int
        digest: str
        document: dict[str, Any]
        signed_off: bool

    @event(AlertRulesOpened)
    def __init__(self) -> None:
        self.policy_version, self.digest = 0, ""

    @staticmethod
    def create_id(*_: object) -> UUID:
        """There is one."""
        return ids.derived("alert-rules")

    def adopt(self, version: int, digest: str, document: dict[str, Any], signed_off: bool) -> None:
        """Take a version into force. The same again changes nothing."""
        if digest == self.digest:
            return
        need(
            version > self.policy_version, "version-not-newer",
            f"Version {self.policy_version} holds; give a changed rule book a higher version.",
        )  # fmt: skip
        self._published(version, digest, document, signed_off)

    @event(AlertRulePublished)
    def _published(self, policy_version: int, digest: str, document: dict[str, Any], signed_off: bool) -> None:
        self.policy_version, self.digest = policy_version, digest
