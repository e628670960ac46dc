"""What the risk service really answers is understood by the portal: typed whole, every sentence said in German."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from services.portal import risks
from services.portal.causes import Causes
from services.portal.formats import Formats
from services.portal.models import RiskAccount, RiskBoard, RiskForecast, RiskModel, RiskStatus, view
from services.portal.words import Words
from shared.protos import risk_pb2 as pb
from tests.integration.risk_world import ACME, BEGIN, a_world, case

GERMAN = Causes(Words(Formats("de", ZoneInfo("Europe/Berlin"))))


def sentences(answer: RiskAccount) -> set[str]:
    """Every sentence of an answer."""
    parts = [c.evidence for c in answer.contributions] + [f.evidence for f in answer.floors]
    parts += [s.evidence for c in answer.contributions for s in c.signals]
    told = [e.why for part in parts for e in part] + [answer.row.why] + [t.why for t in answer.timers]
    told += [x.change for c in answer.counterfactual for x in c.changes]
    told += [s.why for s in (*answer.history, *answer.forecast, *answer.warnings)]
    return {t for t in told if t}


async def test_a_red_account_is_understood_down_to_the_last_sentence(dsn: str) -> None:
    async with a_world(dsn) as world:
        opened = BEGIN + timedelta(hours=1)
        await world.tell((case(7, opened), opened))
        await world.service.at(opened + timedelta(days=60))
        answer = view(RiskAccount, await world.risk())
        board = view(RiskBoard, await world.queries.ListRisk(pb.ListRiskRequest()))
        model = view(RiskModel, await world.queries.GetModel(pb.GetModelRequest()))
        forecast = view(RiskForecast, await world.queries.GetForecast(pb.GetForecastRequest(account_id=str(ACME))))
        status = view(RiskStatus, await world.queries.GetStatus(pb.GetRiskStatusRequest()))
    assert answer.row.colour == board.rows[0].colour == forecast.accounts[0].colour == "RED"
    last = risks.segments(answer.contributions)[-1]
    assert last.start_bp + last.part.points == risks.score(answer)
    assert set(risks.lines(model)) == {"AMBER", "RED"}
    assert risks.chart(answer.path, risks.lines(model)).bands[-1].colour == "RED"
    assert status.shown == status.events > 0
    assert len(sentences(answer)) > 5
    assert {s for s in sentences(answer) if GERMAN.said(s) is None} == set()
