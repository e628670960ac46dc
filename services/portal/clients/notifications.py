"""The notifications service: inbox, alerts and their ledger, preferences; its commands by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from services.portal.clients.channel import DEADLINE, Deciding, Target, text
from services.portal.models import (
    AlertDetail,
    AlertLedger,
    Alerts,
    Colleagues,
    Deliveries,
    Feed,
    Inbox,
    NeverActedRules,
    NotificationsStatus,
    Preferences,
    StoredEvent,
    Timers,
    WebHookAttempts,
    WebHooks,
)
from shared.protos import notifications_pb2 as pb
from shared.protos.notifications_pb2_grpc import NotificationsCommandsStub, NotificationsQueriesStub


class NotificationsClient(Deciding):
    """Alerts: who was told what, and how one wants to be told."""

    service = "notifications"

    def __init__(self, target: Target | str, *, deadline: float = DEADLINE) -> None:
        super().__init__(target, deadline=deadline)
        self._stub = NotificationsQueriesStub(self.channel)  # type: ignore[no-untyped-call]
        self._commands = NotificationsCommandsStub(self.channel)  # type: ignore[no-untyped-call]

    async def inbox(self, person: str, roles: Sequence[str] = (), *, every: bool = False) -> Inbox:
        """What a person was told and is not over, with the shared inboxes of their roles; `every`: what is over too."""
        request = pb.GetInboxRequest(person=person, roles=roles, all=every)
        return await self.ask(Inbox, self._stub.GetInbox, request)

    async def alerts(
        self,
        account_id: str = "",
        *,
        person: str = "",
        states: Sequence[str] = (),
        rules: Sequence[str] = (),
        as_of: date | None = None,
        limit: int = 0,
        after: str = "",
    ) -> Alerts:
        """Alerts, the newest first; of one account or of all."""
        request = pb.ListAlertsRequest(
            account_id=account_id,
            person=person,
            states=states,
            rules=rules,
            as_of=text(as_of),
            limit=limit,
            after=after,
        )
        return await self.ask(Alerts, self._stub.ListAlerts, request)

    async def alert(self, alert_id: str, as_of: date | None = None) -> AlertDetail:
        """One alert with its schedule, its ledger and its messages."""
        request = pb.GetAlertRequest(alert_id=alert_id, as_of=text(as_of))
        return await self.ask(AlertDetail, self._stub.GetAlert, request)

    async def ledger(
        self,
        account_id: str = "",
        *,
        person: str = "",
        kinds: Sequence[str] = (),
        rules: Sequence[str] = (),
        channels: Sequence[str] = (),
        first: date | None = None,
        last: date | None = None,
        limit: int = 0,
        after: str = "",
    ) -> AlertLedger:
        """Who was told what and what was not sent, line by line, the newest first."""
        request = pb.ListLedgerRequest(
            account_id=account_id,
            person=person,
            kinds=kinds,
            rules=rules,
            channels=channels,
            limit=limit,
            after=after,
            **{"from": text(first), "to": text(last)},
        )
        return await self.ask(AlertLedger, self._stub.ListLedger, request)

    async def never_acted(self, person: str) -> NeverActedRules:
        """Rules whose alerts a person got and never acted on."""
        request = pb.ListNeverActedRequest(person=person)
        return await self.ask(NeverActedRules, self._stub.ListNeverActed, request)

    async def colleagues(self, account_id: str) -> Colleagues:
        """Whom an alert of an account can be delegated to."""
        request = pb.ListColleaguesRequest(account_id=account_id)
        return await self.ask(Colleagues, self._stub.ListColleagues, request)

    async def timers(
        self, account_id: str = "", *, person: str = "", until: datetime | None = None, limit: int = 0
    ) -> Timers:
        """What time brings next, and by which rule: at an account, at those whose team a person is in, or at all."""
        request = pb.NextTimersRequest(account_id=account_id, person=person, until=_instant(until), limit=limit)
        return await self.ask(Timers, self._stub.NextTimers, request)

    async def preferences(self, person: str) -> Preferences:
        """How a person wants to be told; the company's defaults where they said nothing."""
        return await self.ask(Preferences, self._stub.GetPreferences, pb.GetPreferencesRequest(person=person))

    async def deliveries(self, states: Sequence[str] = (), account_id: str = "", limit: int = 0) -> Deliveries:
        """Messages that left or could not, and how many by channel."""
        request = pb.ListDeliveriesRequest(states=states, account_id=account_id, limit=limit)
        return await self.ask(Deliveries, self._stub.ListDeliveries, request)

    async def webhooks(self, hook_id: str = "") -> WebHooks:
        """Web hooks of other programs, all or one. Raises NotFound."""
        return await self.ask(WebHooks, self._stub.ListWebHooks, pb.ListWebHooksRequest(hook_id=hook_id))

    async def webhook_attempts(self, hook_id: str, before: str = "", limit: int = 0) -> WebHookAttempts:
        """What became of attempts, newest first. Raises NotFound."""
        request = pb.ListWebHookAttemptsRequest(hook_id=hook_id, before=before, limit=limit)
        return await self.ask(WebHookAttempts, self._stub.ListWebHookAttempts, request)

    async def feed(self, after: int, limit: int, types: Sequence[str], account_ids: Sequence[str]) -> Feed:
        """What happened after a position, as web hooks tell it."""
        request = pb.ListFeedRequest(after=after, limit=limit, types=types, account_ids=account_ids)
        return await self.ask(Feed, self._stub.ListFeed, request)

    async def event(self, event_id: str) -> StoredEvent:
        """One stored event, as it was recorded."""
        return await self.ask(StoredEvent, self._stub.GetEvent, pb.GetEventRequest(event_id=event_id))

    async def status(self) -> NotificationsStatus:
        """How far the service has read, and what waits to be sent."""
        return await self.ask(NotificationsStatus, self._stub.GetStatus, pb.GetStatusRequest())


def _instant(at: datetime | None) -> str:
    """An instant as the service reads it; None is the empty text."""
    return at.astimezone(UTC).isoformat() if at else ""
