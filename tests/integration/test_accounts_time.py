"""What time brings: assessments, the calendar of contracts, owners who leave, the daily tick; and what the facts lead
to.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.accounts.reads.asof import AsOf
from services.accounts.reads.portfolio import AccountRow
from shared import ids
from tests.integration import accounts_facts as f
from tests.integration.accounts_chain import AccountsService, accounts_service, told


@pytest.fixture
async def service(dsn: str) -> AsyncIterator[AccountsService]:
    async with accounts_service(dsn) as made:
        yield made


async def events(service: AccountsService, *names: str) -> list[tuple[str, str]]:
    """(name, business time) of events, in the order of the log."""
    query = text("SELECT topic, effective_at FROM events ORDER BY position")
    async with service.engine.connect() as conn:
        found = [(r.topic.partition(".")[2], f"{r.effective_at:%Y-%m-%d}") for r in await conn.execute(query)]
    return [e for e in found if not names or e[0] in names]


async def row(service: AccountsService, day: str, crm_id: str = "a1") -> AccountRow:
    found = await service.portfolio(AsOf.end_of(date.fromisoformat(day), service.settings.zone))
    return next(r for r in found.rows if r.crm_id == crm_id)


async def lived(service: AccountsService, *facts: f.Told, until: str = "2025-12-01") -> None:
    """Takes facts and lets time pass until a day on which the CRM told of something."""
    await service.take(told(*facts, f.meeting("last", "elsewhere", until)))
    await service.settle()


async def test_the_first_tier_comes_with_three_months_of_revenue_then_each_quarter(service: AccountsService) -> None:
    await lived(service, f.account(), f.contract(), f.contact(), until="2024-10-15")
    assert await events(service, "TierAssessed", "TierChanged") == [
        ("TierAssessed", "2024-04-01"),
        ("TierChanged", "2024-04-01"),
        ("TierAssessed", "2024-07-01"),
        ("TierAssessed", "2024-09-30"),
    ]
    assert (await row(service, "2024-03-31")).tier.tier is None
    state = (await row(service, "2024-04-05")).tier
    assert (state.tier, state.provisional, state.manual) == ("A", True, False)


async def test_nothing_is_judged_while_the_crm_is_behind(service: AccountsService) -> None:
    first = [f.lag(True, "2024-01-01"), f.account(), f.contract(), f.meeting("m9", when="2025-01-15")]
    await service.take(told(*first))
    assert await service.settle() == 0
    await service.take(told(*first, f.lag(False, "2025-01-15")))
    assert await service.settle() > 0
    assert ("TierAssessed", "2024-04-01") in await events(service)


async def test_nothing_is_judged_beyond_what_the_crm_told_of(service: AccountsService) -> None:
    await lived(service, f.account(), f.contract(), until="2024-04-20")
    assert await events(service, "TierAssessed") == [("TierAssessed", "2024-04-01")]
    service.clock.advance(timedelta(days=400))
    assert await service.settle() == 0


async def test_a_prospect_is_assessed_when_it_became_a_customer_with_revenue(service: AccountsService) -> None:
    prospect = f.account(account_type="Prospect")
    customer = f.account(when="2024-08-01", revision=2)
    await lived(service, prospect, customer, f.contract(starts_on=date(2024, 9, 1)), until="2025-01-10")
    assert await events(service, "TierAssessed", "AccountActivated") == [
        ("AccountActivated", "2024-08-01"),
        ("TierAssessed", "2024-11-30"),
    ]
    assert not (await service.portfolio(AsOf.end_of(date(2024, 7, 1), service.settings.zone))).rows


async def test_the_calendar_of_a_contract(service: AccountsService) -> None:
    names = (
        "RenewalWindowOpened",
        "RenewalOpportunityLinked",
        "NoticeDeadlinePassed",
        "ContractLapsed",
        "ContractTerminated",
    )
    await lived(service, f.account(), f.contract(), f.deal(when="2025-05-02"), until="2026-04-30")
    assert await events(service, *names) == [
        ("RenewalWindowOpened", "2025-04-04"),  # an A: 180 days before 2 October
        ("RenewalOpportunityLinked", "2025-05-02"),
        ("NoticeDeadlinePassed", "2025-10-02"),
        ("ContractLapsed", "2025-12-31"),
        ("ContractTerminated", "2026-03-31"),
    ]
    approached = await events(service, "NoticeDeadlineApproached")
    assert [day for _, day in approached] == [
        "2025-07-03",
        "2025-08-02",
        "2025-09-01",
        "2025-09-17",
        "2025-09-24",
        "2025-09-30",
    ]


async def test_a_contract_that_is_renewed_in_time_neither_lapses_nor_reminds(service: AccountsService) -> None:
    after = f.contract("c2", when="2025-07-01", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), arr=22_000_000)
    await lived(service, f.account(), f.contract(), after, until="2026-02-01")
    assert await events(service, "ContractRenewed") == [("ContractRenewed", "2025-07-01")]
    assert not await events(service, "ContractLapsed", "NoticeDeadlinePassed")
    assert (await row(service, "2025-12-31")).arr_minor == 20_000_000
    assert (await row(service, "2026-01-01")).arr_minor == 22_000_000


async def test_steps_of_before_the_contract_was_known_are_not_told(service: AccountsService) -> None:
    late = f.contract(when="2025-09-10", signed_on=date(2025, 9, 10))
    await lived(service, f.account(), late, until="2025-10-20")
    approached = [day for _, day in await events(service, "NoticeDeadlineApproached")]
    assert approached == ["2025-09-17", "2025-09-24", "2025-09-30"]
    assert ("RenewalWindowOpened", "2025-09-10") in await events(service)


async def test_the_commercial_theme_follows_the_owner_of_the_crm(service: AccountsService) -> None:
    handed = f.account(when="2024-05-01", revision=2, owner_id="u2")
    left = f.user("u2", False, "2024-07-01", 2)
    await lived(service, f.user("u1"), f.user("u2"), f.account(), handed, left, until="2024-08-01")
    assert await events(service, "ThemeOwnerAssigned", "ThemeOwnerReplaced", "ThemeVacated") == [
        ("ThemeOwnerAssigned", "2024-01-01"),
        ("ThemeOwnerReplaced", "2024-05-01"),
        ("ThemeVacated", "2024-07-01"),
    ]
    assert [(await row(service, day)).owner_active for day in ("2024-06-01", "2024-07-02")] == [True, False]


async def test_silence_breaks_a_standard_and_a_meeting_restores_it(service: AccountsService) -> None:
    talks = [f.meeting("m1", when="2024-05-01T10:00"), f.meeting("m2", when="2024-07-01T10:00")]
    await lived(service, f.account(), f.contract(), f.contact(), *talks, until="2024-07-10")
    assert "contact" in (await row(service, "2024-06-20")).breaches  # an A: at most 35 days
    assert "contact" not in (await row(service, "2024-07-05")).breaches
    assert (await row(service, "2024-06-20")).last_contact_kind == "meeting"


async def test_children_that_come_before_their_account_are_kept(service: AccountsService) -> None:
    await service.take(
        told(f.contract(), f.contact(), f.meeting(), f.deal(), f.account(parent_crm_id="top"), f.account("top"))
    )
    await service.settle()
    found = await row(service, "2024-12-01")
    assert (found.arr_minor, found.live_contacts, found.active_contracts) == (20_000_000, 1, 1)
    assert found.parent_crm_id == "top"


async def test_a_circle_of_parents_is_refused_once(service: AccountsService) -> None:
    one, two = f.account("one", parent_crm_id="two"), f.account("two", when="2024-02-01", parent_crm_id="one")
    await service.take(told(one, two))
    assert await events(service, "AccountParentSet", "AccountParentRejected") == [
        ("AccountParentSet", "2024-01-01"),
        ("AccountParentRejected", "2024-02-01"),
    ]
    assert (await row(service, "2024-03-01", "one")).parent_crm_id == "two"
    assert (await row(service, "2024-03-01", "two")).parent_crm_id is None


@pytest.mark.parametrize("turned", [False, True])
async def test_a_merge_counts_for_all_days_whatever_came_first(service: AccountsService, turned: bool) -> None:
    before = [f.account(), f.account("a2", name="Acme Sp."), f.contract("c2", "a2"), f.contact("p2", "a2")]
    merge = [f.merged("a2", "a1", "2024-09-01", 2)]
    await service.take(told(*(merge + before if turned else before + merge)))
    await service.settle()
    found = await service.portfolio(AsOf.end_of(date(2024, 6, 1), service.settings.zone))
    assert [(r.crm_id, r.name, r.arr_minor, r.live_contacts) for r in found.rows] == [("a1", "Acme", 20_000_000, 1)]
    assert (await row(service, "2024-10-01")).name == "Acme"


async def test_late_words_about_the_past_leave_the_present_as_it_is(service: AccountsService) -> None:
    """The CRM tells the past late, with a higher revision, and then the present once more."""
    told_late = [
        f.account(name="first", owner_id="u1"),
        f.account(name="now", owner_id="u3", when="2024-06-01", revision=2),
        f.account(name="between", owner_id="u2", when="2024-03-01", revision=3),
        f.account(name="now", owner_id="u3", when="2024-06-01", revision=4),
        f.account(name="first, corrected", owner_id="u1", when="2024-01-01", revision=5),
        f.account(name="now", owner_id="u3", when="2024-06-01", revision=6),
    ]
    await lived(service, *told_late)
    days = ("2024-02-01", "2024-04-01", "2024-07-01")
    assert [(await row(service, d)).name for d in days] == ["first, corrected", "between", "now"]
    assert [(await row(service, d)).owner_id for d in days] == ["u1", "u2", "u3"]
    assert await events(service, "ThemeOwnerAssigned", "ThemeOwnerReplaced") == [
        ("ThemeOwnerAssigned", "2024-01-01"),
        ("ThemeOwnerReplaced", "2024-03-01"),
        ("ThemeOwnerReplaced", "2024-06-01"),
    ]


async def test_a_fact_that_breaks_a_rule_is_a_dead_letter_and_spares_its_neighbours(service: AccountsService) -> None:
    bad: Any = f.contract("c9", arr=2**70)
    await service.take(told(f.account(), bad, f.contract()))
    async with service.engine.connect() as conn:
        letters = (await conn.execute(text("SELECT reason FROM dead_letters"))).scalars().all()
    assert len(letters) == 1
    assert (await row(service, "2024-06-01")).arr_minor == 20_000_000


async def test_events_name_the_fact_and_the_record_they_follow_from(service: AccountsService) -> None:
    await service.take(told(f.account()))
    query = text(
        "SELECT causation_id, actor, CAST(source AS text) AS source FROM events WHERE stream_id = :s ORDER BY version"
    )
    async with service.engine.connect() as conn:
        found = (await conn.execute(query, {"s": ids.account_id("sugar", "a1")})).all()
    assert {r.causation_id for r in found} == {"crm:1"}
    assert {r.actor for r in found} == {"crm:sugar"}
    assert '"record_id": "a1"' in found[0].source


async def test_what_time_brings_names_the_event_that_made_it_due(service: AccountsService) -> None:
    facts = [f.user("u1"), f.account(), f.contract(), f.user("u1", active=False, when="2024-05-01", revision=2)]
    await lived(service, *facts, until="2024-07-15")
    query = text(
        "SELECT position, split_part(topic, '.', 2) AS name, causation_id AS cause FROM events ORDER BY position"
    )
    async with service.engine.connect() as conn:
        found = [(f"accounts:{r.position}", r.name, r.cause) for r in await conn.execute(query)]
    name_of = {event: name for event, name, _ in found}
    assessed = [(event, cause) for event, name, cause in found if name == "TierAssessed"]
    assert len(assessed) == 2
    assert name_of[assessed[0][1]] == "AccountProfileObserved", "customer since, and the first revenue began before"
    assert assessed[1][1] == assessed[0][0], "the cadence counts from the assessment before"
    themes = {name: cause for _, name, cause in found if name in ("ThemeOwnerAssigned", "ThemeVacated")}
    assert name_of[themes["ThemeOwnerAssigned"]] == "AccountProfileObserved"
    assert themes["ThemeVacated"] == "crm:4", "the CRM's word about the employee"
