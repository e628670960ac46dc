"""Live parts: what changes is told once to all who show it; connections are bounded and end with the process."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator

import grpc
import httpx
import pytest

from services.portal.clients import Clients
from services.portal.inputs import Actor
from services.portal.live import Live, News, TooMany
from tests.unit.portal import demo
from tests.unit.portal.demo_qbr import ids
from tests.unit.portal.fake_alerting import FakeNotifications, FakeRisk

ME = Actor("demo", ("head_of_kam",))
KAN = next(r.account_id for r in demo.portfolio().rows if r.name == "Kan-code")


@pytest.fixture
async def live(clients: Clients) -> AsyncIterator[Live]:
    made = Live(clients, every=0.02, beat=5.0)
    yield made
    await made.close()


async def told(news: AsyncGenerator[News | None], patience: float = 20.0) -> News:
    """The next that is no heartbeat."""
    async with asyncio.timeout(patience):
        async for found in news:
            if found is not None:
                return found
    raise AssertionError("the connection ended")


async def test_a_page_is_told_how_things_stand_and_what_changes(
    live: Live, risk: FakeRisk, notifications: FakeNotifications
) -> None:
    news = await live.listen(ME, [KAN])
    first = [await told(news), await told(news)]
    assert {a: c for n in first for a, c in n.lights.items()} == {KAN: "RED"}
    assert {n.unread for n in first} == {None, 3}
    risk.colours["Kan-code"], risk.position = "AMBER", 501
    assert (await told(news)).lights == {KAN: "AMBER"}
    notifications.seen.add(ids("alert", 0))
    notifications.position = 401
    assert (await told(news)).unread == 2


async def test_who_comes_later_is_told_at_once(live: Live) -> None:
    news = await live.listen(ME, [KAN])
    await told(news)
    await told(news)
    late = await told(await live.listen(ME, [KAN]))
    assert (late.lights, late.unread) == ({KAN: "RED"}, 3)


async def test_a_service_that_fails_is_asked_again(live: Live, risk: FakeRisk) -> None:
    risk.failures = [grpc.StatusCode.NOT_FOUND] * 2
    news = await live.listen(ME, [KAN])
    found = [await told(news), await told(news)]
    assert {a: c for n in found for a, c in n.lights.items()} == {KAN: "RED"}


async def test_connections_are_bounded(clients: Clients) -> None:
    live = Live(clients, every=0.02, most=9)
    held = [await live.listen(ME, []) for _ in range(8)]
    with pytest.raises(TooMany):
        await live.listen(ME, [])
    held.append(await live.listen(Actor("other"), []))
    with pytest.raises(TooMany):
        await live.listen(Actor("third"), [])
    assert live.listeners == len(held)
    await live.close()
    with pytest.raises(TooMany):
        await live.listen(Actor("fourth"), [])


async def test_who_leaves_before_reading_is_not_counted(clients: Clients) -> None:
    live = Live(clients, every=30.0)
    news = await live.listen(ME, [])
    assert live.listeners == 1
    del news
    gc.collect()
    async with asyncio.timeout(10):
        while live.listeners:  # noqa: ASYNC110 - the loop closes what was dropped in its own time
            await asyncio.sleep(0.01)
    await live.close()


async def test_silence_is_broken_by_a_heartbeat_and_close_ends_it(clients: Clients) -> None:
    live = Live(clients, every=30.0, beat=0.05)
    news = await live.listen(ME, [])
    assert (await told(news)).unread == 3
    async with asyncio.timeout(10):
        assert await anext(news) is None
    await live.close()
    async with asyncio.timeout(10):
        assert [n async for n in news if n is not None] == []
    assert live.listeners == 0


async def test_who_does_not_read_is_hung_up_on(live: Live) -> None:
    news = await live.listen(ME, [KAN])
    [listener] = live._listeners
    for n in range(200):
        listener.tell(News(unread=n))
    async with asyncio.timeout(20):
        assert len([n async for n in news]) <= 64
    assert live.listeners == 0


async def test_over_http_it_is_an_event_stream(web: httpx.AsyncClient) -> None:
    site = web._transport.app.state.site  # type: ignore[attr-defined]
    asking = asyncio.create_task(web.get(f"/changes?accounts={KAN}", headers={"accept-language": "de"}))
    async with asyncio.timeout(20):
        while not site.live._seen.get("notifications"):  # noqa: ASYNC110 - the first look has no event to wait for
            await asyncio.sleep(0.05)
    await site.live.close()
    answer = await asking
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-store", "no")
    assert answer.text.startswith(": listening\nretry: 5000\n\n")
    assert f'event: light\ndata: {{"account":"{KAN}","lamp":"red","word":"Rot"}}' in answer.text
    assert 'event: inbox\ndata: {"unread":3}' in answer.text
    assert (await web.get("/changes", headers={"sec-fetch-site": "cross-site"})).status_code == 403
    refused = await web.get("/changes")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
