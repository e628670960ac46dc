"""Rules over time on hand-written accounts: floors, clocks, counterfactual, forecast, groups, models."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.risk.policy.arithmetic import div_half_up
from services.risk.policy.counterfactual import better, changed, counterfactual, options_of
from services.risk.policy.cursor import Cursor
from services.risk.policy.evaluate import evaluate
from services.risk.policy.factors import Now
from services.risk.policy.factors.usage import picture
from services.risk.policy.facts import Fact, in_order
from services.risk.policy.forecast import copied, forecast
from services.risk.policy.model import ModelInvalid, model
from services.risk.policy.rollup import Member, roll_up
from services.risk.policy.signs import flapping_share
from services.risk.shipped import default_model, read
from tests.unit.risk.world import (
    MODEL,
    NOW,
    WON,
    ZONE,
    account,
    book_of,
    case,
    colours,
    contract,
    fact,
    key_account,
    met,
    swept,
    usage,
)

H, D = timedelta(hours=1), timedelta(days=1)


def test_the_shipped_model_is_the_calibrated_one_with_the_additions() -> None:
    calibrated, shipped = model_figures(read("risk_model.v1")), model_figures(default_model())
    changed_ = {k for k, v in calibrated.items() if shipped.get(k) != v}
    assert changed_ <= {"factors.engagement.signals.qbr.weight.value", "factors.engagement.signals.qbr.weight.why",
                        "factors.engagement.signals.qbr.weight.source", "factors.delivery.note"}  # fmt: skip


def model_figures(node: Any, path: str = "") -> dict[str, Any]:
    if isinstance(node, dict):
        return {k: v for name, x in node.items() for k, v in model_figures(x, f"{path}.{name}".strip(".")).items()}
    return {path: node}


@pytest.mark.parametrize(("tier", "red"), [("A", True), ("B", True), ("C", False)])
def test_a_p1_turns_red_after_72_hours_to_the_minute(tier: str, red: bool) -> None:
    opened = NOW + 13 * timedelta(minutes=1)
    _, found = swept([*key_account(tier), case(1, opened)], NOW + 4 * D)
    assert ((opened + 72 * H, "RED") in colours(found)) == red


def test_the_clock_of_a_case_runs_from_the_first_opening() -> None:
    opened = NOW + H
    again = case(1, opened, rev=3)
    facts = [*key_account(), case(1, opened), case(1, opened, NOW + 10 * H, rev=2)]
    reopened = Fact(NOW + 20 * H, again.type, "crm:9", again.stream, 3, again.data, again.account_id)
    _, found = swept([*facts, reopened], NOW + 4 * D)
    assert (opened + 72 * H, "RED") in colours(found)


def test_silence_is_broken_by_a_meeting_and_not_by_one_that_was_not_held() -> None:
    last = NOW - D
    _, found = swept([*key_account(), met(NOW + 30 * D, "Not Held")], NOW + 62 * D)
    assert (last + 60 * D, "AMBER") in colours(found)
    _, found = swept([*key_account(), met(NOW + 30 * D)], NOW + 62 * D)
    assert "AMBER" not in [c for _, c in colours(found)]


def test_a_prospect_stays_grey() -> None:
    facts = [f for f in key_account() if f.type != "CrmContractSeen"]
    _, found = swept([*facts, case(1, NOW)], NOW + 10 * D)
    assert colours(found) == []


def test_an_ended_account_becomes_unknown() -> None:
    _, found = swept([*key_account(), account(NOW + D, 2, rating="Churned")], NOW + 3 * D)
    assert colours(found)[-1] == (NOW + D, "GREY")


def test_a_silent_usage_feed_makes_nothing_better() -> None:
    weeks = [usage(date(2025, 7, 7) + n * timedelta(days=7), 100 if n < 15 else 40) for n in range(26)]
    facts = [*key_account("C"), *weeks, *(met(NOW + n * 5 * D) for n in range(30))]
    sweep, found = swept(facts, NOW + 120 * D)
    assert colours(found)[-1][1] in ("AMBER", "RED")
    assert sweep.cursor.state.stale
    assert "RiskColourStale" in [f.kind for f in found]


def test_a_week_in_which_a_product_has_not_reported_is_left_out() -> None:
    """Half the users in the newest week, or in one of those before: neither a fall nor, later, a rise."""
    mondays = [date(2025, 8, 4) + n * timedelta(days=7) for n in range(18)]
    gtx, mg = [usage(w, 80) for w in mondays], [usage(w, 80, product="MG") for w in mondays]
    now = Now(datetime(2025, 12, 10, tzinfo=UTC), ZONE, "A")
    whole = picture(book_of([*key_account(), *gtx, *mg], now.at), MODEL, now)
    for lost in (-1, -8):
        told = picture(book_of([*key_account(), *gtx, *mg[:lost], *mg[lost:][1:]], now.at), MODEL, now)
        assert whole
        assert told
        assert (told.trend, told.peak, told.licence) == (whole.trend, whole.peak, whole.licence)
        assert (told.trend, told.licence) == (10_000, 8_000)


def test_a_new_product_does_not_hide_the_weeks_before_it() -> None:
    mondays = [date(2025, 8, 4) + n * timedelta(days=7) for n in range(18)]
    facts = [*key_account(), *(usage(w, 80) for w in mondays), *(usage(w, 40, product="MG") for w in mondays[-2:])]
    now = Now(datetime(2025, 12, 10, tzinfo=UTC), ZONE, "A")
    found = picture(book_of(facts, now.at), MODEL, now)
    assert found
    assert (len(found.weeks), found.trend) == (18, 12_500)  # 80, 80, 120, 120 against 80


def test_the_weeks_of_the_holidays_make_room_for_older_ones() -> None:
    """22 and 29 December say 10, and count neither as a low mean before nor as one of the twelve weeks."""
    mondays = [date(2025, 9, 1) + n * timedelta(days=7) for n in range(24)]
    values = [100] * 14 + [90] * 2 + [10] * 2 + [60] * 6
    facts = [*key_account(), *(usage(w, v) for w, v in zip(mondays, values, strict=True))]
    now = Now(datetime(2026, 2, 18, tzinfo=UTC), ZONE, "A")
    found = picture(book_of(facts, now.at), MODEL, now)
    assert found
    before = [*values[6:16], 60, 60]  # twelve weeks before the last four, without 22 and 29 December
    assert found.trend == div_half_up(60 * 10_000 * 12, sum(before))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_any_order_of_reading_gives_the_same_colours(seed: int) -> None:
    facts = [
        *key_account(), case(1, NOW), case(1, NOW, NOW + 80 * H, rev=2), met(NOW + 9 * D), account(NOW + D, 2, nps=-60),
        account(NOW + 20 * D, 3, nps=30),
    ]  # fmt: skip
    plain = colours(swept(facts, NOW + 40 * D)[1])
    shuffled = facts[:]
    random.Random(seed).shuffle(shuffled)
    assert colours(swept(shuffled, NOW + 40 * D)[1]) == plain
    assert len(plain) > 2


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=8, unique=True))
def test_stopping_on_the_way_changes_nothing(stops: list[int]) -> None:
    facts = in_order([*key_account(), case(1, NOW), case(1, NOW, NOW + 80 * H, rev=2), account(NOW + D, 2, nps=-60)])
    plain = [(f.at, f.kind) for f in swept(facts, NOW + 40 * D)[1]]
    cursor, found = Cursor(), []
    for day in [*sorted(stops), 40]:
        sweep, some = swept(
            [f for f in facts if f.at <= NOW + day * D], NOW + day * D, Cursor.from_json(cursor.to_json())
        )
        cursor = sweep.cursor
        found += [(f.at, f.kind) for f in some]
    assert found == plain


def test_the_counterfactual_helps_and_is_minimal() -> None:
    facts = [
        *key_account(), case(1, NOW - 80 * H), case(2, NOW - 90 * H), account(NOW - D, 2, nps=-60),
        contract(ends_on="2026-04-10"),
    ]  # fmt: skip
    book = book_of(facts)
    answers = counterfactual(book, MODEL, NOW, ZONE, "RED")
    assert answers
    for answer in answers:
        after = evaluate(changed(book, answer.options), MODEL, NOW, ZONE)
        assert better(after, MODEL, "RED")
        assert after.score == answer.score
    size = len(answers[0].options)
    assert size >= 2
    every = list(options_of(book, MODEL, Now(NOW, ZONE, "A")))
    for smaller in range(size):
        for chosen in combinations(every, smaller):
            assert not better(evaluate(changed(book, chosen), MODEL, NOW, ZONE), MODEL, "RED")


def test_the_forecast_is_what_the_fold_finds_later() -> None:
    facts = in_order([*key_account(), case(1, NOW - 10 * H), contract(ends_on="2026-06-30")])
    now, _ = swept(facts, NOW)
    ahead, _ = swept(facts, NOW)
    ahead.cursor = copied(ahead.cursor)
    told = forecast(ahead, facts, NOW)
    later = now.run(facts, NOW + 90 * D)
    happened = [(f.at, f.turn.colour, f.evaluation.score) for f in later if f.turn and f.evaluation]
    assert [(s.at, s.to, s.score) for s in told.steps] == happened
    assert told.steps
    assert told.colours[90] == now.cursor.shown


def test_a_warning_comes_before_the_colour() -> None:
    _, found = swept(key_account(), NOW + 50 * D)
    raised = [f for f in found if f.kind == "RiskEarlyWarningRaised"]
    assert [(f.at, f.data["code"]) for f in raised] == [(NOW - D + 46 * D, "silence")]


def test_two_amber_floors_of_different_factors_are_red() -> None:
    facts = [*key_account("B"), account(NOW, 2, nps=-60), contract(ends_on="2026-04-20", notice_period_days=90)]
    found = evaluate(book_of(facts), MODEL, NOW, ZONE)
    assert found.floors[0].code == "compound"


def test_the_roll_up_is_no_average_and_names_the_child() -> None:
    def member(n: int, colour: str, arr: int, tier: str = "B") -> Member:
        return Member(UUID(int=n), colour, tier, arr)

    own = member(1, "GREEN", 70)
    small = roll_up(own, [member(2, "RED", 20), member(3, "GREEN", 10)], MODEL)
    assert small is not None
    assert (small.colour, small.rule, small.worst.account_id.int, small.at_risk) == ("AMBER", "red_child", 2, 20)
    large = roll_up(own, [member(2, "RED", 30)], MODEL)
    assert large is not None
    assert (large.colour, large.red_share) == ("RED", 3000)
    a_child = roll_up(own, [member(2, "RED", 1, "A")], MODEL)
    assert a_child is not None
    assert a_child.colour == "RED"
    assert roll_up(own, [], MODEL) is None


def test_flapping_counts_recent_changes_more() -> None:
    old, new = ["RED", *["GREEN"] * 20], [*["GREEN"] * 20, "RED"]
    assert 0 < flapping_share(old, 21) < flapping_share(new, 21)
    assert flapping_share(["GREEN", "AMBER"] * 10 + ["GREEN"], 21) == 10_000
    assert flapping_share(["GREEN"] * 21, 21) == 0


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("colour", "exit_amber"), 9000, "lines must rise"),
        (("factors", "service", "weight"), 1, "sum to"),
        (("colour", "exit_red"), 100, "exit_red"),
        (("floors",), None, "KeyError"),
    ],
)
def test_a_model_that_cannot_be_used_is_refused(path: tuple[str, ...], value: Any, fault: str) -> None:
    document = default_model()
    if value is None:
        del document["floors"]
    else:
        node: Any = document
        for name in path[:-1]:
            node = node[name]
        node[path[-1]] = value
    with pytest.raises(ModelInvalid, match=fault):
        model(document)


def test_who_stands_at_no_role_any_more_is_lost_after_the_grace() -> None:
    champion = {"subject_id": "p1", "buying_role": "champion", "champion": True, "influence": "high", "attitude": None}
    person = fact("CrmContactSeen", WON, 1, "p1", **champion)
    from shared import ids

    person = Fact(person.at, person.type, person.event, person.stream, 1, {**person.data, "subject_id": str(
        ids.subject_id("sugar", "contact", "p1"))}, person.account_id)  # fmt: skip
    gone = fact("CrmRecordDeleted", NOW, 2, "p1", object="contact")
    facts = [*key_account(), person, gone, contract(ends_on="2026-09-30")]
    _, found = swept(facts, NOW + 5 * D)
    assert (NOW + 3 * D, "AMBER") in colours(found)
