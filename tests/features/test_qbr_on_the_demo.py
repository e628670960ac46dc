"""The small demo capture through the crm, the accounts and the qbr service: a series for every key account, and the
held reviews of the CRM's meetings proposed, never held silently. What must come out is counted over the captured tables
and taken from the standards file, not from the product.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from deploy.local.postgres import Postgres
from shared.contracts.base import Envelope
from shared.protos import qbr_pb2 as pb
from tests.e2e.oracle import tables
from tests.integration.accounts_chain import DATA, END, ROOT, accounts_service, interleaved, record, small_facts
from tests.integration.qbr_chain import Service, qbr_service
from tests.integration.qbr_pack_chain import published

pytestmark = pytest.mark.asyncio(loop_scope="module")

SMALL = "crm_cdc_small.jsonl.gz"
STANDARDS = json.loads((ROOT / "services" / "accounts" / "policies" / "standards.v1.json").read_text())["standards"]
LEARNED = END.replace(hour=23, minute=30)
"""When the accounts service recorded what it tells; the first interval runs from that day, in Berlin the 24th."""


@dataclass
class Demo:
    """The qbr service after all of it, and what the accounts service said."""

    qbr: Service
    tiers: dict[str, str]
    """Tier by the account's id, as the portfolio shows it."""
    accounts: list[Envelope]

    def said(self, *names: str) -> list[Envelope]:
        """What the accounts service told of these types, in order."""
        return [e for e in self.accounts if e.type in names]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(postgres: Postgres) -> AsyncIterator[Demo]:
    """All three services; both topics come to the qbr service in turns, in any order of their partitions."""
    facts, persons = await small_facts(postgres)
    async with accounts_service(postgres.create("demo_accounts")) as accounts:
        await accounts.take(facts)
        await accounts.know(persons)
        await accounts.settle()
        tiers = {str(r.account_id): r.tier.tier for r in (await accounts.portfolio()).rows}
        told = [_learned(m) for m in await published(accounts.engine)]
    async with qbr_service(postgres.create("demo_qbr"), LEARNED) as qbr:
        lanes = {"crm": interleaved(facts, 7), "accounts": interleaved(told, 8)}
        while any(lanes.values()):
            for topic, left in lanes.items():
                if left:
                    await qbr.consumers[topic].apply(left[:500])
                lanes[topic] = left[500:]
        await qbr.settle()
        yield Demo(qbr, tiers, [Envelope.model_validate_json(m.value) for m in told])


def _learned(message: Any) -> Any:
    envelope = Envelope.model_validate_json(message.value).model_copy(update={"recorded_at": LEARNED})
    value = envelope.model_dump_json(by_alias=True).encode()
    return record(message.topic, message.partition, message.offset, message.key, value, message.headers)


async def test_every_key_account_has_a_series_that_is_due_as_its_tier_wants(demo: Demo) -> None:
    key = {e.data["account_id"] for e in demo.said("KeyAccountConfirmed")}
    assert len(key) == 12
    assert not demo.said("KeyAccountDeclassified", "AccountEnded"), "the expectation below knows none of these"
    assert {e.data["from_tier"] for e in demo.said("TierChanged")} == {None}, "nor a tier that changed"
    series = (await demo.qbr.listed()).series
    assert {s.account_id: (s.state, s.tier, s.interval_days, s.grace_days, s.due_by) for s in series} == {
        of: ("Active", demo.tiers[of], owed("qbr_interval_days", demo.tiers[of]),
             owed("qbr_grace_days", demo.tiers[of]), due(demo, of).isoformat())
        for of in key
    }  # fmt: skip
    assert set(demo.tiers.values()) >= {"A", "B", "C"}
    assert {s.due_by for s in series} == {"2027-02-23", "2027-05-25", "2027-11-24"}


async def test_held_reviews_of_the_crm_are_proposed_and_never_held_silently(demo: Demo) -> None:
    captured = tables(DATA / SMALL)
    accounts = {i for i, r in captured["accounts"].items() if not r["deleted"]}
    wanted = {
        (f"meetings/{i}", r["parent_id"], datetime.fromtimestamp(r["date_start"] / 1000, UTC))
        for i, r in captured["meetings"].items()
        if r["name"].lower().startswith("business review") and r["status"] == "Held" and not r["deleted"]
        and r["parent_type"] == "Accounts" and r["parent_id"] in accounts
    }  # fmt: skip
    rows = (await demo.qbr.listed(states=["Proposed"])).rows
    found = set()
    for row in rows:
        page = await demo.qbr.qbr(row.qbr_id)
        found.add((page.proposed_meeting_crm_id, row.account_crm_id, datetime.fromisoformat(row.at)))
    assert found == wanted
    assert len(rows) == len(wanted) == 74
    assert {s.last_held_on for s in (await demo.qbr.listed()).series} == {""}
    types = Counter(e.TYPE for _, e in await demo.qbr.public())
    assert types["QBRProposedFromCrm"] >= 74
    assert not {"QBRHeld", "QBRMissed", "QBRPlanned"} & types.keys()


async def test_a_confirmed_review_moves_the_next_one_and_only_of_its_account(demo: Demo) -> None:
    series = {s.account_id: s for s in (await demo.qbr.listed()).series}
    newest = max(
        (r for r in (await demo.qbr.listed(states=["Proposed"])).rows if demo.tiers[r.account_id] == "A"),
        key=lambda r: r.at,
    )
    await demo.qbr.do(
        "ConfirmProposedQBR", qbr_id=newest.qbr_id, effective_at=newest.at, mode="remote", minutes=60, own=["u1"],
        customer=[pb.AttendeeInput(subject_id="5d3f0a34-5e3c-5c0c-9d5e-0a2f6a5f6c11")],
    )  # fmt: skip
    held = date.fromisoformat(newest.on)
    after = {s.account_id: s for s in (await demo.qbr.listed()).series}
    mine = after.pop(newest.account_id)
    assert mine.last_held_on == newest.on
    assert mine.due_by == (held + timedelta(days=owed("qbr_interval_days", "A"))).isoformat()
    series.pop(newest.account_id)
    assert after == series
    [(event, told)] = await demo.qbr.public("QBRHeld")
    assert (event.actor, str(told.account_id)) == ("user:u1", newest.account_id)  # type: ignore[attr-defined]


async def test_the_next_one_is_planned_when_its_window_opens(demo: Demo) -> None:
    await demo.qbr.until(datetime(2026, 11, 25, tzinfo=UTC))  # 90 days before those of tier A are due
    found = await demo.qbr.listed()
    planned = {r.account_id: r.due_by for r in found.rows if r.state == "Planned"}
    assert planned == {s.account_id: s.due_by for s in found.series if s.tier == "A"}
    assert not await demo.qbr.public("QBRMissed")


def owed(standard: str, tier: str) -> int:
    """A figure of the standards file."""
    return int(STANDARDS[standard][tier])


def due(demo: Demo, account_id: str) -> date:
    """The day on which we learned that it is a key account, there, and the interval of its tier."""
    (registered,) = (e for e in demo.said("AccountRegistered") if e.data["account_id"] == account_id)
    zone = ZoneInfo(registered.data["time_zone"])
    return LEARNED.astimezone(zone).date() + timedelta(days=owed("qbr_interval_days", demo.tiers[account_id]))
