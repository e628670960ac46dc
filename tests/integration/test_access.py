"""Scope and passports on the real accounts service: teams, hierarchy, mergers, and whose the streams of the log are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import grpc
import grpc.aio
import pytest

from services.accounts import api, consumers
from services.accounts.app import Accounts
from services.accounts.projections import AccountsReads
from shared import ids
from shared.edge import passport
from shared.edge.access import Caller
from shared.edge.guard import Guard
from shared.edge.passport import HEADER, Signer
from shared.eventstore.repository import Repository
from shared.eventstore.store import EventStore
from shared.protos import accounts_pb2 as pb
from shared.protos.accounts_pb2_grpc import AccountCommandsStub, AccountQueriesStub
from tests.integration import accounts_facts as f
from tests.integration.accounts_chain import AccountsService, accounts_service, told

PORTAL = Caller("portal", ("portal",), None)
HEAD = Caller("head", ("head_of_kam",), None)


class Guarded:
    """A service that knows a key. u1 owns a1, to which a3 belongs and into which a4 was merged; u2 owns the others."""

    def __init__(self, service: AccountsService, channel: grpc.aio.Channel, target: str, private: Path) -> None:
        self.service, self.target, self.private = service, target, private
        self._signer = Signer(private)
        self.ask: Any = AccountQueriesStub(channel)  # type: ignore[no-untyped-call]
        self.tell: Any = AccountCommandsStub(channel)  # type: ignore[no-untyped-call]

    def by(self, who: Caller) -> dict[str, Any]:
        return {"metadata": ((HEADER, f"Bearer {self._signer.sign(who)}"),), "timeout": 10}

    async def scope(self, user: str) -> frozenset[UUID]:
        found = await self.ask.ListScope(pb.ListScopeRequest(user_id=user), **self.by(PORTAL))
        return frozenset(map(UUID, found.account_ids))

    async def kam(self, user: str) -> Caller:
        return Caller(user, ("key_account_manager",), await self.scope(user))


def of(*crm_ids: str) -> frozenset[UUID]:
    return frozenset(ids.account_id("sugar", x) for x in crm_ids)


@pytest.fixture
async def guarded(dsn: str, tmp_path: Path) -> AsyncIterator[Guarded]:
    private, public = tmp_path / "private.json", tmp_path / "public.json"
    passport.make(private, public)
    async with accounts_service(dsn) as service, EventStore(dsn, "accounts") as store:
        facts = (
            f.user(), f.user("u2"), f.account(), f.contract(), f.account("a2", owner_id="u2"), f.contract("c2", "a2"),
            f.account("a3", owner_id="u2", parent_crm_id="a1"), f.contract("c3", "a3"), f.account("a4", owner_id="u2"),
            f.account("a5", owner_id="u3", parent_crm_id="a3"),
            f.merged("a4", "a1", "2025-01-01", 2),
        )  # fmt: skip
        await service.take(told(*facts))
        await service.settle()
        repository = Repository(store, service.clock)
        settings = service.settings.model_copy(update={"identity_keys": str(public)})
        queries = api.Queries(service.engine, settings, service.clock, consumers.CRM_CONSUMER, AccountsReads.name)
        commands = api.Commands(
            Accounts(repository, service.clock), repository, service.engine, settings, service.clock
        )
        server = api.bind(queries, commands, "127.0.0.1:0", Guard.of(settings, service.engine))
        await server.start()
        try:
            target = f"127.0.0.1:{server.port}"
            async with grpc.aio.insecure_channel(target) as channel:
                yield Guarded(service, channel, target, private)
        finally:
            await server.stop()


def meta(*roles: str) -> pb.CommandMeta:
    return pb.CommandMeta(command_id=str(uuid4()), user_id="somebody", roles=list(roles))


async def refused(call: Any) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as e:
        await call
    return e.value.code().name


async def test_reach_is_the_team_with_what_is_below_and_what_was_absorbed(guarded: Guarded) -> None:
    await guarded.service.project()
    assert await guarded.scope("u1") == of("a1", "a3", "a4", "a5")
    assert await guarded.scope("u2") == of("a2", "a3", "a5")
    assert await guarded.scope("nobody") == frozenset()
    assign = pb.AssignThemeOwnerRequest(
        meta=meta(), account_id=str(ids.account_id("sugar", "a1")), theme="SERVICE", owner_id="u2"
    )
    await guarded.tell.AssignThemeOwner(assign, **guarded.by(HEAD))
    await guarded.service.project()
    assert await guarded.scope("u2") == of("a1", "a2", "a3", "a4", "a5")
    assert await refused(guarded.ask.ListScope(pb.ListScopeRequest(user_id="u1"), **guarded.by(HEAD))) == (
        "PERMISSION_DENIED"
    )


async def test_an_account_manager_sees_their_own_and_totals_of_their_own(guarded: Guarded) -> None:
    await guarded.service.project()
    kam = await guarded.kam("u1")
    mine = await guarded.ask.ListPortfolio(pb.ListPortfolioRequest(), **guarded.by(kam))
    assert {r.crm_id for r in mine.rows} == {"a1", "a3", "a5"}
    every = await guarded.ask.ListPortfolio(pb.ListPortfolioRequest(), **guarded.by(HEAD))
    assert {r.crm_id for r in every.rows} == {"a1", "a2", "a3", "a5"}
    assert (mine.totals.accounts, every.totals.accounts) == (3, 4)
    own = await guarded.ask.GetAccount(pb.GetAccountRequest(crm_id="a4"), **guarded.by(kam))
    assert own.account.crm_id == "a1", "the id of an absorbed account leads to the one that is left"
    foreign = guarded.ask.GetAccount(pb.GetAccountRequest(crm_id="a2"), **guarded.by(kam))
    assert await refused(foreign) == "NOT_FOUND"
    below = await guarded.ask.GetAccount(pb.GetAccountRequest(crm_id="a3"), **guarded.by(await guarded.kam("u2")))
    assert {n.crm_id for n in below.hierarchy} == {"a3", "a5"}, "what is above is not theirs"


async def test_events_and_commands_of_other_accounts_do_not_exist(guarded: Guarded) -> None:
    await guarded.service.project()
    kam = await guarded.kam("u1")
    account = await guarded.ask.GetAccount(pb.GetAccountRequest(crm_id="a2"), **guarded.by(HEAD))
    theirs = next(e.event_id for e in account.timeline if e.event_id.startswith("accounts:"))
    assert await refused(guarded.ask.GetEvent(pb.GetEventRequest(event_id=theirs), **guarded.by(kam))) == "NOT_FOUND"
    await guarded.ask.GetEvent(pb.GetEventRequest(event_id=theirs), **guarded.by(HEAD))
    foreign = pb.AccountReasonRequest(meta=meta("head_of_kam"), account_id=account.account.account_id, reason="mine")
    assert await refused(guarded.tell.NominateKeyAccount(foreign, **guarded.by(kam))) == "NOT_FOUND"


async def test_who_acts_is_recorded_from_the_passport(guarded: Guarded) -> None:
    own = pb.AssignThemeOwnerRequest(
        meta=meta("head_of_kam"), account_id=str(ids.account_id("sugar", "a1")), theme="TECHNICAL", owner_id="u2"
    )
    done = await guarded.tell.AssignThemeOwner(own, **guarded.by(await guarded.kam("u1")))
    event = await guarded.ask.GetEvent(pb.GetEventRequest(event_id=done.event_ids[-1]), **guarded.by(HEAD))
    assert event.actor == "user:u1"
