"""The guard on a gRPC server: who calls, what they may, what they see. The servicers are the portal's fakes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import grpc
import grpc.aio
import pytest

from shared.edge import passport, server
from shared.edge.access import Caller
from shared.edge.errors import Errors
from shared.edge.guard import Guard
from shared.edge.passport import HEADER, Keys, Signer, caller
from shared.errors import Invalid
from shared.ids import account_id
from shared.protos import accounts_pb2 as common
from shared.protos import notifications_pb2 as alerts
from shared.protos import qbr_pb2 as qbr
from shared.protos.notifications_pb2_grpc import (
    NotificationsQueriesServicer,
    NotificationsQueriesStub,
    add_NotificationsQueriesServicer_to_server,
)
from shared.protos.qbr_pb2_grpc import (
    QbrCommandsServicer,
    QbrCommandsStub,
    QbrQueriesServicer,
    QbrQueriesStub,
    add_QbrCommandsServicer_to_server,
    add_QbrQueriesServicer_to_server,
)

MINE, FOREIGN = (account_id("sugar", n) for n in ("mine", "foreign"))
QBRS = {UUID(int=1): MINE, UUID(int=2): FOREIGN}
TEMPLATE = UUID(int=3)
KAM = Caller("kam", ("key_account_manager",), frozenset([MINE]))
HEAD = Caller("head", ("head_of_kam",), None)
BI = Caller("bi", ("bi_reader",), None)


async def owners(things: list[UUID]) -> list[str]:
    """Of this service's streams: the account of a QBR, none of a template."""
    return [str(QBRS.get(t, "")) for t in things if t in QBRS or t == TEMPLATE]


class Reviews(QbrQueriesServicer, QbrCommandsServicer):
    """Answers with everything it has: what is the caller's is the guard's business."""

    asked: list[Any]

    async def ListQbrs(self, request: Any, context: Any) -> Any:
        rows = [qbr.QbrRow(qbr_id=str(q), account_id=str(a)) for q, a in QBRS.items()]
        series = [qbr.SeriesRow(account_id=str(a)) for a in (FOREIGN, MINE)]
        return qbr.ListQbrsResponse(rows=rows, series=series)

    async def GetQbr(self, request: Any, context: Any) -> Any:
        of = QBRS[UUID(request.qbr_id)]
        row = qbr.QbrRow(qbr_id=request.qbr_id, account_id=str(of))
        return qbr.GetQbrResponse(qbr=row, decisions=[qbr.Decision(text="They will pay more")])

    async def GetEvent(self, request: Any, context: Any) -> Any:
        stream, said = request.event_id.partition(":")[2], '{"why": "hates us"}'
        if stream == "9":
            said = '{"person": "head"}'
        return common.GetEventResponse(event_id=request.event_id, stream_id=str(UUID(int=int(stream))), data_json=said)

    async def PlanQBR(self, request: Any, context: Any) -> Any:
        self.asked = [request, caller()]
        return common.CommandResult(id="1")

    CancelQBR = PublishTemplate = PlanQBR


class Told(NotificationsQueriesServicer):
    """Inboxes and changes."""

    async def GetInbox(self, request: Any, context: Any) -> Any:
        items = [alerts.InboxItem(alert=alerts.Alert(alert_id="1", account_id=str(a))) for a in (MINE, FOREIGN)]
        return alerts.GetInboxResponse(
            items=[*items, alerts.InboxItem(inbox=",".join([request.person, *request.roles]))]
        )

    async def ListAlerts(self, request: Any, context: Any) -> Any:
        return alerts.ListAlertsResponse()

    async def GetDigest(self, request: Any, context: Any) -> Any:
        return alerts.Digest(person="head")

    async def WatchChanges(self, request: Any, context: Any) -> AsyncIterator[Any]:
        for account in (FOREIGN, MINE, FOREIGN):
            yield alerts.Change(account_id=str(account), person=request.person)


