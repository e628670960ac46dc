"""Colour with hysteresis (domain.md §14): one pure step from state and inputs to state and at most one event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Colour = Literal["GREY", "GREEN", "AMBER", "RED"]
Floor = Literal["AMBER", "RED"]
Why = Literal[
    "first_classification", "sustained", "severe", "hard_trigger", "recovered", "no_data", "override", "model_change",
    "ended",
]  # fmt: skip
RANK: dict[str, int] = {"GREEN": 0, "AMBER": 1, "RED": 2}


@dataclass(frozen=True, slots=True)
class Lines:
    """Where colours begin and end, and how long a score must stay there; scores in basis points."""

    enter_amber: int = 4000
    exit_amber: int = 3200
    enter_red: int = 7000
    exit_red: int = 6000
    immediate_red: int = 8500
    up: timedelta = timedelta(hours=24)
    down: timedelta = timedelta(days=7)
    min_coverage: int = 6000


@dataclass(frozen=True, slots=True)
class State:
    """Where an account stands. `amber_since`, `red_since`: the score has been at or over that line without a break
    since then; `low_since`: under the exit line of the present colour; `nodata_since`: without enough data."""

    colour: Colour = "GREY"
    since: datetime | None = None
    amber_since: datetime | None = None
    red_since: datetime | None = None
    low_since: datetime | None = None
    nodata_since: datetime | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """The one change of an evaluation. `over_line_since`: since when the line is crossed, where a dwell time ended."""

    colour: Colour
    why: Why
    over_line_since: datetime | None = None


def step(
    state: State, now: datetime, score: int | None, coverage: int, floor: Floor | None, mitigated: bool, lines: Lines,
    *, held: bool = False,
) -> tuple[State, Turn | None]:  # fmt: skip
    """`mitigated`: every red cause has a countermeasure or is gone, else RED stays. `held`: a factor is no longer fed,
    so the colour can get worse but not better.
    """

    def go(colour: Colour, why: Why, since: datetime | None = None) -> tuple[State, Turn | None]:
        new = replace(state, colour=colour, since=now, low_since=None, stale=False)
        return new, Turn(colour, why, since)

    if score is None or coverage < lines.min_coverage:
        nodata = state.nodata_since or now
        state = replace(state, amber_since=None, red_since=None, low_since=None, nodata_since=nodata)
        if floor and (state.colour == "GREY" or RANK[floor] > RANK[state.colour]):
            return go(floor, "hard_trigger")
        if state.colour in ("AMBER", "RED"):
            return replace(state, stale=True), None
        if state.colour == "GREEN" and now - nodata >= lines.up:
            return go("GREY", "no_data", nodata)
        return state, None
    state = replace(
        state, stale=held and state.colour in ("AMBER", "RED"), nodata_since=None,
        amber_since=(state.amber_since or now) if score >= lines.enter_amber else None,
        red_since=(state.red_since or now) if score >= lines.enter_red else None,
    )  # fmt: skip
    if state.colour == "GREY":
        raw: Colour = "RED" if state.red_since else "AMBER" if state.amber_since else "GREEN"
        forced = floor is not None and RANK[floor] > RANK[raw]
        return go(floor or raw, "hard_trigger") if forced else go(raw, "first_classification")
    if floor and RANK[floor] > RANK[state.colour] and score < lines.immediate_red:
        return go(floor, "hard_trigger")
    if state.colour != "RED" and score >= lines.immediate_red:
        return go("RED", "severe")
    if state.colour != "RED" and state.red_since and now - state.red_since >= lines.up:
        return go("RED", "sustained", state.red_since)
    if state.colour == "GREEN" and state.amber_since and now - state.amber_since >= lines.up:
        return go("AMBER", "sustained", state.amber_since)
    limit = {"RED": lines.exit_red, "AMBER": lines.exit_amber}.get(state.colour)
    kept = floor is not None and state.colour != "GREEN" and RANK[floor] >= RANK[state.colour]
    if limit is None or score >= limit or kept or held:
        return replace(state, low_since=None), None
    low = state.low_since or now
    state = replace(state, low_since=low)
    if now - low >= lines.down and (state.colour != "RED" or mitigated):
        return go("AMBER" if state.colour == "RED" else "GREEN", "recovered", low)
    return state, None


def dwell_ends(state: State, lines: Lines) -> list[datetime]:
    """When a running dwell time is over: the instants at which time alone may change the colour."""
    ends = [since + lines.up for since in (state.amber_since, state.red_since) if since and state.colour != "RED"]
    if state.low_since:
        ends.append(state.low_since + lines.down)
    if state.nodata_since and state.colour == "GREEN":
        ends.append(state.nodata_since + lines.up)
    return ends
