"""What the risk service tells the qbr service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from services.qbr.pack import Pack, kept
from services.qbr.reads import facts
from shared import ids
from shared.contracts.base import Envelope
from shared.contracts.risk.base import Contribution, Floor, Money, Trigger
from shared.contracts.risk.colours import RiskTurnedAmber, RiskTurnedRed
from shared.contracts.risk.items import RiskIdentified
from shared.protos import qbr_pb2 as pb
from tests.integration.qbr_chain import ACCOUNT, Service, qbr_service
from tests.integration.test_accounts_api import refused


@pytest.fixture
async def qbr(dsn: str) -> AsyncIterator[Service]:
    async with qbr_service(dsn) as service:
        yield service


def turned(kind: type[RiskTurnedRed | RiskTurnedAmber], score: int = 7_200) -> Any:
    """A colour with one floor and one factor behind it."""
    return kind.model_validate({
        "account_id": ACCOUNT, "tier": "A", "from": "AMBER", "score": score, "coverage": 10_000, "why": "P1 open 73 h",
        "trigger": Trigger(kind="hard_trigger", code="p1_72h"), "model_version": 1, "epoch": 2,
        "contributions": (Contribution(factor="service", weight=2_000, value=9_000, points=score),),
        "floors": (Floor(code="p1_72h", colour="RED", factor="service"),),
        "arr_exposed": Money(amount=100, currency="EUR"),
    })  # fmt: skip


def named() -> RiskIdentified:
    """A risk that somebody named."""
    return RiskIdentified(
        account_id=ACCOUNT, risk_id=ids.derived("risk", "1"), category="service", cause="p1_72h", title="Data loss",
        owner="u1", by="user:u1",
    )  # fmt: skip


async def test_what_the_risk_service_tells_is_in_the_pack_and_since_the_last_qbr(qbr: Service) -> None:
    await qbr.key_account("A")
    messages = qbr.messages("risk", turned(RiskTurnedRed), named())
    await qbr.consumers["risk"].apply([*messages, messages[-1]])
    answer = await qbr.ask.GetPack(pb.GetPackRequest(account_id=str(ACCOUNT), locale="en"))
    section = Pack.parse(answer.canonical_json).section("risk")
    assert section is not None
    assert section.figure("colour").value == "RED"  # type: ignore[union-attr]
    assert section.source.health == "ok"
    assert answer.watermark["kam.risk.v1"] == 2
    owner = section.table("risks").column("owner")  # type: ignore[union-attr]
    assert owner == [str(ids.subject_id("sugar", "user", "u1"))]
    since = await qbr.ask.GetSinceLastQbr(pb.GetSinceLastQbrRequest(account_id=str(ACCOUNT)))
    told = {(c.kind, c.what, c.facts["now"]) for c in since.changes if c.section == "risk"}
    assert told == {("risk_colour", "", "RED"), ("risk_named", "Data loss", "service")}


async def test_a_frozen_pack_keeps_the_colour_of_its_day(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.take("risk", turned(RiskTurnedRed))
    await qbr.later(days=2)
    qbr_id = await qbr.open()
    await qbr.do("ScheduleQBR", qbr_id=qbr_id, at="2026-03-02T09:00:00Z", invitees=[PERSON], accepted=[PERSON])
    await qbr.do("StartPreparation", qbr_id=qbr_id)
    await qbr.do("FreezeDataPack", qbr_id=qbr_id)
    await qbr.take("risk", turned(RiskTurnedAmber, 5_000))
    frozen = await qbr.ask.GetPack(pb.GetPackRequest(qbr_id=qbr_id))
    now = await qbr.ask.GetPack(pb.GetPackRequest(qbr_id=qbr_id, preview=True))
    colours = [Pack.parse(a.canonical_json).section("risk").figure("colour").value for a in (frozen, now)]  # type: ignore[union-attr]
    assert colours == ["RED", "AMBER"]
    assert frozen.matches


PERSON = str(ids.subject_id("sugar", "contact", "p1"))


async def test_a_release_shows_the_customer_what_it_names_and_nothing_else(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.take("risk", turned(RiskTurnedRed), named())
    await qbr.later(days=2)
    qbr_id = await qbr.open()
    await qbr.do("ScheduleQBR", qbr_id=qbr_id, at="2026-03-02T09:00:00Z", invitees=[PERSON], accepted=[PERSON])
    await qbr.do("StartPreparation", qbr_id=qbr_id)
    await qbr.do("FreezeDataPack", qbr_id=qbr_id)
    await qbr.do("AnnotatePack", qbr_id=qbr_id, section="risk", text="We have learned from it", customer=True)
    await qbr.do("AnnotatePack", qbr_id=qbr_id, section="risk", text="They are cross")
    await qbr.do("PublishPack", qbr_id=qbr_id, audience="customer")
    asked = pb.GetPackDocumentRequest(qbr_id=qbr_id, format="html", audience="customer", locale="en")
    closed = (await qbr.ask.GetPackDocument(asked)).content.decode()
    await qbr.do("PublishPack", qbr_id=qbr_id, audience="customer", share=["risk"])
    await qbr.do("PublishPack", qbr_id=qbr_id, audience="customer", share=["risk"])  # the same again
    opened = (await qbr.ask.GetPackDocument(asked)).content.decode()
    assert "Data loss" not in closed
    for shown in ("Data loss", "We have learned from it"):
        assert shown in opened, shown
    for hidden in ("They are cross", "P1 case open too long", "Risk score"):
        assert hidden not in opened, hidden
    released = [e.shared_sections for _, e in await qbr.public("QBRPackPublished")]  # type: ignore[attr-defined]
    assert released == [(), ("risk",)]
    (version,) = (await qbr.qbr(qbr_id)).packs
    assert (list(version.published_to), list(version.shared_sections)) == (["customer"], ["risk"])
    assert [n.customer for n in (await qbr.qbr(qbr_id)).annotations] == [True, False]
    code = (await refused(qbr.do("PublishPack", qbr_id=qbr_id, audience="internal", share=["risk"])))[1]
    assert code == "share-internal"
    code = (await refused(qbr.do("PublishPack", qbr_id=qbr_id, audience="customer", share=["weather"])))[1]
    assert code == "section-unknown"


async def test_a_fact_that_comes_below_a_frozen_vector_changes_nothing_that_was_shown(qbr: Service) -> None:
    """A dead letter that is replayed keeps its position: the kept bytes are shown, and marked."""
    await qbr.key_account("A")
    await qbr.later(days=2)
    qbr_id = await qbr.open()
    dead, after = qbr.messages("risk", named(), turned(RiskTurnedRed))
    good = dead.value
    dead.value = b"no envelope"
    await qbr.consumers["risk"].apply([dead, after])
    await qbr.do("ScheduleQBR", qbr_id=qbr_id, at="2026-03-02T09:00:00Z", invitees=[PERSON], accepted=[PERSON])
    await qbr.do("StartPreparation", qbr_id=qbr_id)
    await qbr.do("FreezeDataPack", qbr_id=qbr_id)
    asked = pb.GetPackRequest(qbr_id=qbr_id)
    frozen = await qbr.ask.GetPack(asked)
    async with qbr.engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        late = kept(Envelope.model_validate_json(good), "kam.risk.v1", 0, "sugar")
        assert late is not None
        assert late.position < frozen.watermark["kam.risk.v1"]
        await facts.add(conn, [late])
    again = await qbr.ask.GetPack(asked)
    assert (again.canonical_json, again.pack_hash) == (frozen.canonical_json, frozen.pack_hash)
    assert (frozen.matches, again.matches) == (True, False)
    now = Pack.parse((await qbr.ask.GetPack(pb.GetPackRequest(qbr_id=qbr_id, preview=True))).canonical_json)
    assert now.section("risk").figure("open_risks").value == 1  # type: ignore[union-attr]
    page = await qbr.ask.GetPackDocument(pb.GetPackDocumentRequest(qbr_id=qbr_id, format="html", audience="internal"))
    assert "Data loss" not in page.content.decode()


async def test_a_red_account_is_asked_whether_to_pull_its_qbr_forward(qbr: Service) -> None:
    await qbr.key_account("B")  # due on 16 July
    await qbr.later(days=2)
    await qbr.take("risk", turned(RiskTurnedRed), turned(RiskTurnedAmber))  # read at once: it is amber by now
    assert not await qbr.public("QBRPullForwardProposed", "QBRPullForwardDismissed")
    message = qbr.messages("risk", turned(RiskTurnedRed))
    await qbr.consumers["risk"].apply(message)
    await qbr.consumers["risk"].apply(message)
    await qbr.settle()
    (series,) = (await qbr.listed()).series
    assert (series.due_by, series.pull_forward_to) == ("2026-07-16", "2026-02-16")
    (told,) = await qbr.public("QBRPullForwardProposed")
    assert told[1].risk_event == told[0].causation_id == "risk:3"  # type: ignore[attr-defined]
    await qbr.do("PullForwardQBR", account_id=str(ACCOUNT))
    (series,) = (await qbr.listed()).series
    assert (series.due_by, series.pull_forward_to) == ("2026-02-16", "")
    assert (await qbr.qbr(series.open_qbr_id)).qbr.due_by == "2026-02-16"
    assert (await refused(qbr.do("PullForwardQBR", account_id=str(ACCOUNT))))[1] == "no-proposal"


async def test_a_proposal_is_settled_by_a_person_or_by_better_news(qbr: Service) -> None:
    await qbr.key_account("B")
    for settle in ("person", "news"):
        await qbr.take("risk", turned(RiskTurnedRed))
        if settle == "person":
            await qbr.do("DismissPullForward", account_id=str(ACCOUNT), reason="We meet next week anyway")
        else:
            await qbr.take("risk", turned(RiskTurnedAmber))
        assert (await qbr.listed()).series[0].pull_forward_to == ""
    said = [e.TYPE for _, e in await qbr.public("QBRPullForwardProposed", "QBRPullForwardDismissed")]
    assert said == ["QBRPullForwardProposed", "QBRPullForwardDismissed"] * 2
    assert (await qbr.listed()).series[0].due_by == "2026-07-16"
