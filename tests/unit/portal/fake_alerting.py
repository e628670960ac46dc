"""gRPC servers that answer like the risk and the notifications service, in process: they keep what they were told.

`python -m tests.unit.portal.fake_alerting 50054 50055` serves them for work on the pages.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import grpc.aio

from shared.edge import errors as grpc_errors
from shared.errors import NotFound
from shared.protos import notifications_pb2 as npb
from shared.protos import notifications_pb2_grpc, risk_pb2_grpc
from shared.protos import risk_pb2 as rpb
from tests.unit.portal import demo_alerts, demo_lab, demo_risk
from tests.unit.portal.fake_steering import NOW, Fake


class FakeRisk(Fake):
    """The risk service. `dead`: a source is behind; `colours`: accounts that were recoloured, by name."""

    service = "risk"

    def __init__(self) -> None:
        super().__init__()
        self.dead = False
        self.colours: dict[str, str] = {}
        self.position = 500

    def answer(self, name: str, request: Any) -> Any:
        as_of = f"{request.as_of}T22:59:59Z" if getattr(request, "as_of", "") else NOW
        if name == "ListRisk":
            found = demo_risk.board(as_of, self.rows, dead=self.dead)
            for row in found.rows:
                row.colour = self.colours.get(row.name, row.colour)
            return found
        if name == "GetRisk":
            return _found(demo_risk.account(request.account_id, as_of, dead=self.dead), "account without a colour")
        if name == "GetEscalation":
            return _found(demo_risk.escalation_detail(request.escalation_id), f"no escalation {request.escalation_id}")
        if name == "ListEscalations":
            return demo_risk.escalations(request.account_id, request.with_closed)
        if name == "GetEvent":
            return self.event(
                request.event_id, "RiskTurnedRed" if request.event_id.startswith("risk") else "CrmCaseSeen"
            )
        if name == "ListWhatIfs":
            return rpb.ListWhatIfsResponse(rows=[demo_lab.model_run(x) for x in (demo_lab.RUNNING, demo_lab.DONE)])
        if name == "GetWhatIf":
            return demo_lab.model_run(request.whatif_id)
        answers = {
            "GetTrend": demo_risk.trend,
            "GetForecast": lambda: demo_risk.forecast(request.account_id),
            "GetModel": lambda: demo_risk.model(request.version),
            "GetStatus": lambda: demo_risk.status(self.position, dead=self.dead),
        }
        return answers[name]()

    def obey(self, name: str, request: Any) -> Any:
        done = super().obey(name, request)
        if name in ("StartWhatIf", "CancelWhatIf"):
            return demo_lab.model_run(demo_lab.RUNNING)
        if name == "DraftModel":
            done.id = "2"
        return done


class FakeNotifications(Fake):
    """The notifications service. `seen`: alerts that were seen."""

    service = "notifications"

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.position = 400

    def obey(self, name: str, request: Any) -> Any:
        if name in ("MarkSeen", "Acknowledge"):
            self.seen.add(request.alert_id)
        done = super().obey(name, request)
        if name in ("SubscribeWebHook", "RotateWebHookSecret"):
            return npb.WebHookSecret(hook_id=demo_lab.HOOK, secret=demo_lab.SECRET, event_ids=done.event_ids)
        return done

    def answer(self, name: str, request: Any) -> Any:
        if name == "GetAlert":
            return _found(demo_alerts.detail(request.alert_id), f"no alert {request.alert_id}")
        if name == "GetEvent":
            stored = self.event(request.event_id, "AlertRaised")
            fields = {f.name: getattr(stored, f.name) for f, _ in stored.ListFields() if f.name != "crm_id"}
            return npb.GetEventResponse(**fields)
        if name == "ListWebHooks":
            return _found(demo_lab.webhooks(request.hook_id), f"no web hook {request.hook_id}")
        answers = {
            "ListWebHookAttempts": demo_lab.attempts,
            "ListFeed": demo_lab.feed,
            "ListAlerts": lambda: demo_alerts.listed(request.account_id, list(request.states), request.after),
            "ListLedger": lambda: demo_alerts.ledger(request.account_id, list(request.kinds)),
            "GetInbox": lambda: demo_alerts.inbox(request.person, request.all, frozenset(self.seen)),
            "NextTimers": lambda: demo_alerts.timers(request.account_id),
            "GetPreferences": lambda: demo_alerts.preferences(request.person),
            "ListNeverActed": demo_alerts.never_acted,
            "ListColleagues": demo_alerts.colleagues,
            "ListDeliveries": demo_alerts.deliveries,
            "GetStatus": lambda: demo_alerts.status(self.position),
        }
        return answers[name]()


def _found(answer: Any, missing: str) -> Any:
    if answer is None:
        raise NotFound(missing)
    return answer


@asynccontextmanager
async def serving(fake: FakeRisk | FakeNotifications, port: int = 0, guards: Sequence[Any] = ()) -> AsyncIterator[str]:
    """Serves the fake on 127.0.0.1, behind these interceptors; yields `host:port`."""
    server = grpc.aio.server(interceptors=[grpc_errors.Errors(), *guards])
    if isinstance(fake, FakeRisk):
        risk_pb2_grpc.add_RiskQueriesServicer_to_server(fake, server)
        risk_pb2_grpc.add_RiskCommandsServicer_to_server(fake, server)
    else:
        notifications_pb2_grpc.add_NotificationsQueriesServicer_to_server(fake, server)
        notifications_pb2_grpc.add_NotificationsCommandsServicer_to_server(fake, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    try:
        yield f"127.0.0.1:{bound}"
    finally:
        await server.stop(None)


async def _main(risk: int, notifications: int) -> None:
    async with serving(FakeRisk(), risk) as r, serving(FakeNotifications(), notifications) as n:
        print(f"fake risk service on {r}, fake notifications service on {n}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2])))
