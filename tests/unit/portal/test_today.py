"""Today: one list from all services, the gravest first, mine or everybody's, each with the way to settle it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import grpc
import httpx

from services.portal import today as view
from services.portal.models import Escalations, Ledger, Plans, Portfolio, Qbrs, RiskBoard
from services.portal.models import view as as_model
from tests.unit.portal import demo, demo_growth, demo_pack, demo_qbr, demo_risk
from tests.unit.portal.fake_alerting import FakeRisk
from tests.unit.portal.fake_steering import FakeGrowth

EN = {"accept-language": "en"}
ZONE = ZoneInfo("Europe/Berlin")
NOW = "2026-11-15T18:00:00Z"


def known() -> view.Known:
    return view.Known(
        as_model(Portfolio, demo.portfolio()),
        as_model(RiskBoard, demo_risk.board()),
        as_model(Escalations, demo_risk.escalations("", False)),
        as_model(Plans, demo_growth.plans(NOW)),
        as_model(Qbrs, demo_qbr.listed([], NOW, 12)),
        as_model(Ledger, demo_pack.ledger("", NOW)),
    )


def test_red_without_countermeasure_comes_first_then_what_is_longest_due() -> None:
    found = view.due(known(), demo.TODAY, ZONE)
    assert [x.account for x in found["red"]] == ["Hottechi"]
    assert found["red"][0].due.path.endswith("/risk#measures")
    days = [x.due.on for x in found["overdue"] if x.due.on]
    assert [str(d)[:10] for d in days] == sorted(str(d)[:10] for d in days)
    kinds = {x.due.kind for lines in found.values() for x in lines}
    assert {"red", "escalation", "undirected", "qbr_late", "plan_missing", "approval", "override"} <= kinds


def test_mine_is_what_i_own_and_what_belongs_to_my_accounts() -> None:
    everything = view.due(known(), demo.TODAY, ZONE)
    owner = next(r.owner_id for r in demo.portfolio().rows if r.name == "Hottechi")
    mine = view.due(known(), demo.TODAY, ZONE, owner)
    assert [x.account for x in mine["red"]] == ["Hottechi"]
    assert 0 < view.total(mine) < view.total(everything)
    assert view.total(view.due(known(), demo.TODAY, ZONE, "nobody")) == 0


async def test_the_page_has_one_button_for_each(web: httpx.AsyncClient) -> None:
    page = (await web.get("/today", headers=EN)).text
    assert "Plan countermeasure" in page
    assert "Red without countermeasure</b> · 1" in page
    assert "in 3 days" in page
    assert 'aria-current="true">Everybody' in page, "a head of KAM sees everybody's first"
    mine = (await web.get("/today?whose=mine", headers=EN)).text
    assert "Nothing of yours is due." in mine


async def test_a_service_that_is_down_leaves_its_part_out(
    web: httpx.AsyncClient, risk: FakeRisk, growth: FakeGrowth
) -> None:
    risk.failures = [grpc.StatusCode.UNAVAILABLE] * 40
    growth.failures = [grpc.StatusCode.UNAVAILABLE] * 40
    page = await web.get("/today", headers=EN)
    assert page.status_code == 200
    assert "The risk service does not answer" in page.text
    assert "The growth service does not answer" in page.text
    assert "QBR past its day" in page.text
