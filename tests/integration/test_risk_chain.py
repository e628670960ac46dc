"""The chain crm → accounts → risk on the small capture: the told stories, whatever the order; a rebuild is equal."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import inspect, text

from deploy.local.postgres import Postgres
from services.risk.policy.evaluate import evaluate
from services.risk.policy.facts import Fact
from services.risk.projections import RiskReads
from services.risk.reads import standing
from services.risk.reads.portfolio import rows as portfolio_rows
from services.risk.reads.tables import metadata
from shared import ids
from shared.contracts.base import Envelope
from tests.integration.accounts_chain import DATA, Record, interleaved, record, small_facts
from tests.integration.risk_chain import CAPTURE_END, RiskService, judgements_of, risk_service
from tests.kernel import fingerprint

BEGIN = datetime(2025, 11, 15, 0, 0, 1, tzinfo=UTC)
"""The expected paths begin here, with what the account was then."""
EXPECTED: dict[str, Any] = json.loads((DATA / "expected_small.json").read_text(encoding="utf-8"))
Path = list[tuple[datetime, str]]


def account(name: str) -> UUID:
    return ids.account_id("sugar", EXPECTED[name]["crm_id"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(postgres: Postgres) -> list[Record]:
    """Messages of kam.crm.v1 and kam.accounts.v1."""
    facts, _ = await small_facts(postgres)
    return [*facts, *await judgements_of(postgres.create("risk_accounts"), facts)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def replayed(postgres: Postgres, told: list[Record]) -> AsyncIterator[RiskService]:
    """The capture in one go, the clock at its end."""
    async with risk_service(postgres.create("risk_chain")) as service:
        await service.take(told)
        await service.settle()
        yield service


async def paths(service: RiskService) -> dict[str, Path]:
    return {name: await service.path(account(name)) for name in EXPECTED}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", EXPECTED)
async def test_the_colour_path_is_the_expected_one(replayed: RiskService, name: str) -> None:
    """From the whole history, not only from the day on which the expected path begins with a first colour."""
    found = await replayed.path(account(name))
    wanted = [
        (datetime.fromisoformat(e["at"]), {"ENDED": "GREY"}.get(e["colour"], e["colour"]))
        for e in EXPECTED[name]["events"]
    ]
    assert [c for at, c in found if at < BEGIN][-1] == wanted[0][1]
    assert [x for x in found if x[0] >= BEGIN] == wanted[1:]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", EXPECTED)
async def test_every_step_has_the_expected_score_trigger_and_floors(replayed: RiskService, name: str) -> None:
    """To the basis point: the expected paths were made by another program from the same words of the model."""
    async with replayed.engine.begin() as conn:
        history = (await standing.standings(conn, [account(name)]))[account(name)].history
        model = standing.active(await standing.models(conn), CAPTURE_END)[1]
    if name == "Acme Corporation":
        history = replace(history, facts=unerased(history.facts))
    rows = await replayed.rows(
        "SELECT effective_at, CAST(data AS text) FROM colour_steps WHERE account_id = $1", account(name)
    )
    told = {at: json.loads(data) for at, data in rows}
    for step in EXPECTED[name]["events"]:
        at = datetime.fromisoformat(step["at"])
        found = evaluate(history.folded(at), model, at, replayed.settings.zone)
        if step["score_bp"] is not None:
            assert found.score == step["score_bp"], step
            assert {f.code for f in found.floors} == set(step["floors"]), step
        if at >= BEGIN:
            assert told[at]["trigger"]["kind"] == step["trigger"].removeprefix("account "), step
            assert told[at]["score"] == step["score_bp"], step


def unerased(facts: list[Fact]) -> list[Fact]:
    """Without what the erasure of a contact on 12 May 2026 took back: the mirror forgets such a person for the past
    too, the expected path knows what was known then."""
    gone = {f.data["crm_id"] for f in facts if f.type == "CrmRecordDeleted" and f.at.date() == date(2026, 5, 12)}
    scrubbed = [f for f in facts if f.type == "CrmContactSeen" and f.data["crm_id"] in gone and not f.data["attitude"]]
    assert len(scrubbed) == 1
    return [f for f in facts if f is not scrubbed[0]]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("story", "name", "at", "colour", "code"),
    [
        ("S01 champion leaves", "Konex", CAPTURE_END, "AMBER", "champion_lost"),
        ("S02 P1 open", "Kan-code", datetime(2026, 11, 13, 8, 12, tzinfo=UTC), "RED", "p1_72h"),
        ("S03 silence", "Xx-holding", datetime(2026, 11, 7, 13, tzinfo=UTC), "AMBER", "silence"),
        ("S04 usage collapses", "Goodsilron", CAPTURE_END, "AMBER", "usage_fall"),
        ("S05 notice deadline", "Hottechi", CAPTURE_END, "AMBER", "notice_no_opp"),
        ("S06 lapse", "Mathtouch", datetime(2026, 5, 15, tzinfo=UTC), "AMBER", "lapsed_talks"),
        ("S07 red long before", "Rangreen", datetime(2026, 4, 15, tzinfo=UTC), "RED", "compound"),
        ("S08 expansion", "Acme Corporation", CAPTURE_END, "GREEN", ""),
        ("S11 subsidiary", "Donquadtech", CAPTURE_END, "RED", "p1_72h"),
        ("S12 recovery, red", "Singletechno", datetime(2026, 1, 20, tzinfo=UTC), "RED", "p1_72h"),
        ("S12 recovery, amber", "Singletechno", datetime(2026, 3, 15, tzinfo=UTC), "AMBER", "usage_fall"),
        ("S12 recovery, green", "Singletechno", datetime(2026, 7, 1, tzinfo=UTC), "GREEN", ""),
        ("S13 competitor", "Isdom", CAPTURE_END, "AMBER", "renewal_at_risk"),
    ],
)
async def test_a_story_has_its_colour_and_its_cause(
    replayed: RiskService, story: str, name: str, at: datetime, colour: str, code: str
) -> None:
    held = [c for since, c in await replayed.path(account(name)) if since <= at]
    assert held[-1] == colour, story
    async with replayed.engine.begin() as conn:
        stands = (await standing.standings(conn, [account(name)]))[account(name)]
        model = standing.active(await standing.models(conn), at)[1]
    found = evaluate(stands.history.folded(at), model, at, replayed.settings.zone)
    assert code in [f.code for f in found.floors] or not code, story


@pytest.mark.asyncio(loop_scope="module")
async def test_every_colour_explains_itself(replayed: RiskService) -> None:
    rows = await replayed.rows("SELECT CAST(data AS text), to_colour, trigger FROM colour_steps")
    assert len(rows) > 80
    for data, colour, trigger in rows:
        d = json.loads(data)
        if trigger != "ended":
            assert sum(c["points"] for c in d["contributions"]) == d["score"]
        if colour in ("AMBER", "RED"):
            assert d["counterfactual"], d["why"]
            cited = [e for f in d["floors"] for e in f["evidence"]]
            assert all(e["event"] or e["clock"] for e in cited)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_group_names_its_worst_child(replayed: RiskService) -> None:
    async with replayed.engine.begin() as conn:
        model = standing.active(await standing.models(conn), CAPTURE_END)[1]
        found = await portfolio_rows(
            conn, CAPTURE_END + timedelta(seconds=1), replayed.settings.zone, model, "USD", 180, now=True
        )
    acme = found[account("Acme Corporation")]
    assert (acme.colour, acme.arr) == ("GREEN", 196_430_00)
    assert acme.group is not None
    assert (acme.group.colour, acme.group.worst.account_id) != ("GREEN", None)
    assert acme.group.worst.account_id == account("Donquadtech")
    assert acme.group.at_risk == found[account("Donquadtech")].arr > 0


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_interleaving_gives_the_same_colours(
    dsn: str, told: list[Record], replayed: RiskService, seed: int
) -> None:
    topics = {t: [m for m in told if m.topic == t] for t in ("kam.crm.v1", "kam.accounts.v1")}
    lanes = {t: interleaved(ms, seed) for t, ms in topics.items()}
    first = ("kam.crm.v1", "kam.accounts.v1") if seed == 1 else ("kam.accounts.v1", "kam.crm.v1")
    async with risk_service(dsn) as service:
        for topic in first:
            await service.take(lanes[topic], batch=137 * seed)
            await service.take(lanes[topic][:300])  # and some of it twice
        await service.settle()
        assert await paths(service) == await paths_of(replayed)


async def paths_of(service: RiskService) -> dict[str, Path]:
    """On an engine of this loop: the module's service lives on another one."""
    from tests.integration.accounts_chain import engine_of

    async with engine_of(service.dsn) as engine:
        other = RiskService.__new__(RiskService)
        other.engine = engine
        return await paths(other)


