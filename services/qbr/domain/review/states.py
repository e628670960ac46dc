"""The state machine of a QBR, as data: from which states each command works, and to which it leads (None: stays)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from services.qbr.domain.base import need
from services.qbr.domain.values import State

OPEN: frozenset[State] = frozenset({"Planned", "Scheduled", "Preparing", "Ready", "Postponed", "Missed"})
"""Neither held nor given up: one of a series at a time."""
DATED: frozenset[State] = frozenset({"Scheduled", "Preparing", "Ready"})
"""There is a date that the customer accepted."""
TOOK_PLACE: frozenset[State] = frozenset({"Held", "FollowUp", "Closed"})
BEFORE: frozenset[State] = frozenset({"Planned", "Scheduled", "Preparing", "Ready"})
AT_WORK: frozenset[State] = frozenset({"Preparing", "Ready"})


class Move(NamedTuple):
    """What a command does to the state."""

    since: frozenset[State]
    to: State | None


def _only(*states: State) -> frozenset[State]:
    return frozenset(states)


MOVES: Mapping[str, Move] = {
    "ScheduleQBR": Move(_only("Planned", "Postponed", "Missed"), "Scheduled"),
    "RecordAcceptance": Move(DATED, None),
    "RescheduleQBR": Move(DATED, None),
    "PostponeQBR": Move(BEFORE, "Postponed"),
    "CancelQBR": Move(BEFORE | {"Postponed"}, "Cancelled"),
    "WaiveQBR": Move(OPEN, "Waived"),
    "MissQBR": Move(BEFORE | {"Postponed"}, "Missed"),
    "StartPreparation": Move(_only("Scheduled"), "Preparing"),
    "RecordPreparationActivity": Move(AT_WORK, None),
    "NoteAgenda": Move(BEFORE | {"Postponed", "Missed", "Held", "FollowUp"}, None),
    "FreezeDataPack": Move(AT_WORK, None),
    "AnnotatePack": Move(AT_WORK, None),
    "PublishPack": Move(AT_WORK, "Ready"),
    "HoldQBR": Move(_only("Ready"), "Held"),
    "ConfirmProposedQBR": Move(_only("Proposed"), "Held"),
    "DismissProposedQBR": Move(_only("Proposed"), "Dismissed"),
    "CorrectQBR": Move(TOOK_PLACE, None),
    "RetractQBR": Move(TOOK_PLACE, "Retracted"),
    "RateQBR": Move(TOOK_PLACE, None),
    "RecordDecision": Move(_only("Held", "FollowUp"), None),
    "AgreeAction": Move(_only("Held", "FollowUp"), None),
    "ApproveMinutes": Move(_only("Held"), "FollowUp"),
    "SendSummary": Move(_only("FollowUp"), None),
    "CloseQBR": Move(_only("FollowUp"), "Closed"),
}


def allowed(state: State) -> list[str]:
    """The commands that work in a state, except those that only time and the CRM give."""
    return [name for name, move in MOVES.items() if state in move.since and name != "MissQBR"]


def may(command: str, state: State) -> None:
    """Raises Rejected `wrong-state` where the command does not work."""
    since = MOVES[command].since
    need(state in since, "wrong-state", f"{command} works while a QBR is {_listed(since)}; this one is {state}.")


def _listed(states: frozenset[State]) -> str:
    return " or ".join(sorted(states))
