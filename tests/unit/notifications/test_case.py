"""The life of an alert: every rule that says no, and that each alert ends in exactly one end state whatever happens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications import process
from services.notifications.domain import COMPANY, AlertCase, Preferences
from services.notifications.domain.values import ENDS, Step, Told
from services.notifications.policy.calendar import Offset, calendar
from services.notifications.policy.delivery import Wishes
from services.notifications.policy.documents import shipped
from services.notifications.policy.quiet import QuietHours
from services.notifications.policy.recipients import Team
from services.notifications.process import Situation
from shared.errors import Rejected
from shared.testing import Spec

BOOK, BERLIN = shipped(), calendar("Europe/Berlin", "DE")
LIMITS = BOOK.limits
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ME, YOU = Told(person="u1", role="commercial_owner"), Told(person="u2", role="head_of_kam")
STEP = Step(key="s0", due_at=NOW, level=0, to=("commercial_owner",), urgency="immediate")
LATER = Step(key="s1", due_at=NOW + timedelta(days=10), level=2, to=("head_of_kam",), urgency="immediate")
RAISED: dict[str, Any] = {
    "account_id": COMPANY, "status": "Raised", "key": "a|R7|m|1", "rule": "R7", "rule_version": 1, "part": "",
    "trigger": "MilestoneDueSoon", "title": "milestone_due", "subject": "m", "epoch": "1", "severity": "info",
    "tier": "A", "theme": "COMMERCIAL", "facts": {}, "why": ("growth:1",), "refs": ("m",), "people": {}, "named": (),
    "persons": (), "steps": (STEP, LATER), "expires_at": NOW + timedelta(days=90), "realert": "5 bd", "late_by_s": 0,
}  # fmt: skip


def on(name: str, **fields: Any) -> tuple[Any, dict[str, Any]]:
    return getattr(AlertCase, name), {"account_id": COMPANY, **fields}


TOLD = (
    on("AlertRaised", **RAISED), on("AlertStepReached", status="Raised", step="s0", level=0, to=(ME,), late_by_s=0),
    on("AlertDelivered", status="Delivered", person="u1", channel="in_app", delivery_id=COMPANY, digest_id=None,
       attempts=1),
)  # fmt: skip
OVER = (*TOLD, on("AlertResolved", status="Resolved", by_event="growth:2", by_type="MilestoneCompleted"))
HIGH = (*TOLD, on("AlertEscalated", status="Escalated", step="s1", level=3, to=(YOU,), late_by_s=0))


def snooze(case: AlertCase, until: datetime, latest: datetime | None = None) -> None:
    case.snooze("u1", (), until, "other", NOW, latest or BERLIN.add(NOW, Offset(5, "bd")), LIMITS)


def test_acknowledged_is_not_resolved() -> None:
    Spec(AlertCase, *TOLD).when(lambda c: c.acknowledge("u1", (), None)).then(
        AlertCase.AlertAcknowledged, person="u1", status="Acknowledged"
    )
    assert "Acknowledged" not in ENDS


def test_whoever_holds_the_role_acts_for_its_inbox() -> None:
    inbox = Told(person="role:head_of_kam", role="head_of_kam")
    given = (TOLD[0], on("AlertStepReached", status="Raised", step="s0", level=0, to=(inbox,), late_by_s=0))
    Spec(AlertCase, *given).when(lambda c: c.acknowledge("u5", ("head_of_kam",), None)).then(
        AlertCase.AlertAcknowledged, person="u5"
    )
    Spec(AlertCase, *given).when(lambda c: c.acknowledge("u5", (), None)).then_raises(Rejected, "not-a-recipient")


@pytest.mark.parametrize(
    ("given", "until", "slug"),
    [
        (TOLD, NOW - timedelta(hours=1), "snooze-past"),
        (TOLD, NOW + timedelta(days=8), "snooze-too-long"),
        (HIGH, NOW + timedelta(days=1), "snooze-level"),
        (OVER, NOW + timedelta(days=1), "alert-over"),
        ((on("AlertRaised", **{**RAISED, "expires_at": NOW + timedelta(hours=5)}), *TOLD[1:]), NOW + timedelta(hours=6),
         "snooze-past-deadline"),
    ],
)  # fmt: skip
def test_snoozes_have_limits(given: Any, until: datetime, slug: str) -> None:
    Spec(AlertCase, *given).when(lambda c: snooze(c, until)).then_raises(Rejected, slug)


def test_a_fourth_snooze_is_refused() -> None:
    times = [on("AlertSnoozed", status="Snoozed", person="u1", until=NOW, reason="other")] * LIMITS.snoozes
    Spec(AlertCase, *TOLD, *times).when(lambda c: snooze(c, NOW + timedelta(days=1))).then_raises(
        Rejected, "snooze-count"
    )
    Spec(AlertCase, *TOLD, *times[1:]).when(lambda c: snooze(c, NOW + timedelta(days=1))).then(AlertCase.AlertSnoozed)


@given(st.lists(st.integers(-5, 400), max_size=8))
@settings(max_examples=60)
def test_no_snooze_passes_the_next_deadline_or_five_business_days(hours: list[int]) -> None:
    case = AlertCase(**RAISED)
    case.reach(STEP, (ME,), 0)
    taken = []
    for h in hours:
        try:
            snooze(case, NOW + timedelta(hours=h))
            taken.append(h)
        except Rejected:
            pass
    assert len(taken) <= 3
    assert all(NOW < NOW + timedelta(hours=h) <= BERLIN.add(NOW, Offset(5, "bd")) < LATER.due_at for h in taken)


def test_what_is_over_takes_nothing_more() -> None:
    for do in (
        lambda c: c.expire(), lambda c: c.suppress("muted"), lambda c: c.exhaust(), lambda c: c.resolve("x", "y"),
        lambda c: c.reach(c.steps["s1"], (YOU,), 0), lambda c: c.fold(COMPANY), lambda c: c.note_plan("x"),
        lambda c: c.deliver("u1", ("in_app",)) and None,
    ):  # fmt: skip
        Spec(AlertCase, *OVER).when(do).then_nothing()


def test_a_delivery_id_is_the_same_until_the_person_was_told() -> None:
    case = AlertCase(**RAISED)
    case.reach(STEP, (ME,), 0)
    assert case.deliver("u1", ("email",)) == case.deliver("u1", ("email",))
    first = case.deliver("u1", ("email", "in_app"))
    assert first != case.deliver("u1", ("email",)), "told again is another message"


def test_the_inbox_cannot_be_left_and_releases_lie_outside_of_the_quiet() -> None:
    opened = (Preferences.PreferencesOpened, {"person": "u1"})
    Spec(Preferences, opened).when(lambda p: p.set_channels(("email",), "de")).then(
        Preferences.RecipientChannelsSet, channels=("in_app", "email")
    )
    bad = QuietHours("UTC", release=datetime(2026, 1, 1, 6).time())
    Spec(Preferences, opened).when(lambda p: p.set_quiet(bad, False)).then_raises(Rejected, "release-in-quiet-hours")


ACTIONS = ["ack", "snooze", "see", "delegate", "plan", "resolve", "supersede", "hour", "day", "week", "mute", "fold",
           "unfold", "leave", "gap", "back"]  # fmt: skip


@given(st.sampled_from([("R14", 0, "A"), ("R14", 0, None), ("R4", 0, "B"), ("R8", 0, "A"), ("R17", 2, "A")]),
       st.lists(st.sampled_from(ACTIONS), max_size=25), st.booleans())  # fmt: skip
@settings(max_examples=60)
def test_each_alert_ends_in_exactly_one_end_state(
    what: tuple[str, int, str | None], actions: list[str], flapping: bool
) -> None:
    rule, trigger, tier = what
    anchor = process.Anchor(rule, trigger, NOW, NOW, "risk:1", False)
    steps = process.schedule(BOOK, anchor, tier, NOW, BERLIN)
    expires = process.expires(BOOK.rule(rule), trigger, steps, BERLIN)
    title = BOOK.rule(rule).triggers[trigger].title
    case = AlertCase(**{**RAISED, "rule": rule, "tier": tier, "title": title, "steps": steps, "expires_at": expires})
    team, gone, muted = Team(owners={"COMMERCIAL": "u1"}, heads=("u2",)), set[str](), False
    now, spent = NOW, dict[str, int]()
    jumps = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
    for action in [*actions, *["week"] * 90]:
        try:
            match action:
                case "ack":
                    case.acknowledge("u1", (), BERLIN.add(now, Offset(1, "bd")))
                case "snooze":
                    case.snooze("u1", (), now + timedelta(hours=2), "other", now, now + timedelta(days=7), LIMITS)
                case "see":
                    case.see("u1", ())
                case "delegate":
                    case.delegate("u1", (), "u3")
                case "plan":
                    case.note_plan("risk:2")
                case "resolve":
                    case.resolve("risk:3", "RiskTurnedAmber")
                case "supersede":
                    case.suppress("superseded")
                case "fold":
                    case.fold(COMPANY)
                case "unfold":
                    case.unfold()
                case "gap":
                    case.pause("sugar", None)
                case "back" if case.paused_by:
                    case.pause("sugar", now + timedelta(minutes=15))
                case "back":
                    pass
                case "mute":
                    muted = True
                case "leave":
                    gone.add("u1")
                case _:
                    now += jumps[action]
        except Rejected:
            continue
        for _ in range(20):
            if (at := case.next_at()) is None or at > now:
                break
            process.advance(case, now, team, BOOK, BERLIN)
            wishes = {
                p: Wishes(QuietHours("Europe/Berlin"), mutes=((rule, None),) if muted else ()) for p in case.recipients
            }
            here = frozenset(case.recipients) - gone
            process.tell(case, now, Situation(wishes, spent, here, flapping), BOOK, BERLIN)
        else:
            raise AssertionError(f"the clock goes round in circles: {case.status}, {case.next_at()}")
    events = case.collect_events()
    ends = [e for e in events if getattr(e, "status", "") in ENDS]
    names = {"AlertSuppressed", "AlertResolved", "AlertExpired", "LadderExhausted"}
    assert case.ended, case.status
    assert [type(e).__name__ for e in ends if type(e).__name__ in names] == [type(ends[0]).__name__]
    assert ends[0].status == case.status
    assert case.next_at() is None
