"""People of the customer through the API: found in any spelling until they are erased, lines and who knows whom."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from shared import ids
from shared.contracts.people import Person
from shared.people import words
from shared.positions import driver
from shared.protos import accounts_pb2 as pb
from tests.integration import accounts_facts as f
from tests.integration.accounts_chain import told
from tests.integration.test_accounts_api import ACCOUNT, Api, meta, refused, served

__all__ = ["served"]
IDS = [str(ids.subject_id("sugar", "contact", p)) for p in ("p1", "p2", "p3")]
NAMES = ("Jörg Müller", "Éva Straße", "Ann_Lee 50%")


@pytest.fixture
async def people(served: Api) -> Api:
    """Three persons of one account with names in the vault, on the map."""
    await served.service.take(told(f.contact("p2"), f.contact("p3"), start=100))
    async with served.service.engine.begin() as conn:
        await conn.exec_driver_sql("SELECT 1")
        for n, (subject, name) in enumerate(zip(IDS, NAMES, strict=True)):
            person = Person(
                subject_id=subject, kind="contact", crm_id=f"p{n + 1}", change=n + 1, name=name, title="Leiter Einkauf",
                department=None, mail=None,
            )  # fmt: skip
            await driver(conn).execute(
                "INSERT INTO people (subject_id, kind, crm_id, change, words) VALUES ($1, 'contact', $2, $3, $4::jsonb)"
                " ON CONFLICT (subject_id) DO UPDATE SET words = excluded.words",
                subject, f"p{n + 1}", n + 1, words(person),
            )  # fmt: skip
    for subject in IDS:
        await served.tell.MapStakeholder(pb.StakeholderRequest(meta=meta(), account_id=ACCOUNT, subject_id=subject))
    await served.service.project()
    return served


async def found(api: Api, query: str, **more: Any) -> list[str]:
    answer = await api.ask.SearchPeople(pb.SearchPeopleRequest(query=query, **more))
    return [h.name for h in answer.hits]


async def test_a_person_is_found_however_the_name_is_spelt(people: Api) -> None:
    for query in ("müller", "MULLER", "mueller jo", "joerg", "leiter mull"):
        assert await found(people, query) == ["Jörg Müller"], query
    for query in ("eva", "strasse", "Straße"):
        assert await found(people, query) == ["Éva Straße"], query
    assert await found(people, "einkauf") == sorted(NAMES)
    assert await found(people, "50%") == ["Ann_Lee 50%"]
    assert await found(people, "%%") == [], "no wildcard"
    answer = await people.ask.SearchPeople(pb.SearchPeopleRequest(query="einkauf", limit=1))
    assert (answer.found, len(answer.hits)) == (3, 1)
    hit = answer.hits[0]
    assert (hit.crm_id, hit.account_id, bool(hit.account), hit.status) == ("a1", ACCOUNT, True, "Mapped")


async def test_who_was_erased_is_found_no_more(people: Api) -> None:
    async with people.service.engine.begin() as conn:
        await conn.exec_driver_sql("UPDATE people SET words = NULL WHERE crm_id = 'p1'")
    assert await found(people, "müller") == []
    assert len(await found(people, "einkauf")) == 2


async def test_a_query_says_enough(people: Api) -> None:
    for bad in ({"query": "a"}, {"query": "x" * 201}, {"query": "anna", "limit": 51}):
        code, slug, fields = await refused(people.ask.SearchPeople(pb.SearchPeopleRequest(**bad)))
        assert (code, slug, len(fields)) == (grpc.StatusCode.INVALID_ARGUMENT, "fields-invalid", 1)


async def test_lines_between_people_and_who_of_us_knows_them(people: Api) -> None:
    boss, other, third = IDS
    report = pb.SetReportingLineRequest(meta=meta(), account_id=ACCOUNT, subject_id=other, manager_id=boss)
    assert (await people.tell.SetReportingLine(report)).event_ids
    back = pb.SetReportingLineRequest(meta=meta(), account_id=ACCOUNT, subject_id=boss, manager_id=other)
    assert (await refused(people.tell.SetReportingLine(back)))[:2] == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "reporting-circle",
    )
    free = pb.SetReportingLineRequest(meta=meta(), account_id=ACCOUNT, subject_id=other)
    assert (await people.tell.SetReportingLine(free)).event_ids
    draw = {"account_id": ACCOUNT, "subject_id": boss, "to_subject_id": third, "line": "influences"}
    assert (await people.tell.DrawInfluence(pb.DrawInfluenceRequest(meta=meta(), weight=2, **draw))).event_ids
    assert (await people.tell.RemoveInfluence(pb.RemoveInfluenceRequest(meta=meta(), **draw))).event_ids
    assert (await refused(people.tell.RemoveInfluence(pb.RemoveInfluenceRequest(meta=meta(), **draw))))[1] == (
        "no-such-line"
    )
    bad = pb.DrawInfluenceRequest(meta=meta(), weight=2, **{**draw, "line": "likes"})
    assert (await refused(people.tell.DrawInfluence(bad)))[2].keys() == {"line"}
    rate = pb.RateRelationshipRequest(meta=meta(), account_id=ACCOUNT, subject_id=boss, member_id="u2", value=3)
    assert (await people.tell.RateRelationship(rate)).event_ids
