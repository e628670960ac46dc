"""A person of the customer: suggestions, assessments, departures, lines, and the rules behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.domain import Stakeholder
from services.accounts.domain.values import Evidence, Suggestion
from services.accounts.policy import stakeholders as rules
from shared.errors import Rejected
from shared.testing import Spec

ACCOUNT, ANNA, BEN = UUID(int=7), UUID(int=21), UUID(int=22)
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = T0.date()
WHO: dict[str, Any] = {"account_id": ACCOUNT, "subject_id": ANNA}
BY: dict[str, Any] = {**WHO, "by": "user:u1", "at": T0}
CHAMPION = Suggestion(roles=("CHAMPION",), power=4, attitude=1)
BUYER = Suggestion(roles=("ECONOMIC_BUYER",), power=4)
PROOF = [Evidence(kind="power", ref="accounts:1", on=TODAY)]


def suggested(suggestion: Suggestion = CHAMPION) -> tuple[Any, dict[str, Any]]:
    return Stakeholder.StakeholderSuggested, {**WHO, "crm_id": "c1", "revision": 1, "suggestion": suggestion}


def departed(cause: str = "moved", revision: int | None = 3) -> tuple[Any, dict[str, Any]]:
    return Stakeholder.StakeholderDeparted, {**WHO, "cause": cause, "revision": revision, "at": T0}


mapped = (Stakeholder.StakeholderMapped, BY)
confirmed = (Stakeholder.StakeholderConfirmed, BY)
dismissed = (Stakeholder.StakeholderSuggestionDismissed, {**BY, "reason": "not_relevant"})
ON_MAP = (suggested(), mapped)


def status(*given_: Any) -> str:
    found = Spec(Stakeholder, *given_).aggregate
    assert found
    return found.status


def test_status() -> None:
    stale = (Stakeholder.StakeholderAssessmentWentStale, {**WHO, "since": T0, "at": T0})
    assert status(suggested()) == "Suggested"
    assert status(suggested(), dismissed) == "Dismissed"
    assert status(suggested(), dismissed, mapped) == "Mapped"
    assert status(*ON_MAP) == "Mapped"
    assert status(*ON_MAP, confirmed) == "Confirmed"
    assert status(*ON_MAP, confirmed, stale) == "Stale"
    assert status(*ON_MAP, stale, confirmed) == "Confirmed"
    assert status(*ON_MAP, departed()) == "Departed"


def test_the_crm_suggests_and_revises() -> None:
    Spec(Stakeholder).when(lambda _: Stakeholder.suggest(ACCOUNT, ANNA, "c1", 1, CHAMPION)).then_each(suggested())
    Spec(Stakeholder, suggested()).when(lambda s: s.observe(2, BUYER, T0)).then(
        Stakeholder.StakeholderSuggestionRevised, suggestion=BUYER, subject_id=ANNA
    )
    Spec(Stakeholder, suggested()).when(lambda s: s.observe(1, BUYER, T0)).then_nothing()


def test_suggestions_hold_until_somebody_assesses() -> None:
    found = Spec(Stakeholder, *ON_MAP).aggregate
    assert found
    assert (found.roles, found.power, found.attitude, found.interest) == (("CHAMPION",), 4, 1, None)
    influence = (Stakeholder.StakeholderInfluenceAssessed, {**BY, "power": 2, "interest": 5, "evidence": PROOF})
    attitude = (Stakeholder.StakeholderAttitudeAssessed, {**BY, "value": -2, "evidence": PROOF})
    roles = (Stakeholder.StakeholderRolesAssigned, {**BY, "roles": ()})
    found = Spec(Stakeholder, *ON_MAP, influence, attitude, roles).aggregate
    assert found
    assert (found.roles, found.power, found.attitude, found.interest) == ((), 2, -2, 5)


def test_a_champion_who_leaves_is_a_loss() -> None:
    Spec(Stakeholder, suggested()).when(lambda s: s.depart("moved", 2, T0)).then_each(
        (Stakeholder.StakeholderDeparted, {"cause": "moved", "revision": 2}),
        (Stakeholder.ChampionLost, {"suggested": True, "at": T0}),
    )
    assigned = (Stakeholder.StakeholderRolesAssigned, {**BY, "roles": ("ECONOMIC_BUYER", "CHAMPION")})
    Spec(Stakeholder, *ON_MAP, assigned).when(lambda s: s.mark_departed(T0)).then_each(
        (Stakeholder.StakeholderDeparted, {"cause": "told", "revision": None}),
        (Stakeholder.ChampionLost, {"suggested": False}),
        (Stakeholder.EconomicBuyerLost, {"suggested": False}),
    )
    Spec(Stakeholder, suggested(Suggestion())).when(lambda s: s.depart("deleted", 2, T0)).then(
        Stakeholder.StakeholderDeparted
    )


def test_who_departed_in_the_crm_returns_with_it() -> None:
    Spec(Stakeholder, suggested(), departed()).when(lambda s: s.depart("deleted", 3, T0)).then_nothing()
    Spec(Stakeholder, suggested(), departed()).when(lambda s: s.depart("deleted", 4, T0)).then(
        Stakeholder.StakeholderDeparted, revision=4
    )  # of another instant; nobody is lost a second time
    Spec(Stakeholder, suggested(), departed()).when(lambda s: s.observe(4, BUYER, T0)).then(
        Stakeholder.StakeholderReturned, revision=4
    )
    Spec(Stakeholder, suggested(), departed()).when(lambda s: s.observe(2, BUYER, T0)).then_nothing()


def test_who_departed_by_our_word_stays_so_until_the_crm_lets_go_and_takes_back() -> None:
    told = departed("told", None)
    Spec(Stakeholder, suggested(), told).when(lambda s: s.observe(2, BUYER, T0)).then(
        Stakeholder.StakeholderSuggestionRevised
    )
    Spec(Stakeholder, suggested(), told).when(lambda s: s.depart("moved", 2, T0)).then(
        Stakeholder.StakeholderDeparted, cause="moved", revision=2
    )
    Spec(Stakeholder, suggested(), told, departed("moved", 2)).when(lambda s: s.observe(3, BUYER, T0)).then(
        Stakeholder.StakeholderReturned
    )


def test_mapping_and_dismissing() -> None:
    Spec(Stakeholder, suggested()).when(lambda s: s.map("user:u1", T0)).then_each(mapped)
    Spec(Stakeholder, *ON_MAP).when(lambda s: s.map("user:u1", T0)).then_nothing()
    Spec(Stakeholder, suggested()).when(lambda s: s.dismiss("not_relevant", "user:u1", T0)).then_each(dismissed)
    Spec(Stakeholder, suggested(), dismissed).when(lambda s: s.dismiss("duplicate", "u", T0)).then_nothing()
    Spec(Stakeholder, *ON_MAP).when(lambda s: s.dismiss("other", "u", T0)).then_raises(Rejected, "already-mapped")
    Spec(Stakeholder, suggested()).when(lambda s: s.dismiss("she is rude", "u", T0)).then_raises(
        Rejected, "unknown-reason"
    )


COMMANDS: list[Any] = [
    lambda s: s.assign_roles(["USER"], "u", T0),
    lambda s: s.assess_influence(3, 3, PROOF, "u", T0),
    lambda s: s.assess_attitude(1, PROOF, "u", T0),
    lambda s: s.set_responsibility("purchasing", ["GTX"], "u", T0),
    lambda s: s.confirm("u", T0),
    lambda s: s.set_manager(BEN, {}, "u", T0),
    lambda s: s.draw_influence(BEN, "influences", 1, "u", T0),
    lambda s: s.rate_relationship("u1", 3, "u", T0),
]


@pytest.mark.parametrize("do", COMMANDS)
def test_only_who_is_on_the_map_and_there_is_assessed(do: Any) -> None:
    accepted = Spec(Stakeholder, *ON_MAP).when(do)
    assert len(accepted.events) == 1
    Spec(Stakeholder, suggested()).when(do).then_raises(Rejected, "stakeholder-not-mapped")
    Spec(Stakeholder, *ON_MAP, departed()).when(do).then_raises(Rejected, "stakeholder-departed")


@pytest.mark.parametrize(
    ("do", "slug"),
    [
        (lambda s: s.assess_influence(0, 3, PROOF, "u", T0), "influence-out-of-range"),
        (lambda s: s.assess_influence(3, 6, PROOF, "u", T0), "influence-out-of-range"),
        (lambda s: s.assess_attitude(3, PROOF, "u", T0), "attitude-out-of-range"),
        (lambda s: s.assess_attitude(1, [], "u", T0), "evidence-missing"),
        (
            lambda s: s.assess_attitude(1, [Evidence(ref="she said no", on=TODAY)], "u", T0),
            "evidence-not-a-reference",
        ),
        (lambda s: s.assign_roles(["KING"], "u", T0), "unknown-role"),
        (lambda s: s.draw_influence(ANNA, "influences", 1, "u", T0), "line-to-self"),
        (lambda s: s.draw_influence(BEN, "influences", 4, "u", T0), "weight-out-of-range"),
        (lambda s: s.remove_influence(BEN, "influences", "u", T0), "no-such-line"),
        (lambda s: s.rate_relationship("u1", 5, "u", T0), "relationship-out-of-range"),
        (lambda s: s.set_manager(BEN, {BEN: ANNA}, "u", T0), "reporting-circle"),
        (lambda s: s.set_manager(ANNA, {}, "u", T0), "reporting-circle"),
        (lambda s: s.name_successor(BEN, "u", T0), "not-departed"),
    ],
)
def test_rules_of_assessments(do: Any, slug: str) -> None:
    Spec(Stakeholder, *ON_MAP).when(do).then_raises(Rejected, slug)


def test_lines_relationships_and_responsibilities_change_only_when_they_change() -> None:
    drawn = (Stakeholder.InfluenceLineDrawn, {**BY, "to_subject_id": BEN, "line": "influences", "weight": 2})
    Spec(Stakeholder, *ON_MAP, drawn).when(lambda s: s.draw_influence(BEN, "influences", 2, "u", T0)).then_nothing()
    Spec(Stakeholder, *ON_MAP, drawn).when(lambda s: s.draw_influence(BEN, "influences", 3, "u", T0)).then(
        Stakeholder.InfluenceLineDrawn, weight=3
    )
    Spec(Stakeholder, *ON_MAP, drawn).when(lambda s: s.remove_influence(BEN, "influences", "u", T0)).then(
        Stakeholder.InfluenceLineRemoved
    )
    rated = (Stakeholder.RelationshipRated, {**BY, "member_id": "u1", "value": 3})
    Spec(Stakeholder, *ON_MAP, rated).when(lambda s: s.rate_relationship("u1", 3, "u", T0)).then_nothing()
    reports = (Stakeholder.ReportingLineSet, {**BY, "manager_id": BEN})
    Spec(Stakeholder, *ON_MAP, reports).when(lambda s: s.set_manager(BEN, {}, "u", T0)).then_nothing()
    Spec(Stakeholder, *ON_MAP, reports).when(lambda s: s.set_manager(None, {}, "u", T0)).then(
        Stakeholder.ReportingLineSet, manager_id=None
    )
    answers = (Stakeholder.StakeholderResponsibilitySet, {**BY, "org_unit": "it", "product_lines": ("GTX",)})
    Spec(Stakeholder, *ON_MAP, answers).when(lambda s: s.set_responsibility("it", ["GTX"], "u", T0)).then_nothing()


def test_a_successor_is_somebody_else() -> None:
    gone = (*ON_MAP, departed())
    Spec(Stakeholder, *gone).when(lambda s: s.name_successor(BEN, "u", T0)).then(
        Stakeholder.StakeholderSucceeded, successor_id=BEN
    )
    Spec(Stakeholder, *gone).when(lambda s: s.name_successor(ANNA, "u", T0)).then_raises(Rejected, "successor-same")
    named = (Stakeholder.StakeholderSucceeded, {**BY, "successor_id": BEN})
    Spec(Stakeholder, *gone, named).when(lambda s: s.name_successor(BEN, "u", T0)).then_nothing()


def test_assessments_go_stale_after_180_days_without_confirmation() -> None:
    late = T0 + timedelta(days=180)
    Spec(Stakeholder, *ON_MAP).when(lambda s: s.go_stale(late)).then(
        Stakeholder.StakeholderAssessmentWentStale, since=T0, at=late
    )
    Spec(Stakeholder, *ON_MAP).when(lambda s: s.go_stale(late - timedelta(1))).then_nothing()
    Spec(Stakeholder, suggested()).when(lambda s: s.go_stale(late)).then_nothing()
    Spec(Stakeholder, *ON_MAP, departed()).when(lambda s: s.go_stale(late)).then_nothing()


def proofs(days: int = 0, kinds: tuple[str, ...] = ("power", "sells_internally", "own_interest")) -> list[Evidence]:
    return [Evidence(kind=k, ref=f"accounts:{n}", on=TODAY - timedelta(days)) for n, k in enumerate(kinds)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("power", "attitude", "evidence", "champion"),
    [
        (3, 1, proofs(), True),
        (5, 2, proofs(180), True),
        (3, 1, proofs(181), False),
        (3, 1, proofs(-1), False),
        (2, 1, proofs(), False),
        (3, 0, proofs(), False),
        (None, 1, proofs(), False),
        (3, None, proofs(), False),
        (3, 1, proofs(kinds=("power", "own_interest")), False),
        (3, 1, proofs(kinds=("power", "power", "power")), False),
    ],
)
def test_a_champion_needs_power_goodwill_and_three_fresh_evidences(
    power: int | None, attitude: int | None, evidence: list[Evidence], champion: bool
) -> None:
    assert rules.is_champion(power, attitude, evidence, TODAY) is champion


def test_a_champion_without_evidence_is_stored_as_coach() -> None:
    Spec(Stakeholder, *ON_MAP).when(lambda s: s.assign_roles(["CHAMPION", "COACH", "USER"], "u", T0)).then(
        Stakeholder.StakeholderRolesAssigned, roles=("COACH", "USER")
    )
    proved = (Stakeholder.StakeholderInfluenceAssessed, {**BY, "power": 4, "interest": 3, "evidence": proofs()})
    Spec(Stakeholder, *ON_MAP, proved).when(lambda s: s.assign_roles(["CHAMPION"], "u", T0)).then(
        Stakeholder.StakeholderRolesAssigned, roles=("CHAMPION",)
    )
    coach = (Stakeholder.StakeholderRolesAssigned, {**BY, "roles": ("COACH",)})
    Spec(Stakeholder, *ON_MAP, coach).when(lambda s: s.assign_roles(["CHAMPION"], "u", T0)).then_nothing()


@pytest.mark.parametrize(
    ("power", "interest", "quadrant"),
    [
        (3, 3, "manage_closely"),
        (5, 2, "keep_satisfied"),
        (2, 3, "keep_informed"),
        (1, 1, "monitor"),
        (None, 3, None),
        (3, None, None),
    ],
)
def test_quadrants(power: int | None, interest: int | None, quadrant: str | None) -> None:
    assert rules.quadrant(power, interest) == quadrant


def test_blockers_are_against_us_and_can_stop_us() -> None:
    assert rules.is_blocker(-1, 4)
    assert rules.is_blocker(-2, None, veto=True)
    assert not rules.is_blocker(-1, 3)
    assert not rules.is_blocker(0, 5)
    assert not rules.is_blocker(None, 5, veto=True)


def test_words_of_the_crm_on_our_scales() -> None:
    assert rules.suggested_roles("economic_buyer", False) == ("ECONOMIC_BUYER",)
    assert rules.suggested_roles("economic_buyer", True) == ("ECONOMIC_BUYER", "CHAMPION")
    assert rules.suggested_roles("champion", True) == ("CHAMPION",)
    assert rules.suggested_roles("janitor", None) == rules.suggested_roles(None, None) == ()
    assert [rules.suggested_power(w) for w in ("high", "medium", "low", None)] == [4, 3, 2, None]
    words = ("supporter", "neutral", "sceptic", "opponent", None)
    assert [rules.suggested_attitude(w) for w in words] == [1, 0, -1, -2, None]


def test_coverage() -> None:
    assert rules.coverage_bp(0, 0) is None
    assert rules.coverage_bp(2, 3) == 6667
    assert rules.coverage_bp(3, 3) == 10000


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("accounts:17", ("other", "accounts:17", TODAY)),
        ("power:accounts:17", ("power", "accounts:17", TODAY)),
        ("power:crm:m1@2026-01-31", ("power", "crm:m1", date(2026, 1, 31))),
        ("https://x.example/a@b", ("other", "https://x.example/a@b", TODAY)),
        ("own_interest:n1@never", ("own_interest", "n1@never", TODAY)),
    ],
)
def test_evidence_is_written_as_kind_reference_and_day(text: str, evidence: tuple[str, str, date]) -> None:
    found = Evidence.parse(text, TODAY)
    assert (found.kind, found.ref, found.on) == evidence


people = st.integers(0, 6).map(lambda n: UUID(int=n))


@given(st.lists(st.tuples(people, people), max_size=20))
def test_reporting_lines_never_close_a_circle(wishes: list[tuple[UUID, UUID]]) -> None:
    managers: dict[UUID, UUID | None] = {}
    for person, manager in wishes:
        if not rules.line_makes_circle(managers, person, manager):
            managers[person] = manager
    for person in managers:
        above, steps = managers.get(person), 0
        while above is not None:
            assert above != person
            above, steps = managers.get(above), steps + 1
            assert steps <= len(managers)
