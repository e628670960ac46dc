"""The demo capture through crm and accounts: every key account has a series with the due day of its tier, and every
held review that the CRM knows is suggested, none is silently held.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zlib import crc32

from sqlalchemy import text

from deploy.local.postgres import Postgres
from services.accounts.publish import publish
from services.qbr.policies import shipped
from shared.positions import driver
from shared.relay import public_events
from tests.integration.accounts_chain import SMALL, AccountsService, accounts_service, capture, record, small_facts
from tests.integration.qbr_chain import qbr_service

INTERVALS = shipped("standards.v1")["standards"]["qbr_interval_days"]


async def accounts_messages(service: AccountsService) -> list[Any]:
    """What the accounts service publishes, as it lies on its topic."""
    found: list[Any] = []
    last: dict[int, int] = {}
    read, after = public_events("accounts", publish), 0
    async with service.engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        while (page := await read(driver(conn), after, 5_000)).scanned > after:
            after = page.scanned
            for m in page.messages:
                partition = crc32(m.key) % 4
                headers = [("position", str(m.position).encode()), ("prev", str(last.get(partition, 0)).encode())]
                last[partition] = m.position
                found.append(record("kam.accounts.v1", partition, m.position, m.key, m.value, headers))
    return found


def held_reviews(rows: list[Any]) -> set[str]:
    """Independently of our code: meetings in the captured table that are held, live, and called a business review."""
    newest: dict[str, dict[str, Any] | None] = {}
    for r in rows:
        if r.topic.endswith(".suitecrm.meetings"):
            value = json.loads(r.value) if r.value else None
            if value is not None:
                newest[(value["after"] or value["before"])["id"]] = value["after"]
    return {
        key for key, row in newest.items()
        if row and not row["deleted"] and row["status"] == "Held" and row["name"].startswith("Business review")
    }  # fmt: skip


async def test_series_and_suggestions_of_the_demo(postgres: Postgres) -> None:
    rows = capture(*SMALL)
    facts, persons = await small_facts(postgres)
    async with accounts_service(postgres.create("qbr_demo_accounts")) as accounts:
        await accounts.take(facts)
        await accounts.settle()
        judged = await accounts_messages(accounts)
        tiers = {r.account_id: r.tier.tier for r in (await accounts.portfolio()).rows if r.key_status == "Key"}
    now = datetime.now(UTC) + timedelta(minutes=1)  # the accounts service learned of them when this test ran
    async with qbr_service(postgres.create("qbr_demo_qbr"), now) as qbr:
        for source, messages in (("accounts", judged), ("crm", facts)):
            for n in range(0, len(messages), 2_000):
                await qbr.consumers[source].apply(messages[n : n + 2_000])
        await qbr.consumers["people"].apply(persons)
        await qbr.settle()
        listed = await qbr.listed()

        assert {s.account_id for s in listed.series} == {str(a) for a in tiers}
        assert Counter(s.tier for s in listed.series) == Counter(tiers.values())
        today = now.date()
        for s in listed.series:
            assert s.state == "Active"
            assert s.interval_days == INTERVALS[s.tier]
            lead = {today + timedelta(days=n) for n in (29, 30, 31)}
            due = {today + timedelta(days=s.interval_days + n) for n in (-1, 0, 1)}
            assert date.fromisoformat(s.due_by) in due | lead, s

        wanted = held_reviews(rows)
        proposed = [r for r in listed.rows if r.state == "Proposed"]
        pages = [await qbr.qbr(r.qbr_id) for r in proposed]
        assert wanted
        assert {p.proposed_meeting_crm_id.partition("/")[2] for p in pages} == wanted
        assert all(any(i.name for i in p.invitees) for p in pages if p.invitees), "names are known"
        assert not await qbr.public("QBRHeld", "QBRMissed")