class Wire:
    """Calls in somebody's name."""

    def __init__(self, channel: Any, signer: Signer) -> None:
        self.reviews = Reviews()
        self._signer = signer
        self.q, self.c = QbrQueriesStub(channel), QbrCommandsStub(channel)  # type: ignore[no-untyped-call]
        self.n = NotificationsQueriesStub(channel)  # type: ignore[no-untyped-call]

    def header(self, who: Caller) -> tuple[tuple[str, str], ...]:
        return ((HEADER, f"Bearer {self._signer.sign(who)}"),)

    async def ask(self, who: Caller, method: Any, request: Any) -> Any:
        return await method(request, metadata=self.header(who), timeout=5)

    async def code(self, who: Caller, method: Any, request: Any) -> str:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await self.ask(who, method, request)
        return raised.value.code().name


@asynccontextmanager
async def wired(folder: Path) -> AsyncIterator[Wire]:
    private, public = folder / "private.json", folder / "public.json"
    passport.make(private, public)
    made = grpc.aio.server(interceptors=[Errors(), Guard(Keys(public), owners, "sugar")])
    port = made.add_insecure_port("127.0.0.1:0")
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        wire = Wire(channel, Signer(private))
        add_QbrQueriesServicer_to_server(wire.reviews, made)  # type: ignore[no-untyped-call]
        add_QbrCommandsServicer_to_server(wire.reviews, made)  # type: ignore[no-untyped-call]
        add_NotificationsQueriesServicer_to_server(Told(), made)  # type: ignore[no-untyped-call]
        await made.start()
        yield wire
    await made.stop(0)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path) as made:
        yield made


async def test_a_call_without_a_passport_is_refused(wire: Wire) -> None:
    for header in ((), ((HEADER, "Bearer x"),)):
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await wire.q.ListQbrs(qbr.ListQbrsRequest(), metadata=header)
        assert raised.value.code().name == "UNAUTHENTICATED"
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await anext(aiter(wire.n.WatchChanges(alerts.ChangesRequest())))
    assert raised.value.code().name == "UNAUTHENTICATED"


async def test_lists_hold_only_what_is_within_reach(wire: Wire) -> None:
    mine = await wire.ask(KAM, wire.q.ListQbrs, qbr.ListQbrsRequest())
    assert [r.account_id for r in mine.rows] == [r.account_id for r in mine.series] == [str(MINE)]
    every = await wire.ask(HEAD, wire.q.ListQbrs, qbr.ListQbrsRequest())
    assert len(every.rows) == len(every.series) == 2
    nobody = Caller("x", ("team_member",), frozenset())
    assert not (await wire.ask(nobody, wire.q.ListQbrs, qbr.ListQbrsRequest())).rows


async def test_what_belongs_to_others_does_not_exist(wire: Wire) -> None:
    ours, theirs = (str(i) for i in QBRS)
    assert (await wire.ask(KAM, wire.q.GetQbr, qbr.GetQbrRequest(qbr_id=ours))).qbr.qbr_id == ours
    assert await wire.code(KAM, wire.q.GetQbr, qbr.GetQbrRequest(qbr_id=theirs)) == "NOT_FOUND"
    assert (await wire.ask(HEAD, wire.q.GetQbr, qbr.GetQbrRequest(qbr_id=theirs))).qbr.qbr_id == theirs
    for request in (
        alerts.ListAlertsRequest(account_id=str(FOREIGN)),
        alerts.ListAlertsRequest(account_crm_id="foreign"),
        alerts.ListAlertsRequest(account_id="nonsense"),
    ):
        assert await wire.code(KAM, wire.n.ListAlerts, request) == "NOT_FOUND"
    await wire.ask(KAM, wire.n.ListAlerts, alerts.ListAlertsRequest(account_crm_id="mine"))
    several = qbr.ListQbrsRequest(account_ids=[str(MINE), str(FOREIGN)])
    assert await wire.code(KAM, wire.q.ListQbrs, several) == "NOT_FOUND"


async def test_a_command_on_a_foreign_thing_never_runs(wire: Wire) -> None:
    ours, theirs = (str(i) for i in QBRS)
    assert await wire.code(KAM, wire.c.CancelQBR, qbr.QbrReasonRequest(qbr_id=theirs)) == "NOT_FOUND"
    assert await wire.code(KAM, wire.c.PlanQBR, qbr.AccountRequest(account_id=str(FOREIGN))) == "NOT_FOUND"
    assert not hasattr(wire.reviews, "asked")
    await wire.ask(KAM, wire.c.CancelQBR, qbr.QbrReasonRequest(qbr_id=ours))


