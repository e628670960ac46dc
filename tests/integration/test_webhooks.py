"""Web hooks of other programs, from subscribing to a receiver on 127.0.0.1: signed, in order, again, or given up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import grpc.aio
import pytest

from services.notifications.channels.hooks import Hooks
from services.notifications.consumers.feed import feed_consumer
from shared.contracts.accounts import account as a
from shared.contracts.base import PublicEvent
from shared.contracts.risk.colours import RiskTrendChanged
from shared.protos import accounts_pb2 as common
from shared.protos import notifications_pb2 as pb
from tests.integration.notifications_servers import hanging, hook
from tests.integration.notifications_service import ACCOUNT, START, Service, notifications

KEY = {"webhook_key": "k" * 32, "webhook_private": True, "channel_timeout_seconds": 2, "webhook_attempts": 3}
OTHER = UUID(int=7)
ROLES = ["policy_admin"]
Requests = list[tuple[dict[str, str], bytes]]


class Receiver:
    """A subscribed program. `answers`: what it answers next, then 200."""

    def __init__(self, service: Service, url: str, answers: list[str], requests: Requests) -> None:
        self.service, self.url, self.answers, self.requests = service, url, answers, requests
        self.feed, self.hooks = feed_consumer(service.engine), Hooks(service.engine, service.settings, service.clock)
        self.id = self.secret = ""

    async def subscribe(self, types: list[str], **fields: Any) -> pb.WebHookSecret:
        done: pb.WebHookSecret = await self.tell("SubscribeWebHook", name="BI", url=self.url, types=types, **fields)
        self.id, self.secret = done.hook_id, done.secret
        return done

    async def tell(self, rpc: str, roles: list[str] = ROLES, command_id: str = "", **fields: Any) -> Any:
        methods = pb.DESCRIPTOR.services_by_name["NotificationsCommands"].methods_by_name
        meta = common.CommandMeta(command_id=command_id or str(uuid4()), user_id="u1", roles=roles)
        done = await getattr(self.service.tell, rpc)(getattr(pb, methods[rpc].input_type.name)(meta=meta, **fields))
        await self.service.step()
        return done

    async def hear(self, *facts: PublicEvent) -> None:
        for fact in facts:
            await self.feed.apply([self.service.message(fact, self.service.clock.now())])

    async def turns(self) -> int:
        made = 0
        while done := await self.hooks.step():
            made += done
        return made

    async def after(self, wait: timedelta) -> int:
        self.service.clock.set(self.service.clock.now() + wait)
        return await self.turns()

    async def shown(self) -> pb.WebHook:
        rows = (await self.service.ask.ListWebHooks(pb.ListWebHooksRequest(hook_id=self.id))).rows
        return rows[0]  # type: ignore[no-any-return]

    async def attempts(self) -> list[tuple[int, str, str]]:
        asked = pb.ListWebHookAttemptsRequest(hook_id=self.id)
        found = (await self.service.ask.ListWebHookAttempts(asked)).rows
        return [(x.position, x.outcome, x.why) for x in reversed(found)]

    @property
    def ids(self) -> list[str]:
        return [h["webhook-id"] for h, _ in self.requests]


@asynccontextmanager
async def receiving(dsn: str, **settings: Any) -> AsyncIterator[Receiver]:
    answers: list[str] = []
    requests: Requests = []
    async with hook(answers, requests) as url, notifications(dsn, **{**KEY, **settings}) as s:
        yield Receiver(s, url, answers, requests)


@pytest.fixture
async def program(dsn: str) -> AsyncIterator[Receiver]:
    async with receiving(dsn) as made:
        yield made


def named(n: int, account: UUID = ACCOUNT) -> a.AccountRenamed:
    return a.AccountRenamed(account_id=account, name=f"Acme {n}", was="Acme")


def trend(account: UUID = ACCOUNT) -> RiskTrendChanged:
    return RiskTrendChanged(account_id=account, trend="rising", was="steady", delta_30d=900)


def valid(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver checks it, by hand."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mine = "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return mine in headers["webhook-signature"].split(" ")


async def test_what_happens_arrives_signed_once_and_in_order(program: Receiver) -> None:
    await program.hear(named(0))
    await program.subscribe(["AccountRenamed"])
    await program.hear(named(1), trend(), named(2), named(3, OTHER))
    assert await program.turns() == 3
    assert await program.turns() == 0
    bodies = [json.loads(b) for _, b in program.requests]
    assert [b["data"]["data"]["name"] for b in bodies] == ["Acme 1", "Acme 2", "Acme 3"], (
        "not what was before, nor trends"
    )
    assert all(valid(program.secret, h, b) for h, b in program.requests)
    headers, body = program.requests[0]
    assert not valid(program.secret, headers, body + b" ")
    assert int(headers["webhook-timestamp"]) == int(START.timestamp())
    assert (bodies[0]["type"], bodies[0]["data"]["id"]) == ("AccountRenamed", headers["webhook-id"])
    shown = await program.shown()
    assert (shown.state, shown.waiting, shown.attempts) == ("active", 0, 0)


async def test_only_some_accounts(program: Receiver) -> None:
    await program.subscribe(["AccountRenamed"], account_ids=[str(OTHER)])
    await program.hear(named(1), named(2, OTHER))
    await program.turns()
    assert [json.loads(b)["data"]["data"]["name"] for _, b in program.requests] == ["Acme 2"]


async def test_a_receiver_that_fails_is_asked_again_and_nothing_overtakes(program: Receiver) -> None:
    await program.subscribe(["AccountRenamed"])
    await program.hear(named(1), named(2))
    program.answers += ["500 no", "cut"]
    assert await program.turns() == 1
    assert (await program.shown()).attempts == 1
    assert await program.turns() == 0, "it waits"
    assert await program.after(timedelta(seconds=7)) == 1
    assert await program.after(timedelta(seconds=13)) == 2
    assert [json.loads(b)["data"]["data"]["name"] for _, b in program.requests] == ["Acme 1"] * 3 + ["Acme 2"]
    assert len(set(program.ids)) == 2
    assert [x[1] for x in await program.attempts()] == ["failed", "failed", "sent", "sent"]


async def test_429_is_asked_as_late_as_it_says(program: Receiver) -> None:
    await program.subscribe(["AccountRenamed"])
    await program.hear(named(1))
    program.answers += ["429 slow\r\nRetry-After: 120"]
    await program.turns()
    assert await program.after(timedelta(seconds=100)) == 0
    assert await program.after(timedelta(seconds=21)) == 1


async def test_a_receiver_that_never_answers_costs_the_timeout_only(dsn: str) -> None:
    async with hanging() as port, receiving(dsn, channel_timeout_seconds=0.3) as program:
        program.url = f"http://127.0.0.1:{port}/"
        await program.subscribe(["AccountRenamed"])
        await program.hear(named(1))
        assert await program.turns() == 1
        _, outcome, why = (await program.attempts())[0]
        assert (outcome, why.partition(":")[0]) == ("failed", "no answer")


async def test_what_is_refused_for_good_is_set_aside_and_the_rest_goes_on(program: Receiver) -> None:
    await program.subscribe(["AccountRenamed"])
    await program.hear(named(1), named(2))
    program.answers += ["422 no"] * 3
    await program.turns()
    for _ in range(3):
        await program.after(timedelta(minutes=1))
    assert [(p, o) for p, o, _ in await program.attempts()] == [
        (1, "failed"), (1, "failed"), (1, "refused"), (2, "sent"),
    ]  # fmt: skip


async def test_after_days_of_failure_it_is_disabled_and_a_resumed_one_gets_all(program: Receiver) -> None:
    await program.subscribe(["AccountRenamed"])
    await program.hear(named(1))
    program.answers += ["503 down"] * 2
    await program.turns()
    await program.after(timedelta(hours=72))
    await program.service.step()
    shown = await program.shown()
    assert (shown.state, shown.why) == ("disabled", "HTTP 503")
    await program.hear(named(2))
    assert await program.after(timedelta(hours=2)) == 0
    types = [r["type"] for r in await program.service.rows("webhook_steps")]
    assert types == ["WebHookSubscribed", "WebHookDisabled"]
    await program.tell("ResumeWebHook", hook_id=program.id)
    assert await program.turns() == 2
    assert len(set(program.ids)) == 2


async def test_gone_is_gone_at_once(program: Receiver) -> None:
    await program.subscribe(["AccountRenamed"])
    await program.hear(named(1))
    program.answers += ["410 gone"]
    await program.turns()
    await program.service.step()
    assert (await program.shown()).state == "disabled"


async def test_a_replay_sends_the_same_ids_and_bytes_from_a_position_or_an_instant(program: Receiver) -> None:
    await program.subscribe(["AccountRenamed"])
    await program.hear(named(1))
    program.service.clock.set(later := START + timedelta(hours=1))
    await program.hear(named(2), named(3))
    await program.turns()
    first = [(h["webhook-id"], b) for h, b in program.requests]
    program.requests.clear()
    await program.tell("ReplayWebHook", hook_id=program.id, after=0)
    await program.turns()
    assert [(h["webhook-id"], b) for h, b in program.requests] == first
    program.requests.clear()
    await program.tell("ReplayWebHook", hook_id=program.id, since=later.isoformat())
    await program.turns()
    assert [(h["webhook-id"], b) for h, b in program.requests] == first[1:]
    assert len({h["webhook-timestamp"] for h, _ in program.requests}) == 1


async def test_from_the_start_on_wish(program: Receiver) -> None:
    await program.hear(named(1))
    await program.subscribe(["AccountRenamed"], from_start=True)
    await program.hear(named(2))
    assert await program.turns() == 2


async def test_a_rotated_secret_signs_beside_the_old_one_for_a_day(program: Receiver) -> None:
    await program.subscribe(["AccountRenamed"])
    old = program.secret
    new = (await program.tell("RotateWebHookSecret", hook_id=program.id)).secret
    assert new != old
    await program.hear(named(1))
    await program.turns()
    program.service.clock.set(START + timedelta(hours=25))
    await program.hear(named(2))
    await program.turns()
    assert [(valid(old, h, b), valid(new, h, b)) for h, b in program.requests] == [(True, True), (False, True)]


async def test_a_repeated_subscription_is_one_with_one_secret(program: Receiver) -> None:
    command = str(uuid4())
    first = await program.subscribe(["AccountRenamed"], command_id=command)
    again = await program.subscribe(["AccountRenamed"], command_id=command)
    assert (again.secret, again.hook_id, again.repeated) == (first.secret, first.hook_id, True)
    assert len((await program.service.ask.ListWebHooks(pb.ListWebHooksRequest())).rows) == 1


async def test_what_is_refused(program: Receiver, dsn: str) -> None:
    async def says(code: grpc.StatusCode, words: str, rpc: str = "SubscribeWebHook", **fields: Any) -> None:
        with pytest.raises(grpc.aio.AioRpcError) as e:
            await program.tell(rpc, **fields)
        assert e.value.code() == code
        assert words in f"{e.value.details()} {dict(e.value.trailing_metadata() or ())}"

    asked = {"name": "BI", "url": program.url, "types": ["AccountRenamed"]}
    invalid, rejected = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION
    await says(rejected, "webhook-role-missing", **asked, roles=["key_account_manager"])
    await says(invalid, "not offered: Nonsense", **{**asked, "types": ["Nonsense"]})
    await says(
        invalid, "not offered: StakeholderAttitudeAssessed", **{**asked, "types": ["StakeholderAttitudeAssessed"]}
    )
    await says(grpc.StatusCode.NOT_FOUND, "webhook-unknown", "PauseWebHook", hook_id=str(uuid4()))
    await program.subscribe(["AccountRenamed"])
    await says(invalid, "a position of the feed", "ReplayWebHook", hook_id=program.id)
    await program.tell("UnsubscribeWebHook", hook_id=program.id)
    await says(rejected, "webhook-ended", "PauseWebHook", hook_id=program.id)
    await program.hear(named(9))
    assert await program.turns() == 0


async def test_our_own_network_is_refused_unless_the_company_allows_it(dsn: str) -> None:
    async with receiving(dsn, webhook_private=False) as program:
        for url in ("https://127.0.0.1/x", "https://localhost/x", "https://169.254.169.254/", "http://example.com/"):
            program.url = url
            with pytest.raises(grpc.aio.AioRpcError) as e:
                await program.subscribe(["AccountRenamed"])
            assert e.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_without_a_key_nothing_can_be_subscribed(dsn: str) -> None:
    async with receiving(dsn, webhook_key="") as program:
        with pytest.raises(grpc.aio.AioRpcError) as e:
            await program.subscribe(["AccountRenamed"])
        assert "STELLWERK_WEBHOOK_KEY" in str(e.value.details())


async def test_the_feed_by_position(program: Receiver) -> None:
    await program.hear(named(1), trend(), named(2))
    first = await program.service.ask.ListFeed(pb.ListFeedRequest(limit=2))
    assert [x.type for x in first.rows] == ["AccountRenamed", "RiskTrendChanged"]
    rest = await program.service.ask.ListFeed(pb.ListFeedRequest(after=first.rows[-1].position))
    assert [(x.type, json.loads(x.body_json)["sequence"]) for x in rest.rows] == [("AccountRenamed", 3)]
    assert rest.newest == 3
