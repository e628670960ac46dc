"""The stories of the demo data (data/crm-demo/STORIES.md), as published facts tell them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from deploy.local.postgres import Postgres
from shared.contracts import crm
from shared.contracts.base import PublicEvent
from shared.eventstore.events import Recorded
from shared.ids import account_id, subject_id
from tests.crm import Crm, capture, delivered, parts, usage

KONEX, ISDOM = "998d0ca9-3177-5ec0-943d-d95c879508f5", "fa228860-851a-56b0-a068-6c871af66e6b"
SUNNAMPLEX, DUPLICATE = "f5260455-2d5a-5866-9e96-4a1bf4de4938", "c199abf2-e7a7-52c1-b3ef-6bc55a169e85"
HOTTECHI, ACME = "ecfabfa3-eff2-5562-b3e6-34fa73907878", "d1e6c687-650c-5157-8304-f3035c492d6a"
SINGLETECHNO, MATHTOUCH = "62ce9778-2ba3-537d-aeb9-4db4a70dc88d", "f20eef31-68ef-5010-928c-49051ccd6268"
MERGED_AT = datetime(2026, 2, 17, 15, 20, tzinfo=UTC)

Told = list[tuple[Recorded, PublicEvent]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Story:
    """What was published of the small capture."""

    def __init__(self, told: Told, persons: dict[Any, Any], versions: list[Any], aliases: list[Any]) -> None:
        self.told, self.persons, self.versions, self.aliases = told, persons, versions, aliases

    def of(self, model: type[Any], **fields: Any) -> list[tuple[datetime, Any]]:
        """(effective_at, fact) of one kind with these fields, in order of telling."""
        return [
            (r.effective_at, f)
            for r, f in self.told
            if isinstance(f, model) and all(getattr(f, k) == v for k, v in fields.items())
        ]

    def owners(self, crm_id: str) -> list[tuple[datetime, str | None, bool | None]]:
        found: list[tuple[datetime, str | None, bool | None]] = []
        for when, fact in sorted(self.of(crm.CrmAccountSeen, crm_id=crm_id), key=lambda x: (x[0], x[1].revision)):
            if not found or found[-1][1:] != (fact.owner_id, fact.owner_active):
                found.append((when, fact.owner_id, fact.owner_active))
        return found


@pytest.fixture(scope="module")
def story(postgres: Postgres) -> Iterator[Story]:
    async def play() -> Story:
        lines = sorted([*capture("crm_cdc_small.jsonl.gz"), *usage()], key=lambda x: x[0] == "crm.usage.v1")
        service: Crm = await delivered(postgres.create("stories"), parts(lines, 1_000))
        try:
            persons = {r["subject_id"]: r["words"] for r in await service.fetch("SELECT * FROM people")}
            versions = await service.fetch("SELECT row, op, cells FROM versions")
            return Story(await service.public(), persons, versions, await service.fetch("SELECT * FROM aliases"))
        finally:
            await service.engine.dispose()

    yield asyncio.run(play())
    postgres.drop("stories")


def test_s01_the_champion_moves_to_another_account(story: Story) -> None:
    [(when, moved)] = story.of(crm.CrmRecordMoved, object="contact", account_crm_id=KONEX)
    assert (when.date().isoformat(), moved.to_account_crm_id) == ("2026-09-30", None)
    contact = moved.crm_id
    seen = story.of(crm.CrmContactSeen, crm_id=contact)
    assert [f.account_crm_id for _, f in seen][-1] == ISDOM
    assert seen[-1][1].account_id == account_id("sugar", ISDOM)
    assert [f.has_mail for _, f in seen][-1] is False  # the address became invalid on 5 October
    assert {f.account_crm_id for _, f in seen} == {KONEX, None, ISDOM}


def test_s04_an_id_that_is_no_uuid(story: Story) -> None:
    _, fact = story.of(crm.CrmAccountSeen, crm_id="LEGACY-000417")[-1]
    assert (fact.name, fact.account_id) == ("Goodsilron", account_id("sugar", "LEGACY-000417"))
    assert len(story.of(crm.CrmContactSeen, account_crm_id="LEGACY-000417")) > 3
    assert len(story.of(crm.CrmUsageReported, account_crm_id="LEGACY-000417")) > 50


def test_s06_the_lapsed_contract_ends_and_a_smaller_one_begins(story: Story) -> None:
    newest = {f.crm_id: f for _, f in story.of(crm.CrmContractSeen, account_crm_id=MATHTOUCH)}
    terms = sorted(
        (c.starts_on.isoformat(), c.ends_on.isoformat()) for c in newest.values() if c.product == "GTX" and c.signed
    )
    assert ("2026-04-30", "2026-06-01") in [(a[1], b[0]) for a, b in pairwise(terms)]


def test_s09_the_duplicate_is_merged_not_churned(story: Story) -> None:
    assert [(a["absorbed"], a["survivor"]) for a in story.aliases] == [
        (f"accounts/{DUPLICATE}", f"accounts/{SUNNAMPLEX}")
    ]
    merged = story.of(crm.CrmRecordMerged)
    assert [(when, f.crm_id, f.survivor_crm_id) for when, f in merged] == [(MERGED_AT, DUPLICATE, SUNNAMPLEX)]
    assert merged[0][1].account_id == account_id("sugar", SUNNAMPLEX)
    assert merged[0][1].absorbed_account_id == account_id("sugar", DUPLICATE)
    assert story.of(crm.CrmRecordDeleted, object="account", crm_id=DUPLICATE) == []
    assert story.of(crm.CrmAccountSeen, crm_id=SUNNAMPLEX)[-1][1].name == "Sunnamplex"


def test_s09_everything_of_the_duplicate_counts_for_the_survivor(story: Story) -> None:
    for model in (
        crm.CrmContactSeen,
        crm.CrmOpportunitySeen,
        crm.CrmCaseSeen,
        crm.CrmContractSeen,
        crm.CrmActivityLogged,
    ):
        had = {f.crm_id for when, f in story.of(model, account_crm_id=DUPLICATE) if when < MERGED_AT}
        newest = {f.crm_id: f for _, f in story.of(model) if f.crm_id in had}
        assert had, model
        assert {f.account_crm_id for f in newest.values()} == {SUNNAMPLEX}, model
        told = {f.crm_id for when, f in story.of(crm.CrmRecordMoved, account_crm_id=DUPLICATE) if when == MERGED_AT}
        assert had <= told, model
    reported = {f.crm_id: f for _, f in story.of(crm.CrmUsageReported, reported_under=DUPLICATE)}
    assert len(reported) > 20
    assert {f.account_crm_id for f in reported.values()} == {SUNNAMPLEX}
    assert {f.account_id for f in reported.values()} == {account_id("sugar", SUNNAMPLEX)}


def test_s10_deactivated_user_and_forgotten_account(story: Story) -> None:
    [(when, gone)] = story.of(crm.CrmUserDeactivated)
    assert when == at("2026-11-02T09:00:00")
    assert story.owners(MATHTOUCH)[-1] == (when, gone.crm_id, False)
    handover = story.owners(SINGLETECHNO)[-2:]
    assert [(t, owner == gone.crm_id, active) for t, owner, active in handover] == [
        (when, True, False),
        (at("2026-11-02T09:30:00"), False, True),
    ]


def test_s11_age_of_a_case_counts_from_its_first_opening(story: Story) -> None:
    [(_, opened)] = story.of(crm.CrmCaseOpened, number=1553)
    facts = [f for _, f in story.told if isinstance(f, crm.CrmFact) and f.crm_id == opened.crm_id]
    told = [type(f).__name__ for f in facts if type(f) is not crm.CrmCaseSeen]
    assert told == ["CrmCaseOpened", "CrmCaseClosed", "CrmCaseReopened", "CrmCaseClosed", "CrmCaseReopened"]
    assert {f.opened_at for f in facts} == {at("2026-11-05T13:20:00")}  # type: ignore[attr-defined]


def test_s13_the_renewal_goes_backward(story: Story) -> None:
    changed = [
        (f.from_stage, f.to_stage, f.direction)
        for _, f in story.of(crm.CrmOpportunityStageChanged, account_crm_id=ISDOM)
    ]
    assert ("Negotiation/Review", "Perception Analysis", "backward") in changed


def test_s14_a_mass_change_is_one_change_of_owner_each(story: Story) -> None:
    when = at("2025-07-01T07:00:00")
    for account in (KONEX, ISDOM):
        before, after = story.owners(account)[:2]
        assert after[0] == when
        assert before[1] != after[1]
    changed = Counter(type(f).__name__ for r, f in story.told if r.effective_at == when)
    assert changed["CrmAccountSeen"] == 2
    assert not {"CrmRecordMoved", "CrmRecordDeleted"} & changed.keys()


def test_s15_deleted_by_mistake_and_restored(story: Story) -> None:
    deleted, restored = at("2026-03-03T09:14:00"), at("2026-03-03T16:40:00")
    assert [when for when, _ in story.of(crm.CrmRecordDeleted, object="account")] == [deleted]
    before = max((x for x in story.of(crm.CrmAccountSeen, crm_id=HOTTECHI) if x[0] < deleted), key=lambda x: x[0])[1]
    [after] = [f for when, f in story.of(crm.CrmAccountSeen, crm_id=HOTTECHI) if when == restored]
    assert after.model_dump(exclude={"revision"}) == before.model_dump(exclude={"revision"})
    lost = [f for when, f in story.of(crm.CrmRecordMoved, object="contact", account_crm_id=HOTTECHI) if when == deleted]
    back = [f for when, f in story.of(crm.CrmContactSeen, account_crm_id=HOTTECHI) if when == restored]
    assert {f.crm_id for f in lost} == {f.crm_id for f in back}
    assert len(back) > 5


def test_s16_the_prune_job_tells_nothing_new(story: Story) -> None:
    for night in (at("2026-04-02T02:15:00"), at("2026-08-02T02:15:00")):
        assert [f for r, f in story.told if r.effective_at == night] == []


def test_s16_an_erased_contact_is_gone_from_vault_and_mirror(story: Story) -> None:
    [(when, gone)] = [(w, f) for w, f in story.of(crm.CrmRecordDeleted, object="contact", account_crm_id=ACME)]
    assert when.date().isoformat() == "2026-05-12"
    assert story.persons[subject_id("sugar", "contact", gone.crm_id)] is None
    kept = [
        r["cells"] for r in story.versions if r["row"] in (f"contacts/{gone.crm_id}", f"contacts_cstm/{gone.crm_id}")
    ]
    assert len(kept) > 2
    assert set(kept) <= {None, b"{}", b'{"deleted":0}', b'{"deleted":1}'}


def test_the_connection_and_the_backfill_are_told(story: Story) -> None:
    assert [(w, f.edition) for w, f in story.of(crm.SourceConnected)] == [(at("2024-11-01T06:00:00"), "suitecrm-7")]
    [(_, backfill)] = story.of(crm.BackfillCompleted)
    assert backfill.rows >= 400
    assert story.of(crm.SchemaDriftDetected) == []


def test_revisions_of_a_record_rise_and_no_fact_is_ahead_of_its_cause(story: Story) -> None:
    seen: dict[Any, int] = {}
    for r, fact in story.told:
        if isinstance(fact, crm.CrmFact):
            assert fact.revision == r.version == seen.get(r.stream_id, 0) + 1
            seen[r.stream_id] = fact.revision
        assert r.effective_at <= at("2026-11-15T18:00:00")
        assert r.actor == "crm:sugar"