async def test_the_passport_says_who_acts_not_the_request(wire: Wire) -> None:
    meta = common.CommandMeta(user_id="head", roles=["head_of_kam", "management"])
    await wire.ask(KAM, wire.c.PlanQBR, qbr.AccountRequest(meta=meta, account_id=str(MINE)))
    request, who = wire.reviews.asked
    assert (request.meta.user_id, list(request.meta.roles)) == ("kam", ["key_account_manager"])
    assert who == KAM


async def test_a_verb_that_no_role_allows_is_forbidden(wire: Wire) -> None:
    assert await wire.code(BI, wire.c.PlanQBR, qbr.AccountRequest(account_id=str(MINE))) == "PERMISSION_DENIED"
    assert await wire.code(KAM, wire.c.PublishTemplate, qbr.TemplateRequest()) == "PERMISSION_DENIED"
    assert await wire.code(BI, wire.n.GetInbox, alerts.GetInboxRequest(person="bi")) == "PERMISSION_DENIED"
    operator = Caller("op", ("platform_operator",))
    assert await wire.code(operator, wire.q.ListQbrs, qbr.ListQbrsRequest()) == "PERMISSION_DENIED"


async def test_sensitive_topics_are_left_out(wire: Wire) -> None:
    asked = qbr.GetQbrRequest(qbr_id=str(UUID(int=1)))
    assert (await wire.ask(KAM, wire.q.GetQbr, asked)).decisions[0].text
    assert not (await wire.ask(BI, wire.q.GetQbr, asked)).decisions[0].text
    event = common.GetEventRequest(event_id="qbr:1")
    assert "hates" in (await wire.ask(KAM, wire.q.GetEvent, event)).data_json
    assert (await wire.ask(BI, wire.q.GetEvent, event)).data_json == "{}"
    assert await wire.code(BI, wire.q.GetPack, qbr.GetPackRequest()) == "PERMISSION_DENIED"


async def test_events_belong_to_the_account_of_their_stream(wire: Wire) -> None:
    for event, seen in (("qbr:1", True), ("qbr:2", False), ("qbr:3", True), ("qbr:4", False)):
        request = common.GetEventRequest(event_id=event)
        if seen:
            await wire.ask(KAM, wire.q.GetEvent, request)
        else:
            assert await wire.code(KAM, wire.q.GetEvent, request) == "NOT_FOUND"
        await wire.ask(HEAD, wire.q.GetEvent, request)


async def test_lists_about_one_person_are_for_that_person(wire: Wire) -> None:
    await wire.ask(HEAD, wire.n.GetDigest, alerts.GetDigestRequest())
    assert await wire.code(KAM, wire.n.GetDigest, alerts.GetDigestRequest()) == "NOT_FOUND"
    other = alerts.ListAlertsRequest(person="kam")
    await wire.ask(KAM, wire.n.ListAlerts, other)
    assert await wire.code(HEAD, wire.n.ListAlerts, other) == "PERMISSION_DENIED"
    without = Caller("head", ("head_of_kam",), None, works_council=False)
    await wire.ask(without, wire.n.ListAlerts, other)


async def test_an_inbox_is_that_of_the_passport(wire: Wire) -> None:
    told = await wire.ask(KAM, wire.n.GetInbox, alerts.GetInboxRequest(roles=["head_of_kam"]))
    assert [i.inbox for i in told.items if i.inbox] == ["kam,key_account_manager"]
    assert [i.alert.account_id for i in told.items if i.alert.account_id] == [str(MINE)]
    assert len(told.items) == 2, "an item without its alert is no item"


async def test_a_stream_tells_only_what_is_within_reach(wire: Wire) -> None:
    call = wire.n.WatchChanges(alerts.ChangesRequest(), metadata=wire.header(KAM))
    assert [(c.account_id, c.person) async for c in call] == [(str(MINE), "kam")]


def test_without_keys_only_this_machine_is_served() -> None:
    for address in ("0.0.0.0:0", "10.1.2.3:0", "[::]:0"):
        with pytest.raises(Invalid, match="STELLWERK_IDENTITY_KEYS"):
            server.bind(qbr.DESCRIPTOR, {}, address, 1_000)
