"""Role × door × account, on pages and JSON paths, with the portal in front of services that check again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.portal.clients import Clients
from services.portal.settings import PortalSettings
from services.portal.web import create_app
from shared.edge import passport
from shared.edge.access import ROLES, Topic, Verb
from shared.edge.guard import Guard
from shared.edge.passport import Keys
from shared.ids import new_id
from shared.testing import ManualClock
from tests.unit.portal import demo, demo_alerts, demo_qbr, demo_risk, fake_alerting, fake_insights, fake_steering
from tests.unit.portal.fake_accounts import FakeAccounts, serving
from tests.unit.portal.fake_alerting import FakeNotifications, FakeRisk
from tests.unit.portal.fake_insights import FakeInsights
from tests.unit.portal.fake_steering import FakeGrowth, FakeQbr

END = "2026-11-15T22:59:59Z"
QBRS = {r.qbr_id: r.account_id for r in demo_qbr.listed([], END, 12).rows}
ESCALATIONS = {r.escalation_id: r.account_id for r in demo_risk.escalations("", True).rows}
ALERTS = {a.alert_id: a.account_id for a in demo_alerts.listed("", [], "").alerts}
OWNERS = {UUID(i): a for things in (QBRS, ESCALATIONS, ALERTS) for i, a in things.items()}
OWN = next(a for a in ALERTS.values() if a in set(QBRS.values()))
CRM = {r.account_id: r.crm_id for r in demo.portfolio().rows}

Cell = tuple[str, str, Verb, str, Topic | None]
CELLS: list[Cell] = [  # door, address, verb, kind of the object that it names, topic that it is made of
    ("GET", "/api/v1/status", Verb.STATUS, "", None),
    ("GET", "/api/v1/portfolio", Verb.LOOK, "", None),
    ("GET", "/api/v1/qbrs", Verb.LOOK, "", None),
    ("GET", "/api/v1/accounts/{}", Verb.LOOK, "crm", None),
    ("GET", "/api/v1/accounts/{}/plan", Verb.LOOK, "crm", None),
    ("GET", "/api/v1/accounts/{}/promises", Verb.LOOK, "crm", None),
    ("GET", "/api/v1/accounts/{}/risk", Verb.LOOK, "crm", None),
    ("GET", "/api/v1/accounts/{}/alerts", Verb.LOOK, "crm", None),
    ("GET", "/api/v1/accounts/{}/confidential", Verb.LOOK, "crm", None),
    ("GET", "/api/v1/accounts/{}/timers", Verb.LOOK, "crm", None),
    ("GET", "/api/v1/qbrs/{}", Verb.LOOK, "qbr", None),
    ("GET", "/api/v1/escalations/{}", Verb.LOOK, "escalation", None),
    ("GET", "/api/v1/alerts/{}", Verb.LOOK, "alert", None),
    ("GET", "/api/v1/risks/trend", Verb.STEER, "", None),
    ("GET", "/api/v1/inbox", Verb.INBOX, "", None),
    ("POST", "/api/v1/accounts/{}/risk/open-escalation", Verb.DECIDE, "crm", None),
    ("POST", "/api/v1/qbrs/{}/prepare", Verb.DECIDE, "qbr", None),
    ("POST", "/api/v1/inbox/acknowledge-alert", Verb.INBOX, "alert", None),
    ("GET", "/portfolio", Verb.LOOK, "", None),
    ("GET", "/accounts/{}", Verb.LOOK, "crm", None),
    ("GET", "/accounts/{}/risk", Verb.LOOK, "crm", None),
    ("GET", "/accounts/{}/confidential", Verb.LOOK, "crm", None),
    ("GET", "/qbrs/{}", Verb.LOOK, "qbr", None),
    ("GET", "/qbrs/{}/pack.pdf", Verb.LOOK, "qbr", "free_text"),
    ("GET", "/escalations/{}", Verb.LOOK, "escalation", None),
    ("GET", "/alerts/{}", Verb.LOOK, "alert", None),
    ("GET", "/inbox", Verb.INBOX, "", None),
    ("FORM", "/accounts/{}/risk", Verb.DECIDE, "crm", None),
]


async def owners(things: list[UUID]) -> list[str]:
    return [OWNERS[t] for t in things if t in OWNERS]


def named(kind: str, own: bool) -> str | None:
    """The id of a thing of the own account, or of another one."""
    things = {"crm": {c: a for a, c in CRM.items()}, "qbr": QBRS, "escalation": ESCALATIONS, "alert": ALERTS}[kind]
    return next((i for i, a in things.items() if (a == OWN) is own), None)


@asynccontextmanager
async def portal(role: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of somebody who has this one role, and the team of the own account where that counts."""
    private, public = folder / "identity.json", folder / "public.json"
    passport.make(private, public)
    guards = [Guard(Keys(public), owners, "sugar")]
    fake = FakeAccounts()
    fake.scope = [OWN]
    async with AsyncExitStack() as stack:
        at = [
            await stack.enter_async_context(s)
            for s in (
                serving(fake, guards=guards),
                fake_steering.serving(FakeQbr(), guards=guards),
                fake_steering.serving(FakeGrowth(), guards=guards),
                fake_alerting.serving(FakeRisk(), guards=guards),
                fake_alerting.serving(FakeNotifications(), guards=guards),
                fake_insights.serving(FakeInsights(), guards=guards),
            )
        ]
        clients = Clients.of(*at, deadline=5.0)
        stack.push_async_callback(clients.close)
        config = PortalSettings(demo_user="me", demo_roles=role, identity_key=str(private))
        app = create_app(clients, config, ManualClock(demo.NOW))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        yield await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://portal"))


