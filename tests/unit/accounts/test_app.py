"""The use cases, on a repository in memory: who may what, what is missing, and that a repeat is a repeat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest

from services.accounts.app import Accounts, shipped
from services.accounts.domain import Account, AccountTier, Stakeholder
from services.accounts.domain.values import Profile, Suggestion
from services.accounts.policy.scoring import Facts, Figure
from services.accounts.policy.simulation import Case
from shared import ids
from shared.errors import NotFound, Rejected
from shared.eventstore.events import Aggregate, Meta, encode
from shared.eventstore.repository import Result, fold
from shared.testing import ManualClock

A = TypeVar("A", bound=Aggregate)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACME, ANNA = ids.account_id("sugar", "acme"), ids.subject_id("sugar", "contact", "c1")


class Memory:
    """What `Repository` promises, without a database: fold, decide, keep; a known command id decides nothing."""

    def __init__(self) -> None:
        self.rows: dict[UUID, list[tuple[Any, ...]]] = {}
        self.commands: dict[UUID, tuple[str, ...]] = {}
        self.metas: list[Meta] = []

    async def execute(self, cls: type[A], stream: UUID, decide: Callable[[A | None], A], meta: Meta) -> Result[A]:
        if meta.command_id in self.commands:
            return Result(self.commands[meta.command_id], True, fold(cls, self.rows.get(stream, [])))
        aggregate = decide(fold(cls, self.rows.get(stream, [])))
        assert aggregate.id == stream
        self.keep(aggregate, meta)
        return Result((), False, aggregate)

    async def get(self, cls: type[A], stream: UUID) -> A:
        if (found := fold(cls, self.rows.get(stream, []))) is None:
            raise NotFound(f"there is no {cls.__name__}")
        return found

    def keep(self, aggregate: Aggregate, meta: Meta) -> None:
        new = encode(aggregate.collect_events(), meta)  # type: ignore[arg-type]
        rows = self.rows.setdefault(aggregate.id, [])
        rows += [(e.stream_id, e.version, e.topic, e.class_version or 1, e.effective_at, e.state) for e in new]
        if meta.command_id:
            self.commands[meta.command_id] = tuple(f"accounts:{e.version}" for e in new)
        self.metas.append(meta)

    def topics(self, stream: UUID) -> list[str]:
        return [row[2].removeprefix("accounts.") for row in self.rows.get(stream, [])]


def by(user: str = "user:u1") -> Meta:
    return Meta(user, command_id=uuid4())


@pytest.fixture
def memory() -> Memory:
    found = Memory()
    account = Account.register(ACME, "Acme", "Europe/Berlin", "sugar", "acme")
    account.observe(1, "Acme", Profile(account_type="Customer"))
    found.keep(account, by("crm:sugar"))
    suggestion = Suggestion(roles=("USER",), power=3, attitude=0)
    found.keep(Stakeholder.suggest(ACME, ANNA, "c1", 1, suggestion), by("crm:sugar"))
    return found


@pytest.fixture
async def app(memory: Memory) -> Accounts:
    found = Accounts(memory, ManualClock(NOW))  # type: ignore[arg-type]
    await found.adopt_shipped_policies(Meta("system:accounts"))
    return found


async def test_the_shipped_policies_hold_after_the_first_start_and_once(app: Accounts, memory: Memory) -> None:
    await app.adopt_shipped_policies(Meta("system:accounts", command_id=uuid4()))
    policy, standards = await app.tier_policy(), await app.standards()
    assert (policy.active, policy.version_of(1).signed_off, policy.version) == (1, False, 3)
    assert (standards.active, standards.version) == (1, 2)
    assert policy.version_of(1).document == shipped("tier_policy.v1")


async def test_a_policy_goes_from_draft_to_active(app: Accounts) -> None:
    document = shipped("tier_policy.v1")
    document["decision"]["up"]["value"] = 400
    drafted = await app.draft_tier_policy(document, by("user:author"))
    assert drafted.aggregate
    assert max(drafted.aggregate.versions) == 2
    await app.submit_tier_policy(2, by("user:author"))
    for function in ("sales", "service", "management"):
        await app.sign_off_tier_policy(2, function, (function,), by(f"user:{function}"))
    await app.activate_tier_policy(2, NOW + timedelta(days=1), by("user:admin"))
    await app.let_tier_policy_take_effect(2, Meta("system:accounts", effective_at=NOW + timedelta(days=1)))
    assert (await app.tier_policy()).document().up == 400


async def test_a_rejected_policy_is_a_draft_again(app: Accounts) -> None:
    await app.draft_tier_policy(shipped("tier_policy.v1"), by("user:author"))
    await app.submit_tier_policy(2, by("user:author"))
    await app.reject_tier_policy(2, "weights", by("user:sales"))
    assert (await app.tier_policy()).version_of(2).status == "Draft"


async def test_a_simulation_compares_and_changes_nothing(app: Accounts, memory: Memory) -> None:
    document = shipped("tier_policy.v1")
    document["thresholds"]["A"]["value"], document["thresholds"]["B"]["value"] = 5500, 4000
    await app.draft_tier_policy(document, by("user:author"))
    facts = Facts(
        "USD",
        revenue=Figure(10_000_000),
        margin_bp=Figure(4000),
        potential=Figure(45_000_000),
        customer_revenue=Figure(10**11),
        employees=Figure(5000),
        contacts=Figure(6),
        lines=frozenset({"GTX"}),
    )
    cases = [Case(ACME, facts), Case(UUID(int=5), Facts("USD"))]
    report = await app.simulate_tier_policy(2, cases, by())
    assert (report.rows[0]["tier_now"], report.rows[0]["tier_then"], report.up, report.down) == ("B", "A", 1, 0)
    assert report.by_tier == {"A": 1, "B": 0, "C": 0, "N": 0, None: 1}
    again = await app.simulate_tier_policy(2, list(reversed(cases)), by())
    assert again.digest == report.digest
    assert AccountTier.create_id(ACME) not in memory.rows


async def test_account_decisions(app: Accounts, memory: Memory) -> None:
    await app.change_time_zone(ACME, "Asia/Tokyo", by())
    await app.end_account(ACME, "churned", 100, "USD", by())
    with pytest.raises(Rejected, match="Ended") as e:
        await app.nominate_key_account(ACME, "grows", by())
    assert e.value.slug == "account-not-live"
    await app.reopen_account(ACME, "came back", by())
    await app.nominate_key_account(ACME, "grows", by())
    assert memory.topics(ACME)[-3:] == ["AccountTimeZoneChanged", "AccountEnded", "AccountReopened"]
    assert memory.topics(AccountTier.create_id(ACME)) == ["TieringStarted", "KeyAccountNominated"]


async def test_a_repeated_command_returns_its_first_result_even_if_it_would_be_refused_now(
    app: Accounts, memory: Memory
) -> None:
    meta = by()
    await app.nominate_key_account(ACME, "grows", meta)
    await app.end_account(ACME, "churned", 100, "USD", by())
    again = await app.nominate_key_account(ACME, "grows", meta)
    assert again.repeated
    assert again.event_ids == ("accounts:1", "accounts:2")


async def test_tier_decisions(app: Accounts, memory: Memory) -> None:
    await app.rate_tier_criterion(ACME, "growth.sites_without_us", 6000, "12 sites", ["n1"], by())
    await app.nominate_key_account(ACME, "grows", by())
    await app.reject_nomination(ACME, "too small", by())
    for call in (
        app.approve_tier_change(ACME, ("head_of_kam",), "", "", by()),
        app.reject_tier_change(ACME, "no", by()),
        app.reaffirm_tier(ACME, by()),
        app.override_tier(ACME, "B", "tender", NOW + timedelta(days=10), (), by()),
        app.lift_tier_override(ACME, by()),
        app.declassify(ACME, "sold", by()),
    ):
        with pytest.raises(Rejected):
            await call
    assert memory.topics(AccountTier.create_id(ACME)) == [
        "TieringStarted",
        "TierCriterionRated",
        "KeyAccountNominated",
        "KeyAccountNominationRejected",
    ]


async def test_team_decisions(app: Accounts) -> None:
    await app.assign_theme_owner(ACME, "SERVICE", "u7", by())
    await app.appoint_deputy(ACME, "SERVICE", "u8", by())
    result = await app.record_absence(ACME, "u7", date(2026, 7, 1), date(2026, 7, 9), by())
    assert result.aggregate
    assert result.aggregate.in_charge("SERVICE", date(2026, 7, 5)) == "u8"
    removed = await app.remove_theme_owner(ACME, "SERVICE", by())
    assert removed.aggregate
    assert removed.aggregate.owner("SERVICE") is None
    assert removed.aggregate.system == "sugar"


async def test_stakeholder_decisions(app: Accounts, memory: Memory) -> None:
    ben = UUID(int=22)
    await app.dismiss_suggestion(ACME, ANNA, "other", by())
    await app.map_stakeholder(ACME, ANNA, by())
    proofs = ["power:accounts:1", "sells_internally:accounts:2@2026-02-01", "own_interest:accounts:3"]
    await app.assess_influence(ACME, ANNA, 4, 3, proofs, by())
    await app.assess_attitude(ACME, ANNA, 2, ["accounts:4"], by())
    assigned = await app.assign_roles(ACME, ANNA, ["CHAMPION"], by())
    assert assigned.aggregate
    assert assigned.aggregate.roles == ("CHAMPION",)
    await app.set_responsibility(ACME, ANNA, "it", ["GTX"], by())
    await app.set_reporting_line(ACME, ANNA, ben, {}, by())
    await app.draw_influence(ACME, ANNA, ben, "influences", 2, by())
    await app.remove_influence(ACME, ANNA, ben, "influences", by())
    await app.rate_relationship(ACME, ANNA, "u7", 3, by())
    await app.confirm_stakeholder(ACME, ANNA, by())
    await app.mark_departed(ACME, ANNA, by())
    await app.name_successor(ACME, ANNA, ben, by())
    assert len(memory.topics(Stakeholder.create_id(ACME, ANNA))) == 15


async def test_what_the_crm_never_told_is_not_found(app: Accounts) -> None:
    nobody = UUID(int=404)
    for call in (
        app.change_time_zone(nobody, "Asia/Tokyo", by()),
        app.nominate_key_account(nobody, "x", by()),
        app.assign_theme_owner(nobody, "SERVICE", "u", by()),
        app.map_stakeholder(ACME, nobody, by()),
        app.submit_tier_policy(9, by()),
    ):
        with pytest.raises(NotFound):
            await call


async def test_the_business_instant_is_the_commands_or_now(app: Accounts, memory: Memory) -> None:
    then = NOW - timedelta(days=5)
    early = await app.assign_theme_owner(ACME, "SERVICE", "u7", Meta("user:u1", effective_at=then))
    assert early.aggregate
    assert early.aggregate.owners["SERVICE"].since == then
    late = await app.assign_theme_owner(ACME, "LEGAL", "u7", by())
    assert late.aggregate
    assert late.aggregate.owners["LEGAL"].since == NOW
