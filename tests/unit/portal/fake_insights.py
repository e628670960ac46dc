"""A gRPC server that answers like the insights service, in process: it keeps what it was told.

`python -m tests.unit.portal.fake_insights 50056` serves it for work on the pages.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import grpc.aio

from shared.edge import errors as grpc_errors
from shared.errors import Invalid, NotFound
from shared.protos import insights_pb2 as pb
from shared.protos import insights_pb2_grpc
from tests.unit.portal import demo_insights as demo
from tests.unit.portal import demo_lab
from tests.unit.portal import demo_looking as looking
from tests.unit.portal.fake_steering import Fake


class FakeInsights(Fake):
    """The insights service. `views`: what was opened, by whom; `asked`: the queries, newest last."""

    service = "insights"

    def __init__(self) -> None:
        super().__init__()
        self.views: list[tuple[str, str]] = []
        self.asked: list[tuple[str, Any]] = []
        self.shows = 0  # the position of the accounts service that its map shows

    def answer(self, name: str, request: Any) -> Any:
        self.asked.append((name, request))
        as_of = getattr(request, "as_of", "") or demo.NOW
        if name in LOOKING:
            found = LOOKING[name](self, request)
            if found is None:
                raise NotFound("nobody knew it then")
            return found
        if name == "GetKpi" and request.kpi not in demo.document()["kpis"]:
            raise Invalid(fields={"kpi": f"{request.kpi!r} is not defined; ListKpis tells which are"})
        if getattr(request, "scope", "").partition(":")[0] not in ("", "company", "tier", "account"):
            raise Invalid(fields={"scope": f"{request.scope!r} is none"})
        if name == "GetEvent":
            return self.event(request.event_id, "KpiComputed")
        if name == "ListWhatIfs":
            return pb.ListWhatIfsResponse(rows=[demo_lab.tier_run(x) for x in (demo_lab.RUNNING, demo_lab.DONE)])
        if name == "GetWhatIf":
            return demo_lab.tier_run(request.whatif_id)
        answers = {
            "ListKpis": demo.kpis,
            "GetDashboard": lambda: demo.dashboard(request.scope, as_of),
            "GetKpi": lambda: demo.kpi(request.kpi, request.scope),
            "GetReadiness": lambda: demo.readiness(as_of),
            "GetRollout": demo.rollout,
            "ListFindings": lambda: demo.findings(request.rule, request.account_id),
            "ListReviews": lambda: demo.reviews(frozenset(r.review_id for n, r in self.sent if n == "CompleteReview")),
            "GetStatus": demo.status,
        }
        if name not in answers:
            raise NotFound(f"the fake does not answer {name}")
        return answers[name]()

    def obey(self, name: str, request: Any) -> Any:
        if name == "NoteView":
            self.views.append((request.user_id, request.view))
            return pb.NoteViewResponse()
        done = super().obey(name, request)
        return demo_lab.tier_run(demo_lab.RUNNING) if name in ("StartWhatIf", "CancelWhatIf") else done


LOOKING: Mapping[str, Callable[[FakeInsights, Any], Any]] = {
    "GetAccount": lambda _, r: looking.insight(r.account_id, r.as_of, r.known_at),
    "ListPortfolio": lambda _, r: looking.portfolio(r.as_of, r.known_at),
    "GetStakeholderMap": lambda self, r: looking.people(r.account_id, r.as_of, r.known_at, self.shows),
    "GetTimeline": lambda _, r: looking.timeline(r),
    "Search": lambda _, r: looking.search(r.query),
    "GetTrail": lambda _, r: looking.trail(r),
}


@asynccontextmanager
async def serving(fake: FakeInsights, port: int = 0, guards: Sequence[Any] = ()) -> AsyncIterator[str]:
    """Serves the fake on 127.0.0.1, behind these interceptors; yields `host:port`."""
    server = grpc.aio.server(interceptors=[grpc_errors.Errors(), *guards])
    insights_pb2_grpc.add_InsightsQueriesServicer_to_server(fake, server)
    insights_pb2_grpc.add_InsightsCommandsServicer_to_server(fake, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    try:
        yield f"127.0.0.1:{bound}"
    finally:
        await server.stop(None)


async def _main(port: int) -> None:
    async with serving(FakeInsights(), port) as address:
        print(f"fake insights service on {address}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
