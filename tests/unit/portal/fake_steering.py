"""gRPC servers that answer like the qbr and the growth service, in process: they keep what they were told.

`python -m tests.unit.portal.fake_steering 50052 50053` serves them for work on the pages.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import grpc
import grpc.aio

from shared.edge import errors as grpc_errors
from shared.errors import NotFound, StellwerkError
from shared.protos import accounts_pb2 as common
from shared.protos import growth_pb2 as gpb
from shared.protos import growth_pb2_grpc, qbr_pb2_grpc
from shared.protos import qbr_pb2 as qpb
from tests.unit.portal import demo, demo_growth, demo_pack, demo_qbr
from tests.unit.portal import demo_parts as parts

NOW = parts.iso(demo.NOW)


class Fake:
    """`failures`: status codes for the next calls; `refuse`: the next command's answer; `sent`: the commands."""

    service = ""

    def __init__(self) -> None:
        self.failures: list[grpc.StatusCode] = []
        self.refuse: StellwerkError | None = None
        self.sent: list[tuple[str, Any]] = []
        self.results: dict[str, common.CommandResult] = {}
        self.position = 300
        self.rows = 12

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Every method of the services: Get, List, Next and Search begin a query, anything else is a command."""
        if not name[:1].isupper():
            raise AttributeError(name)

        async def method(request: Any, context: Any) -> Any:
            if self.failures:
                await context.abort(self.failures.pop(0), "made to fail")
            if name.startswith(("Get", "List", "Next", "Search")):
                return self.answer(name, request)
            if self.refuse is not None:
                error, self.refuse = self.refuse, None
                raise error
            return self.obey(name, request)

        return method

    def answer(self, name: str, request: Any) -> Any:
        """A query's answer."""
        raise NotImplementedError

    def obey(self, name: str, request: Any) -> common.CommandResult:
        """A command is recorded once; its repetition gives the first result."""
        self.sent.append((name, request))
        done = self.results.get(request.meta.command_id)
        if done is not None:
            return common.CommandResult(event_ids=done.event_ids, repeated=True, id=done.id)
        self.position += 1
        result = common.CommandResult(
            event_ids=[f"{self.service}:{self.position}"], id=demo_qbr.ids("new", self.position)
        )
        self.results[request.meta.command_id] = result
        return result

    def event(self, event_id: str, kind: str) -> common.GetEventResponse:
        """A stored event, caused by one of the accounts service."""
        position = int(event_id.partition(":")[2] or 0)
        if not 0 < position < 1000:
            raise NotFound(f"no event {event_id}")
        return common.GetEventResponse(
            event_id=event_id,
            type=f"{self.service}.{kind}",
            stream_id="s",
            version=1,
            actor="user:demo",
            effective_at=NOW,
            recorded_at=NOW,
            causation_id="accounts:3",
            data_json='{"pack": "qbr:77"}',
        )


class FakeQbr(Fake):
    """The qbr service."""

    service = "qbr"

    def answer(self, name: str, request: Any) -> Any:
        as_of = f"{request.as_of}T22:59:59Z" if getattr(request, "as_of", "") else NOW
        if name == "ListQbrs":
            return demo_qbr.listed(list(request.account_ids), as_of, self.rows)
        if name == "GetQbr":
            found = demo_qbr.detail(request.qbr_id, as_of)
            if found is None:
                raise NotFound(f"no QBR {request.qbr_id}")
            if self.results:
                found.qbr.event_id = f"qbr:{self.position}"
            return found
        if name == "GetPack":
            found = demo_qbr.detail(request.qbr_id, as_of)
            assert found is not None
            return demo_pack.pack(not request.preview, found.qbr.account_id, request.locale)
        if name == "GetPackDocument":
            return qpb.GetPackDocumentResponse(
                content=b"PK-deck",
                file_name=f'qbr "x"-{request.audience}.{request.format}',
                media_type="application/x-test",
            )
        if name == "GetSinceLastQbr":
            return demo_pack.since(request.account_id, as_of)
        if name == "GetLedger":
            return demo_pack.ledger(request.account_id, as_of)
        if name == "GetPreparationTimes":
            return demo_pack.preparation_times()
        if name == "GetEvent":
            return self.event(request.event_id, "QBRScheduled")
        return demo_qbr.status()


class FakeGrowth(Fake):
    """The growth service."""

    service = "growth"

    def answer(self, name: str, request: Any) -> Any:
        as_of = f"{request.as_of}T22:59:59Z" if getattr(request, "as_of", "") else NOW
        if name == "GetPlan":
            found = demo_growth.plan(request.account_id, as_of)
            if self.results and found.plan.plan_id:
                found.plan.event_id = f"growth:{self.position}"
            return found
        if name == "ListPlans":
            return demo_growth.plans(as_of)
        if name == "ListPlaybooks":
            return gpb.ListPlaybooksResponse(playbooks=demo_growth.playbooks())
        if name == "GetPlaybook":
            book = next((b for b in demo_growth.playbooks() if b.playbook == request.playbook), None)
            if book is None:
                raise NotFound(f"no playbook {request.playbook}")
            return book
        if name == "GetWhitespace":
            return demo_growth.whitespace(as_of)
        if name == "ListOpportunities":
            return demo_growth.opportunities(as_of)
        if name == "GetEvent":
            stored = self.event(request.event_id, "MilestonePlanned")
            return gpb.GetEventResponse(
                **{f.name: getattr(stored, f.name) for f, _ in stored.ListFields() if f.name != "crm_id"}
            )
        return demo_growth.status()


@asynccontextmanager
async def serving(fake: Fake, port: int = 0, guards: Sequence[Any] = ()) -> AsyncIterator[str]:
    """Serves the fake on 127.0.0.1, behind these interceptors; yields `host:port`."""
    server = grpc.aio.server(interceptors=[grpc_errors.Errors(), *guards])
    if isinstance(fake, FakeQbr):
        qbr_pb2_grpc.add_QbrQueriesServicer_to_server(fake, server)
        qbr_pb2_grpc.add_QbrCommandsServicer_to_server(fake, server)
    else:
        growth_pb2_grpc.add_GrowthQueriesServicer_to_server(fake, server)
        growth_pb2_grpc.add_GrowthCommandsServicer_to_server(fake, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    try:
        yield f"127.0.0.1:{bound}"
    finally:
        await server.stop(None)


async def _main(qbr: int, growth: int) -> None:
    async with serving(FakeQbr(), qbr) as q, serving(FakeGrowth(), growth) as g:
        print(f"fake qbr service on {q}, fake growth service on {g}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2])))
