"""The rules of series, action items and templates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.qbr.domain import ActionItem, QbrTemplate, Series
from services.qbr.domain.values import Promotion
from services.qbr.policies import shipped
from shared.errors import Rejected
from shared.testing import Spec
from tests.unit.qbr.lives import ACCOUNT, ACTION, BUYER, RHYTHMS, SECOND, action, happened, series

D, TODAY = date, date(2026, 5, 10)


def test_a_series_starts_once_with_the_rhythm_of_its_tier() -> None:
    opened = (Series.QBRSeriesOpened, {"account_id": ACCOUNT})
    Spec(Series, opened).when(lambda s: s.start("B", RHYTHMS["B"], D(2026, 1, 15))).then(
        Series.QBRSeriesStarted, interval_days=182, grace_days=21, due_by=D(2026, 7, 16)
    )
    series().when(lambda s: s.start("A", RHYTHMS["A"], TODAY)).then_nothing()


def test_the_vectors_of_the_next_due_day_through_the_aggregate() -> None:
    held = happened(Series.QBRSeriesHeldNoted, qbr_id=ACTION, held_on=D(2026, 1, 15))
    series(held, tier="C", anchor=D(2025, 1, 1)).when(lambda s: s.retime("A", RHYTHMS["A"], D(2026, 5, 10), 30)).then(
        Series.QBRSeriesRetimed, due_by=D(2026, 6, 9), cause="tier_changed", tier_changed_on=D(2026, 5, 10)
    )
    series(held, tier="C", anchor=D(2025, 1, 1)).when(lambda s: s.retime("A", RHYTHMS["A"], D(2026, 3, 10), 30)).then(
        Series.QBRSeriesRetimed, due_by=D(2026, 4, 16)
    )
    series().when(lambda s: s.retime("A", RHYTHMS["A"], TODAY, 30)).then_nothing()


def test_a_qbr_held_corrected_or_retracted_moves_the_next_one() -> None:
    series().when(lambda s: s.note_held(ACTION, D(2026, 4, 14), 30, "held")).then_each(
        (Series.QBRSeriesHeldNoted, {"held_on": D(2026, 4, 14)}),
        (Series.QBRSeriesRetimed, {"due_by": D(2026, 7, 14), "cause": "held"}),
    )
    held = happened(Series.QBRSeriesHeldNoted, qbr_id=ACTION, held_on=D(2026, 4, 14))
    moved = happened(
        Series.QBRSeriesRetimed, cause="held", tier="A", interval_days=91, grace_days=14, due_by=D(2026, 7, 14),
        was_due_by=D(2026, 4, 16), tier_changed_on=None,
    )  # fmt: skip
    series(held, moved).when(lambda s: s.note_held(ACTION, D(2026, 4, 14), 30, "held")).then_nothing()
    series(held, moved).when(lambda s: s.note_held(ACTION, None, 30, "held_retracted")).then_each(
        (Series.QBRSeriesHeldNoted, {"held_on": None}),
        (Series.QBRSeriesRetimed, {"due_by": D(2026, 4, 16), "cause": "held_retracted"}),
    )


def proposed() -> Any:
    return happened(Series.QBRPullForwardProposed, to=D(2026, 3, 1), due_by=D(2026, 4, 16), risk_event="risk:7")


def test_a_red_accounts_next_qbr_is_proposed_to_be_pulled_forward_once() -> None:
    series().when(lambda s: s.propose_pull(D(2026, 3, 1), 60, "risk:7")).then(
        Series.QBRPullForwardProposed, to=D(2026, 3, 1), due_by=D(2026, 4, 16), risk_event="risk:7"
    )
    series(proposed()).when(lambda s: s.propose_pull(D(2026, 3, 1), 60, "risk:8")).then_nothing()
    series().when(lambda s: s.propose_pull(D(2026, 4, 16), 60, "risk:7")).then_nothing()
    held = happened(Series.QBRSeriesHeldNoted, qbr_id=ACTION, held_on=D(2026, 1, 20))
    series(held).when(lambda s: s.propose_pull(D(2026, 3, 1), 60, "risk:7")).then_nothing()
    ended = happened(Series.QBRSeriesEnded, reason="x")
    series(ended).when(lambda s: s.propose_pull(D(2026, 3, 1), 60, "risk:7")).then_nothing()


def test_a_person_pulls_it_forward_or_leaves_it_and_better_news_settles_it() -> None:
    series(proposed()).when(lambda s: s.pull_forward(D(2026, 2, 10))).then(
        Series.QBRSeriesRetimed, cause="pulled_forward", due_by=D(2026, 3, 1), was_due_by=D(2026, 4, 16)
    )
    series(proposed()).when(lambda s: s.pull_forward(D(2026, 3, 9))).then(Series.QBRSeriesRetimed, due_by=D(2026, 3, 9))
    series(proposed()).when(lambda s: s.dismiss_pull("We meet anyway")).then(Series.QBRPullForwardDismissed)
    series(proposed()).when(lambda s: s.settle_pull("not red")).then(Series.QBRPullForwardDismissed, reason="not red")
    series().when(lambda s: s.settle_pull("not red")).then_nothing()
    for late in (lambda s: s.pull_forward(TODAY), lambda s: s.dismiss_pull("why")):
        with pytest.raises(Rejected, match="pull the next QBR forward"):
            late(series().aggregate)


def test_a_qbr_pulled_forward_stays_so_when_the_tier_changes_and_until_it_is_held() -> None:
    moved = happened(
        Series.QBRSeriesRetimed, cause="pulled_forward", tier="A", interval_days=91, grace_days=14,
        due_by=D(2026, 3, 1), was_due_by=D(2026, 4, 16), tier_changed_on=None,
    )  # fmt: skip
    series(proposed(), moved).when(lambda s: s.retime("B", RHYTHMS["B"], D(2026, 2, 20), 30)).then(
        Series.QBRSeriesRetimed, due_by=D(2026, 3, 1), cause="tier_changed"
    )
    series(proposed(), moved).when(lambda s: s.note_held(ACTION, D(2026, 2, 27), 30, "held")).then_each(
        (Series.QBRSeriesHeldNoted, {}), (Series.QBRSeriesRetimed, {"due_by": D(2026, 5, 29), "cause": "held"})
    )


def test_after_a_waiver_the_next_interval_runs_from_the_day_left_out() -> None:
    series().when(lambda s: s.note_waived(ACTION, D(2026, 4, 16), 30)).then_each(
        (Series.QBRSeriesWaiverNoted, {"was_due": D(2026, 4, 16)}),
        (Series.QBRSeriesRetimed, {"due_by": D(2026, 7, 16), "cause": "waived"}),
    )


def test_pause_resume_end() -> None:
    paused = happened(Series.QBRSeriesPaused, reason="merger", until=None)
    series().when(lambda s: s.pause("merger", TODAY, TODAY)).then_raises(Rejected, "pause-in-the-past")
    series().when(lambda s: s.pause("merger", None, TODAY)).then(Series.QBRSeriesPaused, until=None)
    series(paused).when(lambda s: s.book(ACTION)).then_raises(Rejected, "series-paused")
    series(paused).when(lambda s: s.resume(TODAY, 30)).then(Series.QBRSeriesResumed, due_by=D(2026, 6, 9))
    series().when(lambda s: s.resume(TODAY, 30)).then_raises(Rejected, "series-not-paused")
    series().when(lambda s: s.end("over")).then(Series.QBRSeriesEnded, reason="over")
    ended = happened(Series.QBRSeriesEnded, reason="over")
    series(ended).when(lambda s: s.end("over")).then_nothing()
    series(ended).when(lambda s: s.book(ACTION)).then_raises(Rejected, "series-not-running")
    series(ended).when(lambda s: s.start("A", RHYTHMS["A"], TODAY)).then(Series.QBRSeriesStarted, anchor=TODAY)


def test_an_action_lives_from_agreed_to_done() -> None:
    action().when(lambda a: a.start()).then(ActionItem.ActionItemStarted)
    action((ActionItem.ActionItemStarted, {})).when(lambda a: a.start()).then_nothing()
    action().when(lambda a: a.complete(" ", TODAY)).then_raises(Rejected, "evidence-missing")
    action().when(lambda a: a.complete("crm:9", D(2026, 5, 15))).then(ActionItem.ActionItemDone, on_time=True)
    action().when(lambda a: a.complete("crm:9", D(2026, 5, 16))).then(ActionItem.ActionItemDone, on_time=False)
    done: Any = (ActionItem.ActionItemDone, {"evidence_ref": "crm:9", "done_on": TODAY, "on_time": True})
    action(done).when(lambda a: a.complete("crm:9", TODAY)).then_nothing()
    for refused in (lambda a: a.start(), lambda a: a.reschedule(D(2026, 6, 1), "x", TODAY), lambda a: a.block("x")):
        action(done).when(refused).then_raises(Rejected, "action-closed")
    action(done).when(lambda a: a.reopen("not yet")).then(ActionItem.ActionItemReopened)
    action().when(lambda a: a.reopen("x")).then_raises(Rejected, "action-open")


def test_an_action_is_dropped_by_both_sides() -> None:
    for us, them in ((["u1"], []), ([], [str(BUYER)])):
        action().when(lambda a, us=us, them=them: a.drop("x", us, them)).then_raises(Rejected, "both-sides-needed")
    action().when(lambda a: a.drop("no need", ["u1"], [str(BUYER)])).then(
        ActionItem.ActionItemDropped, agreed_by=("u1", str(BUYER))
    )


def test_each_due_day_of_an_action_is_told_once() -> None:
    told: Any = (ActionItem.ActionItemOverdue, {
        "side": "ours", "owner": "u1", "due": D(2026, 5, 15), "due_version": 1, "late_by_s": 0, "times_rescheduled": 0,
        "blocked": False,
    })  # fmt: skip
    moved: Any = (ActionItem.ActionItemRescheduled, {
        "from_due": D(2026, 5, 15), "to_due": D(2026, 5, 29), "reason": "x", "count": 1, "due_version": 2,
    })  # fmt: skip
    action().when(lambda a: a.tell_overdue(5)).then(ActionItem.ActionItemOverdue, due_version=1, late_by_s=5)
    action(told).when(lambda a: a.tell_overdue(5)).then_nothing()
    action(told).when(lambda a: a.tell_due_soon(0)).then(ActionItem.ActionItemDueSoon)
    blocked: Any = (ActionItem.ActionItemBlocked, {"reason": "price list"})
    action(told, moved, blocked).when(lambda a: a.tell_overdue(0)).then(
        ActionItem.ActionItemOverdue, due_version=2, times_rescheduled=1, blocked=True
    )
    spec = action(told)
    assert spec.aggregate is not None
    assert spec.aggregate.overdue
    assert not action(told, moved).aggregate.overdue  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("to", "reason", "slug"),
    [
        (D(2026, 5, 15), "x", "due-unchanged"),
        (D(2026, 5, 9), "x", "due-in-the-past"),
        (D(2026, 6, 1), "", "reason-missing"),
    ],
)
def test_what_is_no_other_due_day(to: date, reason: str, slug: str) -> None:
    action().when(lambda a: a.reschedule(to, reason, TODAY)).then_raises(Rejected, slug)


def test_a_promise_changes_hands_on_its_own_side() -> None:
    action().when(lambda a: a.reassign("u2", "sugar")).then(ActionItem.ActionItemReassigned, was_owner="u1", owner="u2")
    action().when(lambda a: a.reassign("u1", "sugar")).then_nothing()
    action(side="customer").when(lambda a: a.reassign("u2", "sugar")).then_raises(Rejected, "owner-unknown")
    action(side="customer").when(lambda a: a.reassign(str(SECOND), "sugar")).then(
        ActionItem.ActionItemReassigned, owner_subject=SECOND
    )


def test_only_ours_becomes_an_initiative_and_only_once() -> None:
    how = Promotion(no_opportunity_reason="none yet", stakeholders=(BUYER,))
    action().when(lambda a: a.promote(Promotion())).then_raises(Rejected, "opportunity-missing")
    action(side="customer").when(lambda a: a.promote(how)).then_raises(Rejected, "not-ours")
    spec = action().when(lambda a: a.promote(how))
    spec.then(ActionItem.ActionItemPromoted, title="Offer", owner="u1", stakeholders=(BUYER,))
    assert spec.aggregate is not None
    spec.aggregate.promote(how)
    assert not spec.aggregate.collect_events()


def test_a_published_template_does_not_change() -> None:
    raw = shipped("qbr_template.v1")
    opened = (QbrTemplate.QbrTemplateOpened, {"template_id": "std"})
    drafted = (
        QbrTemplate.QbrTemplateDrafted,
        {"template_id": "std", "template_version": 1, "document": raw, "by": "u1"},
    )
    Spec(QbrTemplate, opened).when(lambda t: t.draft(raw, "u1")).then(
        QbrTemplate.QbrTemplateDrafted, template_version=1
    )
    Spec(QbrTemplate, opened, drafted).when(lambda t: t.draft(raw, "u1")).then_nothing()
    Spec(QbrTemplate, opened).when(lambda t: t.publish(1, "u1")).then_raises(Rejected, "template-version-unknown")
    spec = Spec(QbrTemplate, opened, drafted).when(lambda t: t.publish(1, "u1"))
    spec.then(QbrTemplate.QbrTemplatePublished, template_version=1)
    assert spec.aggregate is not None
    assert spec.aggregate.draft({**raw, "pack_sections": ["goals"]}, "u1") == 2
    bad = {**raw, "agenda": raw["agenda"][:1]}
    Spec(QbrTemplate, opened).when(lambda t: t.draft(bad, "u1")).then_raises(Rejected, "fixed-section-missing")
