"""What each tier is owed, what an account gets, and when that becomes an event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.accounts.app import shipped
from services.accounts.domain import AccountStandards
from services.accounts.policy.standards import Finding, Situation, judge, standards
from shared.testing import Spec

ACCOUNT = UUID(int=7)
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES = standards(shipped("standards.v1"))
THEMES = frozenset({"COMMERCIAL", "TECHNICAL", "SERVICE", "EXEC_SPONSOR"})
GOOD = Situation(
    tracked_since=START,
    owners=THEMES,
    deputies=THEMES,
    last_contact=NOW - timedelta(days=3),
    key_players=(NOW - timedelta(days=3),),
    assessed=9,
    live=10,
)


def found(situation: Situation, tier: Any = "A", at: datetime = NOW) -> dict[str, Finding]:
    return {f.standard: f for f in judge(RULES, tier, situation, at)}


def test_everything_is_kept() -> None:
    result = found(GOOD)
    assert set(result) == {
        "theme_owners",
        "deputies",
        "contact",
        "key_player_contact",
        "stakeholder_coverage",
        "renewal_lead",
    }
    assert all(f.kept and f.since is None for f in result.values())


def test_nothing_is_owed_without_a_tier() -> None:
    assert judge(RULES, None, GOOD, NOW) == judge(RULES, "N", GOOD, NOW) == ()
    assert "deputies" not in found(GOOD, "C")


def test_required_themes_differ_by_tier() -> None:
    few = replace(GOOD, owners=frozenset({"COMMERCIAL", "SERVICE"}))
    assert found(few, "C")["theme_owners"].kept
    missing = found(few, "B")["theme_owners"]
    assert (missing.kept, missing.actual, missing.since) == (False, "COMMERCIAL, SERVICE", START)
    vacated = replace(few, vacant_since={"TECHNICAL": NOW - timedelta(days=9)})
    assert found(vacated, "B")["theme_owners"].since == NOW - timedelta(days=9)
    assert not found(replace(GOOD, deputies=frozenset()), "B")["deputies"].kept


@pytest.mark.parametrize(("tier", "limit"), [("A", 35), ("B", 65), ("C", 90)])
def test_contact_is_kept_up_to_the_limit(tier: str, limit: int) -> None:
    last = NOW - timedelta(days=limit)
    assert found(replace(GOOD, last_contact=last), tier)["contact"].kept
    late = found(replace(GOOD, last_contact=last - timedelta(seconds=1)), tier)["contact"]
    assert (late.kept, late.since) == (False, NOW - timedelta(seconds=1))
    assert late.required == f"{limit} d"


def test_no_contact_ever_counts_from_the_first_day() -> None:
    never = replace(GOOD, last_contact=None)
    assert found(never, at=START + timedelta(days=35))["contact"].kept
    late = found(never, at=START + timedelta(days=36))["contact"]
    assert (late.kept, late.actual, late.since) == (False, "never", START + timedelta(days=35))


def test_the_key_player_who_waits_longest_decides() -> None:
    players = (NOW - timedelta(days=5), NOW - timedelta(days=61))
    assert not found(replace(GOOD, key_players=players))["key_player_contact"].kept
    assert found(replace(GOOD, key_players=players), "B")["key_player_contact"].kept
    assert not found(replace(GOOD, key_players=(None,)), at=START + timedelta(days=61))["key_player_contact"].kept
    assert "key_player_contact" not in found(replace(GOOD, key_players=()))


@pytest.mark.parametrize(("assessed", "live", "kept"), [(9, 10, True), (8, 10, False), (0, 0, False), (1, 1, True)])
def test_coverage(assessed: int, live: int, kept: bool) -> None:
    assert found(replace(GOOD, assessed=assessed, live=live))["stakeholder_coverage"].kept is kept


def test_renewals_need_a_deal_in_time() -> None:
    open_ = replace(GOOD, unattended=(date(2026, 2, 20), date(2026, 3, 9)))
    late = found(open_)["renewal_lead"]
    assert (late.kept, late.since) == (False, datetime(2026, 2, 20, tzinfo=UTC))
    assert late.actual == "1 without renewal opportunity"
    assert found(open_, at=datetime(2026, 2, 19, tzinfo=UTC))["renewal_lead"].kept


tracked = (AccountStandards.StandardsTracked, {"account_id": ACCOUNT})
BROKEN = Finding("contact", "35 d", "41 d", False, NOW - timedelta(days=6), ("accounts:9",))
KEPT = Finding("contact", "35 d", "2 d", True)
breached = (
    AccountStandards.StandardBreached,
    {
        "account_id": ACCOUNT,
        "standard": "contact",
        "tier": "A",
        "required": "35 d",
        "actual": "41 d",
        "policy_version": 1,
        "at": NOW - timedelta(days=6),
        "event_ids": ("accounts:9",),
    },
)


def test_a_breach_is_told_once_and_its_end_too() -> None:
    Spec(AccountStandards, tracked).when(lambda s: s.judge([BROKEN], "A", 1, NOW)).then_each(breached)
    Spec(AccountStandards, tracked, breached).when(lambda s: s.judge([BROKEN], "A", 1, NOW)).then_nothing()
    Spec(AccountStandards, tracked, breached).when(lambda s: s.judge([KEPT], "A", 1, NOW)).then(
        AccountStandards.StandardRestored, standard="contact", actual="2 d", breached_at=NOW - timedelta(days=6)
    )
    Spec(AccountStandards, tracked).when(lambda s: s.judge([KEPT], "A", 1, NOW)).then_nothing()


def test_what_is_no_longer_owed_is_no_breach() -> None:
    Spec(AccountStandards, tracked, breached).when(lambda s: s.judge([], "N", 1, NOW)).then(
        AccountStandards.StandardRestored, actual="no longer owed"
    )
