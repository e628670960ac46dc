"""An account as of any day equals a replay that stopped there and shares nothing with the way of the answer.

What the answer goes through: `loading` (rows to facts), `known` (when we knew a fact), `cut` (which facts count),
`When` and `Worlds` (the cache). The replay has none of them: it reads the rows of table `facts` in the order of
recording, with a filter of its own, twenty lines below. The books are compared part by part, so what both sides share
is the fold of a book. Because that is shared, the figures that a page shows first are folded a second time here, by a
plain loop.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.insights.policy.book import Book
from services.insights.policy.facts import Fact
from services.insights.reads.loading import When
from shared.errors import NotFound
from shared.protos import insights_pb2 as pb
from tests.integration.test_insights_api import SOMEBODY, Asked, service, told

__all__ = ["service", "told"]
BEGIN = datetime(2024, 6, 1, tzinfo=UTC)
TRIPLES = 50
PARTS = ("profile", "tiers", "owners", "contracts", "deals", "contacts", "breaches", "people", "reviews", "actions")
UNDATED = (
    "ContractRecorded", "ContractAmended", "ContractReassigned", "ContractWithdrawn", "ContractRestored",
    "ContractRenewed", "ContractRenewedLate", "AccountsMerged", "AccountMergeReverted",
)  # fmt: skip
"""Records that carry days of their own: they count as soon as they are known."""


async def told_in_order(service: Asked) -> list[Mapping[str, Any]]:
    """Every row, as it was recorded."""
    return await service.rows(
        "SELECT topic, position, event_id, account_id, also_id, type, stream_id, version, actor, effective_at, "
        "recorded_at, data::text AS data FROM facts ORDER BY recorded_at, topic, position"
    )


def stopped(rows: Iterable[Mapping[str, Any]], effective: datetime, known: datetime) -> list[tuple[Any, datetime]]:
    """(row, when it was heard of) of those that had been heard of by `known` and were true before `effective`.

    Heard of: at the time of recording; but what the CRM's history brought with it, up to the end of the first load, the
    CRM had known when it was true. What a person of ours says is never older than when they said it.
    """
    rows = list(rows)
    loaded = min((r["recorded_at"] for r in rows if r["type"] == "SourceLagCleared"), default=None)
    kept = []
    for r in rows:
        brought = (loaded is None or r["effective_at"] < loaded) and not r["actor"].startswith("user:")
        heard = r["effective_at"] if brought else r["recorded_at"]
        if heard < known and (r["effective_at"] < effective or r["type"] in UNDATED):
            kept.append((r, heard))
    return kept


def as_fact(r: Mapping[str, Any], heard: datetime) -> Fact:
    """A row as the fold reads it; cause and correlation are of no weight to a fold."""
    account = UUID(int=r["account_id"].int) if r["account_id"] else None
    at, recorded = r["effective_at"], r["recorded_at"]
    return Fact(
        r["topic"], r["position"], r["event_id"], account, r["type"], UUID(int=r["stream_id"].int), r["version"],
        r["actor"], None, None, at, recorded, heard, json.loads(r["data"]),
    )  # fmt: skip


def plain(rows: Iterable[Mapping[str, Any]], account: UUID, day: date, instant: datetime) -> dict[str, Any]:
    """Name, tier, commercial owner, people and recurring revenue, by a loop of its own."""
    found: dict[str, Any] = {"name": "", "tier": "", "owner": "", "people": {}, "terms": {}}
    newest: dict[str, tuple[datetime, int]] = {}

    def later(what: str, r: Mapping[str, Any], at: datetime) -> bool:
        if at > instant or (at, r["position"]) < newest.get(what, (at, -1)):
            return False
        newest[what] = at, r["position"]
        return True

    for r in sorted(rows, key=lambda r: (r["topic"], r["position"])):
        d, kind = json.loads(r["data"]), r["type"]
        said = d.get("changed_at") or d.get("at") if kind.startswith(("Tier", "Theme", "Account")) else None
        at = datetime.fromisoformat(said) if said else r["effective_at"]
        mine = d.get("account_id") == str(account)
        if kind in ("AccountRegistered", "AccountRenamed") and mine and later("name", r, at):
            found["name"] = d["name"]
        elif kind in ("TierChanged", "TierOverridden") and later("tier", r, at):
            found["tier"] = d["to_tier"]
        elif kind in ("ThemeOwnerAssigned", "ThemeOwnerReplaced", "ThemeVacated") and d["theme"] == "COMMERCIAL":
            if later("owner", r, at):
                found["owner"] = "" if kind == "ThemeVacated" else d["owner_id"]
        elif kind.startswith("Stakeholder") and "subject_id" in d:
            found["people"][d["subject_id"]] = kind not in ("StakeholderDeparted", "StakeholderSuggestionDismissed")
        elif kind in ("ContractRecorded", "ContractAmended", "ContractReassigned", "ContractRestored"):
            found["terms"][r["stream_id"]] = d
        elif kind == "ContractWithdrawn":
            found["terms"].pop(r["stream_id"], None)
    active = [
        d["arr"] for d in found.pop("terms").values()
        if d.get("signed") and d["account_id"] == str(account) and d.get("starts_on") and d["starts_on"] <= str(day)
        and (not d.get("ends_on") or d["ends_on"] >= str(day))
    ]  # fmt: skip
    return found | {"people": sum(found["people"].values()), "arr": sum(active)}


@pytest.fixture
def triples(service: Asked) -> list[tuple[datetime, datetime, float]]:
    """(effective, known, which account) at random, the same in every run."""
    rng = random.Random(7)
    hours = [timedelta(hours=rng.randrange(24 * 900)) for _ in range(2 * TRIPLES)]
    return [(BEGIN + hours[2 * n], BEGIN + hours[2 * n + 1], rng.random()) for n in range(TRIPLES)]


async def test_the_fold_of_any_day_equals_a_replay_that_stopped_there(
    service: Asked, triples: list[tuple[datetime, datetime, float]]
) -> None:
    rows = await told_in_order(service)
    accounts = sorted((await service.worlds.at()).books, key=str)
    compared = 0
    for effective, known, which in triples:
        account = accounts[int(which * len(accounts))]
        kept = stopped(rows, effective, known)
        replayed = [as_fact(r, at) for r, at in kept if account in (r["account_id"], r["also_id"])]
        fresh = Book(account, replayed)
        world = await service.worlds.of(account, When(effective, known))
        if account not in world.books:
            assert replayed == []
            continue
        mine = world.books[account]
        assert [f.event_id for f in mine.facts] == [f.event_id for f in fresh.facts]
        for part in PARTS:
            assert getattr(mine, part) == getattr(fresh, part), (account, effective, known, part)
        compared += bool(replayed)
    assert compared > 20


async def test_what_a_page_shows_first_equals_a_loop_of_its_own(
    service: Asked, triples: list[tuple[datetime, datetime, float]]
) -> None:
    rows = await told_in_order(service)
    world = await service.worlds.at()
    alone = sorted((c.account for c in world.customers if len(c.books) == 1), key=str)
    compared = known_arr = 0
    for effective, known, which in triples:
        account = alone[int(which * len(alone))]
        kept = stopped(rows, effective, known)
        mine = [r for r, _ in kept if account in (r["account_id"], r["also_id"])]
        asked = pb.GetInsightRequest(
            account_id=str(account), as_of=stamp(effective - timedelta(microseconds=1)),
            known_at=stamp(known - timedelta(microseconds=1)),
        )  # fmt: skip
        try:
            found = await service.queries.GetAccount(asked, SOMEBODY)
        except NotFound:
            continue
        day = service.settings.terms.day(effective - timedelta(microseconds=1))
        expected = plain(mine, account, day, effective - timedelta(microseconds=1))
        assert (found.name, found.tier, found.owners.get("COMMERCIAL", ""), found.people) == (
            expected["name"], expected["tier"], expected["owner"], expected["people"],
        ), asked  # fmt: skip
        if not any(r["type"] == "ContractRenewedLate" for r in mine):
            assert found.arr_minor == expected["arr"], asked
            known_arr += bool(found.arr_minor)
        compared += 1
    assert compared > 20
    assert known_arr > 10


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
