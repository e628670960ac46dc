"""Every use case of the notifications service, one method each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import TypeVar
from uuid import UUID

from services.notifications.app.webhooks import WebHooks
from services.notifications.domain import AlertCase, AlertRules, Preferences
from services.notifications.domain.base import need
from services.notifications.domain.preferences import Locale
from services.notifications.domain.values import ChannelKind, SnoozeReason
from services.notifications.policy.calendar import Offset, WorkCalendar
from services.notifications.policy.documents import RuleBook
from services.notifications.policy.quiet import QuietHours
from shared.clock import Clock
from shared.errors import NotFound
from shared.eventstore.events import Meta
from shared.eventstore.repository import Repository, Result

T = TypeVar("T")
Roles = frozenset[str]


class Notifications:
    """`meta` says who asks and with which command id (a repeat returns the first result). `Rejected` names the rule
    that says no; `NotFound` what does not exist."""

    def __init__(self, repository: Repository, clock: Clock, calendar: WorkCalendar, book: RuleBook) -> None:
        self._repository, self._clock, self._calendar, self._book = repository, clock, calendar, book
        self.hooks = WebHooks(repository, clock)

    async def adopt_shipped_rules(self, meta: Meta) -> None:
        """The rule book that ships holds until a company signs its own."""
        book = self._book

        def decide(found: AlertRules | None) -> AlertRules:
            rules = found or AlertRules()
            if rules.policy_version <= book.version:
                rules.adopt(book.version, book.digest, book.model_dump(mode="json"), book.status == "signed off")
            return rules

        await self._repository.execute(AlertRules, AlertRules.create_id(), decide, meta)

    async def see(self, alert_id: UUID, person: str, roles: Roles, meta: Meta) -> Result[AlertCase]:
        """The person looked at it."""
        return await self._alert(alert_id, lambda c: c.see(person, roles), meta)

    async def acknowledge(self, alert_id: UUID, person: str, roles: Roles, meta: Meta) -> Result[AlertCase]:
        """The person takes it on; it is said again later if it is not resolved by then."""
        now = self._clock.now()

        def do(case: AlertCase) -> None:
            again = Offset.parse(case.realert) if case.realert and not case.planned else None
            case.acknowledge(person, roles, self._calendar.add(now, again) if again else None)

        return await self._alert(alert_id, do, meta)

    async def snooze(
        self, alert_id: UUID, person: str, roles: Roles, until: datetime, reason: SnoozeReason, meta: Meta
    ) -> Result[AlertCase]:
        """The person wants to hear of it again at `until`."""
        now, limits = self._clock.now(), self._book.limits
        latest = self._calendar.add(now, Offset(limits.snooze_business_days, "bd"))
        return await self._alert(
            alert_id, lambda c: c.snooze(person, roles, until, reason, now, latest, limits), meta
        )  # fmt: skip

    async def delegate(self, alert_id: UUID, person: str, roles: Roles, to: str, meta: Meta) -> Result[AlertCase]:
        """The person asks `to` to take it on."""
        return await self._alert(alert_id, lambda c: c.delegate(person, roles, to), meta)

    async def set_channels(
        self, person: str, channels: tuple[ChannelKind, ...], locale: Locale, meta: Meta
    ) -> Result[Preferences]:
        """Which channels beside the inbox, and in which language."""
        return await self._preferences(person, lambda p: p.set_channels(channels, locale), meta)

    async def set_preferences(
        self, person: str, channels: tuple[ChannelKind, ...], locale: Locale, quiet: QuietHours,
        critical_consent: bool, digest_at: time, digest_days: tuple[int, ...], meta: Meta,
    ) -> Result[Preferences]:  # fmt: skip
        """All at once, as the page shows them."""

        def do(p: Preferences) -> None:
            p.set_quiet(quiet, critical_consent)
            p.set_digest(digest_at, digest_days)
            p.set_channels(channels, locale)

        return await self._preferences(person, do, meta)

    async def mute(self, person: str, scope: str, until: datetime | None, meta: Meta) -> Result[Preferences]:
        """No alerts of this scope for this person."""
        rule = scope.partition("|")[0]
        known = {r.rule for r in self._book.rules}
        need(rule in known or rule.startswith("account:"), "rule-unknown", f"There is no rule {rule}.")
        now = self._clock.now()
        return await self._preferences(person, lambda p: p.mute(scope, until, now), meta)

    async def unmute(self, person: str, scope: str, meta: Meta) -> Result[Preferences]:
        """Alerts of this scope again."""
        return await self._preferences(person, lambda p: p.unmute(scope), meta)

    async def revoke_channel(self, person: str, channel: ChannelKind, why: str, meta: Meta) -> Result[Preferences]:
        """The channel says for good that it does not reach the person."""
        return await self._preferences(person, lambda p: p.revoke(channel, why), meta)

    async def _alert(self, alert_id: UUID, do: Callable[[AlertCase], object], meta: Meta) -> Result[AlertCase]:
        def decide(found: AlertCase | None) -> AlertCase:
            if found is None:
                raise NotFound(f"There is no alert {alert_id}.", slug="alert-unknown")
            do(found)
            return found

        return await self._repository.execute(AlertCase, alert_id, decide, meta)

    async def _preferences(self, person: str, do: Callable[[Preferences], object], meta: Meta) -> Result[Preferences]:
        def decide(found: Preferences | None) -> Preferences:
            preferences = found or Preferences.open(person)
            do(preferences)
            return preferences

        return await self._repository.execute(Preferences, Preferences.create_id(person), decide, meta)
