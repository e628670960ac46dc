"""The queries: what pages read."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import grpc.aio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.notifications.api import messages as m
from services.notifications.api.base import MOST, USUAL
from services.notifications.api.colleagues import PeopleQueries, has_mail
from services.notifications.api.ledger import LedgerQueries
from services.notifications.api.parse import Fields
from services.notifications.api.webhooks import WebHookQueries
from services.notifications.domain import Preferences
from services.notifications.domain.values import ENDS, Status
from services.notifications.policy import names
from services.notifications.policy.calendar import Offset
from services.notifications.policy.matching import types
from services.notifications.reads import alerts, people, sources, state
from services.notifications.settings import Settings
from shared import ids
from shared import people as vault
from shared.clock import Clock
from shared.contracts.base import PublicEvent
from shared.edge.passport import caller
from shared.errors import NotFound
from shared.eventstore.repository import aggregates_in
from shared.positions import driver
from shared.protos import notifications_pb2 as pb
from shared.protos.notifications_pb2_grpc import NotificationsQueriesServicer

Context = grpc.aio.ServicerContext[Any, Any]
STATES = get_args(Status)
OPEN = tuple(s for s in STATES if s not in ENDS)


class Queries(LedgerQueries, PeopleQueries, WebHookQueries, NotificationsQueriesServicer):
    """`NotificationsQueries` of the .proto."""

    def __init__(self, engine: AsyncEngine, settings: Settings, clock: Clock) -> None:
        self._engine, self._settings, self._clock, self._book = engine, settings, clock, settings.book
        self._zone = settings.zone

    async def ListAlerts(self, r: pb.ListAlertsRequest, _: Context) -> pb.ListAlertsResponse:
        f = Fields()
        states = [s for name in r.states for s in (OPEN if name == "open" else (f.one_of("states", name, STATES),))]
        after = f.uuid("after", r.after) if r.after else None
        account = self.account_or(f, r)
        at = self.at(f, r.as_of)
        f.done()
        n = min(r.limit or USUAL, MOST)
        async with self.snapshot() as conn:
            before = await self._position(conn, after)
            found = await alerts.find(
                conn, at, account=account, person=r.person or None, rules=r.rules, states=states, after=before, n=n,
                within=caller().accounts,
            )  # fmt: skip
        shown = [m.alert(c, self._book, self._zone) for c in found]
        return pb.ListAlertsResponse(
            alerts=shown, as_of=m.instant(at), next=shown[-1].alert_id if len(shown) == n else ""
        )

    async def GetAlert(self, r: pb.GetAlertRequest, _: Context) -> pb.GetAlertResponse:
        f = Fields()
        wanted, at = f.uuid("alert_id", r.alert_id), self.at(f, r.as_of)
        f.done()
        async with self.snapshot() as conn:
            found = await alerts.find(conn, at, ids=[wanted])
            if not found:
                raise NotFound(f"There is no alert {wanted}.", slug="alert-unknown")
            below = await alerts.children(conn, at, found[0])
            sent = await state.deliveries(conn, USUAL, alert=wanted)
        case = found[0]
        return pb.GetAlertResponse(
            alert=m.alert(case, self._book, self._zone), why_event_ids=case.why,
            schedule=[m.step(s) for s in sorted(case.steps.values(), key=lambda s: (s["due_at"], s["key"]))],
            ledger=[m.entry(x) for x in case.log], deliveries=[m.delivery(d) for d in sent],
            children=[m.alert(c, self._book, self._zone) for c in below],
        )  # fmt: skip

    async def GetInbox(self, r: pb.GetInboxRequest, _: Context) -> pb.GetInboxResponse:
        f = Fields()
        person = f.text("person", r.person)
        f.done()
        mine = [person, *(f"role:{role}" for role in r.roles)]
        async with self.snapshot() as conn:
            n = min(r.limit or USUAL, MOST)
            found = await alerts.inbox(conn, self._clock.now(), mine, n, r.all, caller().accounts)
        items = []
        for case in found:
            inbox = next((p for p in mine if case.people.get(p, {}).get("at")), person)
            items.append(m.inbox_item(case, inbox, self._latest(), self._book, self._zone))
        return pb.GetInboxResponse(items=items, unread=sum(not i.seen for i in items))

    async def NextTimers(self, r: pb.NextTimersRequest, _: Context) -> pb.NextTimersResponse:
        f = Fields()
        account, until = self.account_or(f, r), f.instant_or_none("until", r.until)
        f.done()
        async with self.snapshot() as conn:
            n = min(r.limit or USUAL, MOST)
            found = await state.timers(conn, account, until, n, r.person or None, caller().accounts)
        shown = [t for t in found if state.applies(t, self._book)]
        return pb.NextTimersResponse(timers=[m.timer(t, self._book, self._zone) for t in shown])

    async def GetPreferences(self, r: pb.GetPreferencesRequest, _: Context) -> pb.Preferences:
        f = Fields()
        person = f.text("person", r.person)
        f.done()
        stream = Preferences.create_id(person)
        subject = ids.subject_id(self._settings.crm_system, "user", person)
        async with self.snapshot() as conn:
            said = (await aggregates_in(driver(conn), Preferences, [stream])).get(stream)
            known = (await vault.names(conn, [subject])).get(subject)
        wishes = people.wish(said, self._settings)
        available = ["in_app", *sorted(self._settings.configured)]
        return m.preferences(person, wishes, available, said.revoked if said else {}, has_mail(known, self._settings))

    async def GetRules(self, r: pb.GetRulesRequest, _: Context) -> pb.GetRulesResponse:
        async with self.snapshot() as conn:
            found = await state.rules(conn, r.version)
        if found is None:
            raise NotFound("There is no such version of the rule book.", slug="rules-unknown")
        known = {name for name, _ in PublicEvent.registry}
        return pb.GetRulesResponse(
            version=found["version"], digest=found["digest"], signed_off=found["signed_off"],
            status=self._book.status if found["version"] == self._book.version else "superseded",
            effective_at=m.instant(found["effective_at"]), document_json=found["body"], event_id=found["event_id"],
            missing_events=sorted(types(self._book) - known),
        )  # fmt: skip

    async def ListDeliveries(self, r: pb.ListDeliveriesRequest, _: Context) -> pb.ListDeliveriesResponse:
        f = Fields()
        account = f.uuid("account_id", r.account_id) if r.account_id else None
        f.done()
        async with self.snapshot() as conn:
            found = await state.deliveries(conn, min(r.limit or USUAL, MOST), r.states, account)
            counts = await state.counts(conn)
        return pb.ListDeliveriesResponse(
            deliveries=[m.delivery(d) for d in found], counts=[pb.ChannelCount(**c) for c in counts]
        )

    async def GetCalm(self, r: pb.GetCalmRequest, _: Context) -> pb.GetCalmResponse:
        f = Fields()
        first, last = f.day("from", getattr(r, "from")), f.day("to", r.to)
        f.done()
        begin = datetime.combine(first, datetime.min.time(), self._zone)
        end = datetime.combine(last + timedelta(days=1), datetime.min.time(), self._zone)
        async with self.snapshot() as conn:
            lines, rules = await alerts.calm(conn, begin, end)
        kinds = Counter(x["type"] for x in lines)
        told = Counter(
            (x["person"], x["effective_at"].astimezone(self._zone).date()) for x in lines
            if x["type"] == "AlertDelivered" and x["channel"] == "in_app" and not x["digest"]
        )  # fmt: skip
        silent = Counter(
            (x["type"], x["why"] or "") for x in lines
            if x["type"] in ("AlertSuppressed", "AlertSuppressedForRecipient", "AlertDigested", "AlertDeferred",
                             "AlertStepSkipped", "AlertFolded")
        )  # fmt: skip
        most = max(told.values(), default=0)
        by_rule: dict[str, Counter[str]] = {}
        for x in rules:
            by_rule.setdefault(x["rule"], Counter())[x["type"]] = x["n"]
        return pb.GetCalmResponse(
            raised=kinds["AlertRaised"], delivered=sum(told.values()), digested=kinds["AlertDigested"],
            most_per_person_and_day=most if caller().tells(len({p for p, _ in told})) else None, person_days=len(told),
            suppressed=[pb.Suppressed(type=t, why=w, count=n) for (t, w), n in sorted(silent.items())],
            rules=[
                pb.RuleCount(
                    rule=rule, raised=c["AlertRaised"], acknowledged=c["AlertAcknowledged"],
                    resolved=c["AlertResolved"], exhausted=c["LadderExhausted"], expired=c["AlertExpired"],
                )
                for rule, c in sorted(by_rule.items(), key=lambda item: int(item[0][1:]))
            ],
        )  # fmt: skip

    async def GetEvent(self, r: pb.GetEventRequest, _: Context) -> pb.GetEventResponse:
        service, _sep, number = r.event_id.partition(":")
        async with self.snapshot() as conn:
            found = await state.event(conn, int(number)) if service == "notifications" and number.isdigit() else None
        if found is None:
            raise NotFound(f"The log of the notifications service has no event {r.event_id!r}.", slug="event-unknown")
        w = {k: "" if v is None else str(v) for k, v in found.items()}
        return pb.GetEventResponse(
            event_id=r.event_id, type=w["topic"], stream_id=w["stream_id"], version=found["version"],
            effective_at=m.instant(found["effective_at"]), recorded_at=m.instant(found["recorded_at"]),
            actor=w["actor"], command_id=w["command_id"], correlation_id=w["correlation_id"],
            causation_id=w["causation_id"], source_json=w["source"], policy_refs_json=w["policy_refs"],
            data_json=w["state"],
        )  # fmt: skip

    async def GetStatus(self, r: pb.GetStatusRequest, _: Context) -> pb.GetStatusResponse:
        async with self.snapshot() as conn:
            gaps = [x for x in await sources.known(conn) if x.behind_since is not None]
            s = await state.status(conn, names.READS, names.ARMING, [f"notifications.{x}" for x in names.TELLERS])
        return pb.GetStatusResponse(
            events=s["events"], shown=s["shown"], followed=s["followed"], read=s["read"], armed_timers=s["armed"],
            dead_letters=s["dead"], told_at=m.instant(s["told"]), live_since=m.instant(s["live"]),
            caught_up=min(s["shown"], s["followed"]) >= s["events"] and not s["waiting"],
            channels=["in_app", *sorted(self._settings.configured)], waiting_messages=s["waiting_messages"],
            dead_messages=s["dead_messages"], unanswered_messages=s["unanswered"], possible_doubles=s["doubles"],
            behind=[pb.Source(system=x.system, since=m.instant(x.behind_since)) for x in gaps],
        )  # fmt: skip

    def _latest(self) -> datetime:
        """So far a snooze may reach now."""
        return self._settings.calendar.add(self._clock.now(), Offset(self._book.limits.snooze_business_days, "bd"))

    async def _position(self, conn: AsyncConnection, alert: UUID | None) -> int | None:
        query = text("SELECT position FROM alerts WHERE alert_id = :id")
        return (await conn.execute(query, {"id": alert})).scalar_one_or_none() if alert else None
