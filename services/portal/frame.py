"""What every page has: a language, the day it speaks for, how fresh the data is, and addresses that keep all this."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request

from services.portal.clients import (
    AccountsClient,
    Clients,
    GrowthClient,
    InsightsClient,
    Mailbox,
    NotificationsClient,
    QbrClient,
    RiskClient,
    ServiceDown,
)
from services.portal.i18n import choose
from services.portal.identity import Identity
from services.portal.inputs import Actor
from services.portal.live import Live
from services.portal.models import Account, Freshness, StoredEvent
from services.portal.render import Renderer
from services.portal.usage import Usage
from shared.clock import Clock
from shared.edge.access import Forbidden, NotSignedIn
from shared.errors import Broken, Invalid, NotFound, OutcomeUnknown, StellwerkError
from shared.ids import account_id

log = logging.getLogger(__name__)
COOKIE = "stellwerk_language"
STALE = timedelta(hours=24)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Site:
    """What the application was composed of."""

    clients: Clients
    clock: Clock
    zone: ZoneInfo
    renderers: Mapping[str, Renderer]
    identity: Identity
    mailbox: Mailbox | None  # the local mail catcher, where there is one
    crm_system: str
    live: Live
    usage: Usage

    @property
    def accounts(self) -> AccountsClient:
        """The accounts service."""
        return self.clients.accounts

    @property
    def qbr(self) -> QbrClient:
        """The qbr service."""
        return self.clients.qbr

    def event_of(self, event_id: str) -> Callable[[str], Awaitable[StoredEvent]]:
        """Who keeps an event, by the service its id begins with. Raises NotFound if no service here does."""
        clients = (self.accounts, self.qbr, self.growth, self.risk, self.notifications, self.insights)
        keepers = {client.service: client.event for client in clients}
        keepers["crm"] = self._crm_event
        service = event_id.partition(":")[0]
        if service not in keepers:
            raise NotFound(f"{event_id} is not an event of {', '.join(keepers)}: only those can be shown")
        return keepers[service]

    async def _crm_event(self, event_id: str) -> StoredEvent:
        """The crm service has no API: insights keeps its facts, and risk those that it judged by."""
        try:
            return await self.insights.event(event_id)
        except (NotFound, ServiceDown):
            return await self.risk.event(event_id)

    @property
    def growth(self) -> GrowthClient:
        """The growth service."""
        return self.clients.growth

    @property
    def risk(self) -> RiskClient:
        """The risk service."""
        return self.clients.risk

    @property
    def notifications(self) -> NotificationsClient:
        """The notifications service."""
        return self.clients.notifications

    @property
    def insights(self) -> InsightsClient:
        """The insights service."""
        return self.clients.insights


@dataclass(frozen=True, slots=True)
class Frame:
    """One request's frame, as the templates use it."""

    path: str
    query: Mapping[str, str]
    language: str
    as_of: date | None
    known_at: date | None  # with the knowledge of which day; None: of today
    day: date  # the day the page speaks for: the one asked for, or today in the company's zone
    now: datetime
    section: str
    freshness: Freshness | None = None
    user: str = ""
    demo: bool = False  # whether whoever acts did not have to prove it
    switchable: bool = False  # whether the reader may choose who they are
    mailbox: bool = False  # whether there is a local mailbox to read
    unread: int | None = None  # alerts in the inbox; None: not known

    def link(self, path: str, **params: str) -> str:
        """The address of another page, on the same day and with the same knowledge."""
        said = {"as_of": self.as_of.isoformat()} if self.as_of else {}
        said |= {"known_at": self.known_at.isoformat()} if self.known_at else {}
        said |= {k: v for k, v in params.items() if v}
        return f"{path}?{urlencode(said)}" if said else path

    def event(self, event_id: str) -> str:
        """The address of an event. It is the same on any day, so the day is left out: tables have hundreds of these."""
        return f"/events/{event_id}"

    def here(self, **changes: str) -> str:
        """This page with some parameters changed; an empty value drops one."""
        said = {k: v for k, v in {**self.query, **changes}.items() if v}
        return f"{self.path}?{urlencode(said)}" if said else self.path

    def sheet(self) -> str:
        """This page's table as CSV: its address below the JSON API, with the same filters."""
        said = self.kept("page", "done", "seen", "again")
        return f"/api/v1{self.path}.csv?{urlencode(said)}" if said else f"/api/v1{self.path}.csv"

    def kept(self, *without: str) -> dict[str, str]:
        """The parameters a form must carry along."""
        return {k: v for k, v in self.query.items() if v and k not in (*without, "lang")}

    @property
    def past(self) -> bool:
        """Whether the page shows another day or another knowledge than today's: nothing is decided there."""
        return self.as_of is not None or self.known_at is not None

    @property
    def stale(self) -> bool:
        """Whether nothing has come from the CRM for a day."""
        fresh = self.freshness
        return bool(fresh and fresh.received_at and self.now - fresh.received_at > STALE)


