"""The account team: exactly one owner or none per theme at any instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.domain import AccountTeam
from services.accounts.domain.team import OwnerEvent
from shared import ids
from shared.errors import Rejected
from shared.testing import Spec

ACCOUNT = UUID(int=9)
T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
T1, T2 = T0 + timedelta(days=1), T0 + timedelta(days=2)
formed = (AccountTeam.AccountTeamFormed, {"account_id": ACCOUNT, "system": "sugar"})


def names(owner: str) -> dict[str, Any]:
    return {"account_id": ACCOUNT, "owner_id": owner, "owner_subject": ids.subject_id("sugar", "user", owner)}


def assigned(owner: str, source: str, theme: str = "COMMERCIAL", at: datetime = T0) -> tuple[Any, dict[str, Any]]:
    return AccountTeam.ThemeOwnerAssigned, {**names(owner), "theme": theme, "at": at, "assigned_from": source}


def test_the_crms_owner_owns_the_commercial_theme() -> None:
    Spec(AccountTeam, formed).when(lambda t: t.follow_crm_owner("u1", True, T0)).then_each(assigned("u1", "crm"))
    Spec(AccountTeam, formed, assigned("u1", "crm")).when(lambda t: t.follow_crm_owner("u1", True, T1)).then_nothing()
    Spec(AccountTeam, formed, assigned("u1", "crm")).when(lambda t: t.follow_crm_owner("u2", True, T1)).then(
        AccountTeam.ThemeOwnerReplaced, owner_id="u2", was_owner_id="u1", at=T1, assigned_from="crm"
    )


@pytest.mark.parametrize(("owner", "cause"), [("u1", "owner_inactive"), (None, "no_owner_in_crm")])
def test_an_inactive_owner_leaves_it_vacant(owner: str | None, cause: str) -> None:
    Spec(AccountTeam, formed, assigned("u1", "crm")).when(lambda t: t.follow_crm_owner(owner, False, T1)).then(
        AccountTeam.ThemeVacated, owner_id="u1", cause=cause, at=T1
    )
    Spec(AccountTeam, formed).when(lambda t: t.follow_crm_owner(owner, False, T1)).then_nothing()


def test_an_owner_who_is_active_again_owns_again() -> None:
    vacated = (AccountTeam.ThemeVacated, {**names("u1"), "theme": "COMMERCIAL", "at": T1, "cause": "owner_inactive"})
    Spec(AccountTeam, formed, assigned("u1", "crm"), vacated).when(lambda t: t.follow_crm_owner("u1", True, T2)).then(
        AccountTeam.ThemeOwnerAssigned, owner_id="u1", at=T2
    )


def test_a_persons_word_holds_against_the_crm() -> None:
    Spec(AccountTeam, formed, assigned("u3", "person")).when(
        lambda t: t.follow_crm_owner("u1", True, T1)
    ).then_nothing()
    Spec(AccountTeam, formed, assigned("u1", "crm")).when(lambda t: t.assign("COMMERCIAL", "u1", T1)).then(
        AccountTeam.ThemeOwnerReplaced, owner_id="u1", assigned_from="person"
    )


def test_a_fact_of_the_crm_that_is_late_takes_effect_after_what_holds() -> None:
    Spec(AccountTeam, formed, assigned("u1", "crm", at=T2)).when(lambda t: t.follow_crm_owner("u2", True, T0)).then(
        AccountTeam.ThemeOwnerReplaced, at=T2
    )


def test_assigning_again_does_nothing_and_the_past_is_refused() -> None:
    has = assigned("u1", "person", "SERVICE", T1)
    Spec(AccountTeam, formed).when(lambda t: t.assign("SERVICE", "u1", T1)).then_each(has)
    Spec(AccountTeam, formed, has).when(lambda t: t.assign("SERVICE", "u1", T2)).then_nothing()
    Spec(AccountTeam, formed, has).when(lambda t: t.assign("SERVICE", "u2", T0)).then_raises(
        Rejected, "theme-changed-later"
    )
    Spec(AccountTeam, formed).when(lambda t: t.assign("SERVICE", " ", T0)).then_raises(Rejected, "owner-missing")


def test_a_theme_is_removed_from_its_owner_only() -> None:
    has = assigned("u1", "person", "SERVICE")
    Spec(AccountTeam, formed, has).when(lambda t: t.remove("SERVICE", T1)).then(
        AccountTeam.ThemeVacated, cause="removed", owner_id="u1"
    )
    Spec(AccountTeam, formed).when(lambda t: t.remove("SERVICE", T1)).then_raises(Rejected, "theme-vacant")
    Spec(AccountTeam, formed, has).when(lambda t: t.remove("SERVICE", T0 - timedelta(1))).then_raises(
        Rejected, "theme-changed-later"
    )


def test_who_leaves_loses_every_theme() -> None:
    given_ = (formed, assigned("u1", "crm"), assigned("u1", "person", "SERVICE"), assigned("u2", "person", "LEGAL"))
    Spec(AccountTeam, *given_).when(lambda t: t.deactivate("u1", T1)).then_each(
        (AccountTeam.ThemeVacated, {"theme": "COMMERCIAL", "cause": "owner_inactive"}),
        (AccountTeam.ThemeVacated, {"theme": "SERVICE", "cause": "user_deactivated"}),
    )


def test_the_deputy_is_in_charge_while_the_owner_is_away() -> None:
    deputy = (AccountTeam.DeputyAppointed, {**names("u2"), "theme": "SERVICE", "at": T0})
    absence = (AccountTeam.AbsenceRecorded, {**names("u1"), "first": date(2026, 7, 1), "last": date(2026, 7, 14)})
    owner = assigned("u1", "person", "SERVICE")
    spec = Spec(AccountTeam, formed, owner, deputy).when(
        lambda t: t.record_absence("u1", date(2026, 7, 1), date(2026, 7, 14))
    )
    spec.then_each(absence)
    assert spec.aggregate
    in_charge = [spec.aggregate.in_charge("SERVICE", date(2026, 7, d)) for d in (1, 14, 15)]
    assert in_charge == ["u2", "u2", "u1"]
    assert spec.aggregate.in_charge("LEGAL", date(2026, 7, 1)) is None


def test_a_deputy_stands_in_for_somebody_else() -> None:
    owner = assigned("u1", "person", "SERVICE")
    deputy = (AccountTeam.DeputyAppointed, {**names("u2"), "theme": "SERVICE", "at": T0})
    Spec(AccountTeam, formed, owner).when(lambda t: t.appoint_deputy("SERVICE", "u2", T0)).then_each(deputy)
    Spec(AccountTeam, formed, owner, deputy).when(lambda t: t.appoint_deputy("SERVICE", "u2", T1)).then_nothing()
    for who, slug in (("u1", "deputy-is-owner"), ("", "deputy-missing")):
        Spec(AccountTeam, formed, owner).when(lambda t, w=who: t.appoint_deputy("SERVICE", w, T0)).then_raises(
            Rejected, slug
        )
    Spec(AccountTeam, formed).when(lambda t: t.appoint_deputy("SERVICE", "u2", T0)).then_raises(
        Rejected, "theme-vacant"
    )


def test_a_deputy_who_becomes_owner_is_deputy_no_more() -> None:
    given_ = (
        formed,
        assigned("u1", "person", "SERVICE"),
        (AccountTeam.DeputyAppointed, {**names("u2"), "theme": "SERVICE", "at": T0}),
    )
    spec = Spec(AccountTeam, *given_).when(lambda t: t.assign("SERVICE", "u2", T1))
    assert spec.aggregate
    assert spec.aggregate.deputies == {}


def test_absences_are_of_the_team_and_run_forward() -> None:
    owner = assigned("u1", "person", "SERVICE")
    day = date(2026, 7, 1)
    Spec(AccountTeam, formed, owner).when(lambda t: t.record_absence("u1", day, day - timedelta(1))).then_raises(
        Rejected, "absence-backwards"
    )
    Spec(AccountTeam, formed, owner).when(lambda t: t.record_absence("u9", day, day)).then_raises(
        Rejected, "not-in-team"
    )


moves = st.lists(
    st.tuples(
        st.sampled_from(["assign", "remove", "crm", "leave"]),
        st.sampled_from(["COMMERCIAL", "SERVICE"]),
        st.sampled_from(["u1", "u2", "u3"]),
        st.booleans(),
        st.integers(0, 20),
    ),
    max_size=25,
)


@given(moves)
def test_every_theme_has_one_owner_or_none_at_any_instant(steps: list[tuple[str, Any, str, bool, int]]) -> None:
    """Whatever is done, in whatever order: the intervals of a theme's owners never overlap."""
    team = AccountTeam.form(ACCOUNT, "sugar")
    for what, theme, user, active, hours in steps:
        at = T0 + timedelta(hours=hours)
        try:
            if what == "assign":
                team.assign(theme, user, at)
            elif what == "remove":
                team.remove(theme, at)
            elif what == "crm":
                team.follow_crm_owner(user, active, at)
            else:
                team.deactivate(user, at)
        except Rejected:
            continue
    owner: dict[str, str | None] = {}
    last: dict[str, datetime] = {}
    for e in team.collect_events():
        if not isinstance(e, OwnerEvent):
            continue
        theme = e.theme  # type: ignore[attr-defined]
        at = e.at  # type: ignore[attr-defined]
        assert at >= last.get(theme, at), "time ran backwards"
        last[theme] = at
        if isinstance(e, AccountTeam.ThemeOwnerAssigned):
            assert owner.get(theme) is None, "two owners"
            owner[theme] = e.owner_id
        elif isinstance(e, AccountTeam.ThemeOwnerReplaced):
            assert owner[theme] == e.was_owner_id
            owner[theme] = e.owner_id
        else:
            assert owner[theme] == e.owner_id
            owner[theme] = None
    assert {t: o for t, o in owner.items() if o} == {t: o.owner_id for t, o in team.owners.items()}
