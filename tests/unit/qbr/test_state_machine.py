"""The state machine of a QBR never leaves its table, whatever is asked in whatever order.

The table here is written down from the domain model, not taken from the code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.qbr.domain import Qbr
from services.qbr.domain.review.states import MOVES, allowed
from services.qbr.domain.values import Pack
from shared.errors import Rejected
from tests.unit.qbr.lives import (
    ACTION,
    AFTER,
    BUYER,
    CYCLE,
    DECISION,
    DUE,
    HASH,
    HELD_AT,
    LIVES,
    NOW,
    TEMPLATE,
    TEXT,
    ZONE,
    meeting,
    qbr,
)  # fmt: skip

BEFORE = {"Planned", "Scheduled", "Preparing", "Ready"}
TABLE: dict[str, set[str]] = {
    "Proposed": {"Held", "Dismissed"},
    "Dismissed": {"Proposed"},
    "Planned": {"Scheduled", "Postponed", "Cancelled", "Waived", "Missed"},
    "Scheduled": {"Preparing", "Postponed", "Cancelled", "Waived", "Missed"},
    "Preparing": {"Ready", "Postponed", "Cancelled", "Waived", "Missed"},
    "Ready": {"Held", "Postponed", "Cancelled", "Waived", "Missed"},
    "Postponed": {"Scheduled", "Cancelled", "Waived", "Missed"},
    "Missed": {"Scheduled", "Waived"},
    "Held": {"FollowUp", "Retracted"},
    "FollowUp": {"Closed", "Retracted"},
    "Closed": {"Retracted"},
    "Cancelled": set(),
    "Waived": set(),
    "Retracted": set(),
}
PACK = Pack(watermark={}, pack_at=NOW, template=TEMPLATE, locale="de", pack_hash=HASH)

Do = Callable[[Qbr], object]
COMMANDS: dict[str, Do] = {
    "ScheduleQBR": lambda q: q.schedule(HELD_AT, [BUYER], [BUYER], NOW),
    "RecordAcceptance": lambda q: q.record_acceptance(TEXT),
    "RescheduleQBR": lambda q: q.reschedule((q.at or HELD_AT) + timedelta(days=1), "board meeting", NOW, CYCLE),
    "PostponeQBR": lambda q: q.postpone("merger", None, date(2026, 4, 1)),
    "CancelQBR": lambda q: q.cancel("no need"),
    "WaiveQBR": lambda q: q.waive("merger", "head", "u1", []),
    "StartPreparation": lambda q: q.start_preparation(),
    "NoteAgenda": lambda q: q.note_agenda("goals", TEXT, ["goals"]),
    "FreezeDataPack": lambda q: q.freeze_pack(PACK),
    "AnnotatePack": lambda q: q.annotate_pack("usage", TEXT, ["usage"]),
    "PublishPack": lambda q: q.publish_pack("internal", 38),
    "HoldQBR": lambda q: q.hold(meeting(), ZONE, AFTER, "", "u1", CYCLE, []),
    "ConfirmProposedQBR": lambda q: q.confirm(meeting(), DUE, ZONE, AFTER, [], TEMPLATE),
    "DismissProposedQBR": lambda q: q.dismiss("was a workshop"),
    "CorrectQBR": lambda q: q.correct(meeting(minutes=60), ZONE, AFTER, []),
    "RetractQBR": lambda q: q.retract("another account"),
    "RateQBR": lambda q: q.rate([4, 3, 5, 4]),
    "RecordDecision": lambda q: q.record_decision(DECISION, TEXT, ["u1"], None),
    "AgreeAction": lambda q: q.note_action(ACTION),
    "ApproveMinutes": lambda q: q.approve_minutes(None),
    "SendSummary": lambda q: q.send_summary(date(2026, 4, 15), date(2026, 4, 15)),
    "CloseQBR": lambda q: q.close("nothing to do", DECISION, []),
}
SILENT: dict[str, Do] = {
    "move due": lambda q: q.move_due(q.due_by + timedelta(days=1), 14, "tier_changed"),
    "remind": lambda q: q.remind("invite", 60, 0),
    "miss": lambda q: q.miss(0),
    "summary": lambda q: q.tell_summary_overdue(DUE, 0),
    "close overdue": lambda q: q.tell_close_overdue(DUE, 0),
    "see": lambda q: q.see_meeting(q.revision + 1, HELD_AT, (BUYER,), "u2"),
    "lose": lambda q: q.lose_meeting(q.revision + 1),
}
"""What time and the CRM ask: they are never refused, they do nothing where they do not fit."""


def slug_of(do: Do, found: Qbr) -> str | None:
    """The rule that says no; None: it was done."""
    try:
        do(found)
    except Rejected as e:
        return e.slug
    return None


@pytest.mark.parametrize("state", TABLE)
def test_every_state_can_be_reached(state: str) -> None:
    found = qbr(state).aggregate
    assert found is not None
    assert found.state == state


@pytest.mark.parametrize("state", TABLE)
@pytest.mark.parametrize("name", [*COMMANDS, *SILENT])
def test_a_command_moves_along_the_table_or_is_refused(state: str, name: str) -> None:
    found = qbr(state).aggregate
    assert found is not None
    slug = slug_of((COMMANDS | SILENT)[name], found)
    if slug is not None:
        assert name in COMMANDS, f"{name} is never refused"
        assert found.state == state
        assert name not in allowed(state) or slug != "wrong-state"  # type: ignore[arg-type]
        return
    assert found.state == state or found.state in TABLE[state]
    assert name in SILENT or name in allowed(state)  # type: ignore[arg-type]
    if name in COMMANDS:
        assert found.state == (MOVES[name].to or state), "the table says where a command leads"


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(LIVES)), st.lists(st.sampled_from(sorted([*COMMANDS, *SILENT])), max_size=25)
)  # fmt: skip
def test_no_sequence_of_commands_leaves_the_table(state: str, names: list[str]) -> None:
    spec: Any = qbr(state)
    found: Qbr = spec.aggregate
    held = 0
    for name in names:
        before = found.state
        try:
            (COMMANDS | SILENT)[name](found)
        except Rejected:
            assert found.state == before
        assert found.state == before or found.state in TABLE[before]
        held += before != "Held" and found.state == "Held"
    assert held <= 1, "a QBR is held once"
    told = [(type(e).__name__, getattr(e, "step", ""), e.due_version) for e in found.collect_events()
            if isinstance(e, (Qbr.QBRDueSoon, Qbr.QBRMissed))]  # fmt: skip
    assert len(told) == len(set(told)), "each reminder once for each due version"


def test_at_a_date_that_is_over_nothing_can_be_scheduled() -> None:
    qbr("Planned").when(
        lambda q: q.schedule(datetime(2026, 3, 1, tzinfo=NOW.tzinfo), [BUYER], [BUYER], NOW)
    ).then_raises(Rejected, "date-in-the-past")