def expected(role: str, verb: Verb, topic: Topic | None, own: bool | None) -> int:
    """By the table alone; `own` None: the address names nothing."""
    given = ROLES[role]
    if verb not in given.verbs or (topic and topic not in given.topics):
        return 403
    if own is None:
        return 200
    return 200 if given.accounts == "all" or (given.accounts == "team" and own) else 404


async def status(web: httpx.AsyncClient, door: str, address: str, thing: str | None) -> int:
    path = address.format(thing) if thing else address
    same = {"sec-fetch-site": "same-origin"}
    if door == "GET":
        return (await web.get(path)).status_code
    if door == "FORM":
        typed = {"title": "Line down", "severity": "high", "_command": str(new_id()), "_key": "", "_zone": "UTC"}
        done = await web.post(f"{path}/open-escalation", data=typed, headers=same)
        return 200 if done.status_code == 303 else done.status_code
    body: dict[str, Any] = {"title": "Line down", "severity": "high"} if "escalation" in path else {}
    if address.endswith("acknowledge-alert"):
        path, body = address, {"alert_id": thing}
    return (await web.post(path, json=body, headers={"idempotency-key": str(new_id())})).status_code


@pytest.mark.parametrize("role", [r for r, given in ROLES.items() if not given.internal])
async def test_every_door_as_the_table_says(role: str, tmp_path: Path) -> None:
    wrong, tried = [], 0
    async with portal(role, tmp_path) as web:
        for door, address, verb, kind, topic in CELLS:
            for own in (True, False) if kind else (None,):
                thing = named(kind, own) if own is not None else None
                if own is not None and thing is None:
                    continue
                tried += 1
                want, got = expected(role, verb, topic, own), await status(web, door, address, thing)
                if got != want:
                    wrong.append(f"{door} {address} own={own}: {got}, not {want}")
    assert not wrong, "\n".join(wrong)
    assert tried > len(CELLS)


async def test_lists_hold_the_own_account_only(tmp_path: Path) -> None:
    async with portal("key_account_manager", tmp_path) as web:
        for path in ("/api/v1/portfolio", "/api/v1/risks", "/api/v1/qbrs", "/api/v1/escalations", "/api/v1/alerts"):
            text = (await web.get(path)).text
            assert {a for a in CRM if a in text} <= {OWN}, path
        names = {r.name for r in demo.portfolio().rows if r.account_id != OWN}
        page = (await web.get("/portfolio")).text
        assert not [n for n in names if n in page]
        lights = await web.get(f"/api/v1/events/qbr:{1}")
        assert lights.status_code == 404, "an event whose account is not known is nobody's"


async def test_without_free_text_an_account_has_none(tmp_path: Path) -> None:
    qbr = named("qbr", True)
    async with portal("bi_reader", tmp_path) as web:
        answer = (await web.get(f"/api/v1/qbrs/{qbr}")).json()
        assert not [d for d in answer["decisions"] if d["text"]]
        account = (await web.get(f"/api/v1/accounts/{CRM[OWN]}")).json()
        assert {s["attitude"] for s in account["stakeholders"]} == {None}