def site_of(request: Request) -> Site:
    """The composed parts of the application that serves this request."""
    site: Site = request.app.state.site
    return site


def actor_of(request: Request) -> Actor:
    """Who acts. Raises NotSignedIn where nobody has to be known and nobody is."""
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is None:
        raise NotSignedIn("sign in first")
    return actor


def parse_day(text: str | None, parameter: str = "as_of") -> date | None:
    """A parameter that is a day; empty means now. Raises Invalid, naming the parameter."""
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # 2026-02-30 has the form of a date but is none: the same sentence as for any other text
    raise Invalid(fields={parameter: f"{text[:40]!r} is no day; write it as 2026-11-15"})


def days_of(request: Request) -> tuple[date | None, date | None]:
    """(effective day, day of knowledge) of the address. Raises Invalid, naming the parameter."""
    query = request.query_params
    return parse_day(query.get("as_of")), parse_day(query.get("known_at"), "known_at")


def language_of(request: Request) -> str:
    """The reader's language."""
    return choose(request.query_params.get("lang"), request.cookies.get(COOKIE), request.headers.get("accept-language"))


async def part(
    answer: Awaitable[T],
    missing: type[StellwerkError] | tuple[type[StellwerkError], ...] = (),
    *,
    down: bool = True,
) -> T | None:
    """A part of a page that another service knows: None if that service fails or does not tell it to whoever acts, so
    that the rest shows.

    `missing`: errors that mean there is no such part. `down=False`: the page is about this part, so that its service
    being down is an error.
    """
    try:
        return await answer
    except missing:
        return None
    except Forbidden:
        if not down:
            raise
        return None
    except ServiceDown as e:
        if not down:
            raise
        log.warning("a part is missing: %s does not answer (%s)", e.service, e)
        return None
    except (Broken, OutcomeUnknown) as e:
        if not down:
            raise
        log.error("a part is missing: %s", e)
        return None


async def framed(request: Request, section: str, answer: Awaitable[T], home: str = "") -> tuple[Frame, T]:
    """The frame and the answer a page is about, asked for at the same time.

    Freshness is a courtesy of the frame: if only that fails, the page says "not known" in its place.
    """
    site = site_of(request)
    fresh, unread, main = await asyncio.gather(
        site.accounts.status(), site.live.unread(actor_of(request)), answer, return_exceptions=True
    )
    if isinstance(main, BaseException):
        raise main
    if isinstance(unread, BaseException):
        raise unread
    if isinstance(fresh, StellwerkError):
        log.warning("no freshness for %s: %s", request.url.path, fresh)
    elif isinstance(fresh, BaseException):
        raise fresh
    frame = replace(bare_frame(request, section, home), unread=unread)
    if request.method == "GET":
        today = frame.now.astimezone(site.zone).date()
        site.usage.opened(getattr(request.scope.get("route"), "path", ""), actor_of(request).user_id, today)
    if isinstance(fresh, BaseException):
        return frame, main
    return replace(frame, freshness=fresh.freshness), main


def bare_frame(request: Request, section: str, home: str = "") -> Frame:
    """A frame without freshness and without trust in the parameters: for error pages too.

    `home`: the page that a form was posted from, where that is not the address.
    """
    site = site_of(request)
    now = site.clock.now()
    try:
        as_of, known_at = days_of(request)
    except Invalid:
        as_of = known_at = None
    return Frame(
        path=home or request.url.path,
        query=dict(request.query_params),
        language=language_of(request),
        as_of=as_of,
        known_at=known_at,
        day=as_of or now.astimezone(site.zone).date(),
        now=now,
        section=section,
        user=actor.shown if (actor := getattr(request.state, "actor", None)) else "",
        demo=site.identity.demo,
        switchable=site.identity.switchable,
        mailbox=site.mailbox is not None,
    )


async def of_account(request: Request, crm_id: str, as_of: date | None) -> tuple[str, Account | None]:
    """(our id, the account) behind a CRM id; without the accounts service the id is derived and the account None.

    The id of a duplicate that was merged is that of the account which is left. Raises NotFound for an id nobody knows.
    """
    site = site_of(request)
    account = await part(site.accounts.account(crm_id, as_of))
    return (account.account.account_id if account else str(account_id(site.crm_system, crm_id))), account
