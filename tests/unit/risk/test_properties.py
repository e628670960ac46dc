"""What holds for every history of an account, folded as the service folds it (domain.md §21: 2, 3, 12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.risk.policy.book import Book
from services.risk.policy.colour import Lines, State, step
from services.risk.policy.counterfactual import changed, options_of
from services.risk.policy.cursor import Cursor
from services.risk.policy.evaluate import FED, Evaluation, evaluate
from services.risk.policy.factors import Now
from services.risk.policy.facts import Fact, in_order
from services.risk.policy.findings import values
from services.risk.policy.sweep import Found
from tests.unit.risk.world import MODEL, NOW, ZONE, account, case, contract, fact, key_account, met, usage
from tests.unit.risk.world import swept as swept_world

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAYS = 150
MONDAYS = [date(2025, 8, 4) + n * timedelta(days=7) for n in range(42)]

moments = st.integers(0, DAYS * 24).map(lambda h: NOW + h * HOUR)


def a_case(number: int, opened: datetime, lasts: int | None, priority: str) -> list[Fact]:
    found = [case(number, opened, priority=priority)]
    return found if lasts is None else [*found, case(number, opened, opened + lasts * HOUR, priority, rev=2)]


def an_override(number: int, at: datetime, to: str, days: int) -> list[Fact]:
    was = {"AMBER": "GREEN", "RED": "GREEN"}.get(to, "AMBER") if number % 2 else "RED"
    until = (at + days * DAY).isoformat()
    return [
        fact(
            "RiskColourOverridden", at, 1, f"o{number}", override_id=f"o{number}", to=to, from_=was, until=until,
            needs_second=False,
        )
    ]  # fmt: skip


def some_usage(low: int, since: int) -> list[Fact]:
    return [usage(w, 90 if n < since else low) for n, w in enumerate(MONDAYS)]


def some_nps(number: int, at: datetime, value: int) -> list[Fact]:
    return [account(at, number + 10, nps=value, competitor="Norvantis" if value < -60 else None)]


happenings = st.one_of(
    st.builds(a_case, st.integers(1, 6), moments, st.none() | st.integers(1, 400), st.sampled_from(("P1", "P2"))),
    st.builds(some_nps, st.integers(1, 50), moments, st.integers(-100, 100)),
    st.builds(an_override, st.integers(1, 4), moments, st.sampled_from(("GREEN", "AMBER", "RED")), st.integers(1, 60)),
    st.builds(lambda at, held: [met(at, "Held" if held else "Not Held")], moments, st.booleans()),
    st.builds(some_usage, st.integers(5, 90), st.integers(16, 40)),
    st.builds(lambda m: [contract(ends_on=f"2026-{m:02d}-15")], st.integers(4, 12)),
)  # fmt: skip
histories = st.builds(
    lambda tier, found: in_order(
        {f.event: f for f in [*key_account(tier), *(x for part in found for x in part)]}.values()
    ),
    st.sampled_from(("A", "B", "C")), st.lists(happenings, max_size=12),
)  # fmt: skip


def followed(facts: list[Fact], dead: datetime | None = None) -> list[tuple[Found, dict[str, Any], Book]]:
    """Every colour: the finding, the fields of its event, the book as it stood."""
    seen: list[tuple[Found, dict[str, Any], Book]] = []
    sweep, _ = swept_world([], NOW - 3 * DAY, dead=dead)
    sweep.cursor = Cursor()

    def emit(found: Found) -> None:
        if found.turn is not None:
            seen.append((found, values(found, sweep, {}, "USD", timedelta(0)), sweep.book.copied()))

    sweep.emit = emit
    sweep.run(facts, NOW + DAYS * DAY)
    return seen


@settings(max_examples=30)
@given(histories)
def test_colours_go_one_at_a_time_and_never_from_red_to_green(facts: list[Fact]) -> None:
    """Whatever people override on the way."""
    shown, last = "GREY", None
    for found, fields, _ in followed(facts):
        to = {"RiskBecameUnknown": "GREY"}.get(found.kind, found.kind.removeprefix("RiskTurned").upper())
        assert found.at != last, "two colours of one evaluation"
        assert fields["from_"] == shown
        assert (shown, to) != ("RED", "GREEN")
        shown, last = to, found.at


def test_an_override_at_the_instant_of_recovery_does_not_jump_from_red_to_green() -> None:
    """The model goes from RED to AMBER, and a better override begins that holds one step below it."""
    closed = NOW + 5 * DAY
    facts = [*key_account(), *a_case(1, NOW, 5 * 24, "P1"), *(met(NOW + n * DAY) for n in range(40))]
    recovered = closed + MODEL.lines.down
    found = followed(in_order([*facts, *an_override(2, recovered, "GREEN", 20)]))
    steps = [(f.at, f.kind) for f, *_ in found if f.at >= recovered]
    assert steps[0] == (recovered, "RiskTurnedAmber")


def test_a_better_colour_that_people_set_says_so_and_claims_no_recovery() -> None:
    facts = [*key_account(), *(met(NOW + n * DAY) for n in range(40))]
    worse = an_override(1, NOW + 2 * DAY, "AMBER", 20)
    found = followed(in_order([*facts, *worse, *an_override(2, NOW + 4 * DAY, "GREEN", 10)]))
    set_by_hand = {fields["why"] for f, fields, _ in found if f.turn and f.turn.why == "override"}
    assert set_by_hand == {"set by hand"}


@settings(max_examples=30)
@given(histories)
def test_contributions_sum_and_undoing_what_they_cite_brings_the_score_under_the_line(facts: list[Fact]) -> None:
    for found, fields, book in followed(facts):
        e = found.evaluation
        assert e
        if e.score is None:
            continue
        assert sum(c.points for c in fields["contributions"]) == e.score
        assert all(c.evidence for c in fields["contributions"] if c.points), "points without evidence"
        if found.turn and found.turn.why in ("sustained", "severe"):
            after = undone(book, e)
            assert after.score is not None
            assert after.score < MODEL.lines.enter_amber


def undone(book: Book, e: Evaluation) -> Evaluation:
    """What somebody could change is changed; a limit that was broken, which nobody can undo, was kept."""
    cited = {x.event for f in e.factors for x in f.evidence}
    new = changed(book, tuple(options_of(book, MODEL, Now(e.at, ZONE, e.tier))))
    new.cases = {k: c for k, c in new.cases.items() if c.event not in cited}
    return evaluate(new, MODEL, e.at, ZONE)


@settings(max_examples=60)
@given(histories, moments, st.integers(1, 160))
def test_a_dead_feed_never_improves_a_colour(facts: list[Fact], moment: datetime, hours: int) -> None:
    """It dies a few hours or days after the last fact of a random moment, when colours are about to get better. GREEN
    may become GREY; what people decide still counts."""
    last = max((f.at for f in facts if f.at <= moment), default=NOW)
    dead = max(last, NOW) + hours * HOUR
    known = [f for f in facts if f.at <= dead and f.type != "RiskColourOverridden"]
    rank = {"GREEN": 0, "AMBER": 1, "RED": 2}
    for found, fields, _ in followed(known, dead):
        if found.at <= dead:
            continue
        to = found.kind.removeprefix("RiskTurned").upper()
        worse = rank.get(to, -1) > rank.get(fields["from_"], -1)
        assert worse or (fields["from_"], found.kind) == ("GREEN", "RiskBecameUnknown")
    assert set(FED) < set(MODEL.weights), "delivery comes from our own services"


CALIBRATED = MODEL.lines
BANDS = (
    (3800, 4200, Lines()),
    (CALIBRATED.enter_amber - 200, CALIBRATED.enter_amber + 200, CALIBRATED),
)


@given(
    st.sampled_from(BANDS), st.lists(st.integers(1, 23), min_size=1, max_size=80), st.sampled_from(("GREEN", "AMBER"))
)
def test_an_input_that_flips_around_the_line_never_changes_the_colour(
    band: tuple[int, int, Lines], hours: list[int], colour: Literal["GREEN", "AMBER"]
) -> None:
    """38, 42, 38, 42 … with the lines of domain.md, and the same around the calibrated ones."""
    state, now = State(colour, NOW), NOW
    for n, h in enumerate(hours):
        now += h * HOUR
        state, turn = step(state, now, band[n % 2], 10_000, None, True, band[2])
        assert turn is None