async def test_day_by_day_the_paths_are_those_of_one_go(dsn: str, told: list[Record], replayed: RiskService) -> None:
    """Live: a fact is judged when it comes. Only the last four months: the colours before are the same anyhow."""
    since = datetime(2026, 7, 15, tzinfo=UTC)
    at = {id(m): Envelope.model_validate_json(m.value).effective_at for m in told}
    ordered = sorted(told, key=lambda m: at[id(m)])
    anew = Anew()
    async with risk_service(dsn, since) as service:
        early = [m for m in ordered if at[id(m)] <= since]
        await service.take(anew(early))
        await service.settle()
        n = len(early)
        day = since
        while day < CAPTURE_END:
            day = min(day + timedelta(days=7), CAPTURE_END)
            page = [m for m in ordered[n:] if at[id(m)] <= day]
            n += len(page)
            await service.take(anew(page))
            await service.at(day)
        assert await paths(service) == await paths_of(replayed)


class Anew:
    """The same messages as one chain for each topic: in the order of their effect a relay would have sent them so."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def __call__(self, messages: list[Record]) -> list[Record]:
        return [self._one(m) for m in messages]

    def _one(self, m: Record) -> Record:
        before = self._last.get(m.topic, 0)
        position = self._last[m.topic] = before + 1
        envelope = Envelope.model_validate_json(m.value).model_copy(update={"position": position})
        headers = [("position", str(position).encode()), ("prev", str(before).encode())]
        return record(m.topic, 0, position, m.key, envelope.model_dump_json(by_alias=True).encode(), headers)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_rebuild_is_equal(replayed: RiskService) -> None:
    async with replayed.engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        live = await fingerprint(conn, RiskReads.tables)
    await replayed.projector.rebuild()
    async with replayed.engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        assert await fingerprint(conn, RiskReads.tables) == live
    assert sum(not counted.startswith("0 ") for counted in live.values()) >= 3


@pytest.mark.asyncio(loop_scope="module")
async def test_the_migration_makes_the_tables_of_the_code(replayed: RiskService) -> None:
    def plain(conn: Any, kind: Any) -> str:
        return str(kind.compile(conn.dialect)).replace("WITHOUT", "WITH").replace(" WITH TIME ZONE", "")

    def made(conn: Any) -> dict[str, Any]:
        found = inspect(conn)
        return {
            t.name: (
                {c["name"]: (plain(conn, c["type"]), c["nullable"]) for c in found.get_columns(t.name)},
                {str(i["name"]) for i in found.get_indexes(t.name)},
            )
            for t in metadata.sorted_tables
        }

    def wanted(conn: Any) -> dict[str, Any]:
        return {
            t.name: (
                {c.name: (plain(conn, c.type), c.nullable) for c in t.columns},
                {str(i.name) for i in t.indexes},
            )
            for t in metadata.sorted_tables
        }

    async with replayed.engine.connect() as conn:
        assert await conn.run_sync(made) == await conn.run_sync(wanted)
