"""The executable reference of the domain model: each of its vectors that is about risk, to the same bit."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.risk.policy.arithmetic import decay_bp, shares, weighted
from services.risk.policy.colour import Lines, State, step

VECTORS = json.loads((Path(__file__).parents[1] / "accounts" / "vectors.json").read_text(encoding="utf-8"))
WEIGHTS = {
    "relationship": 2000, "engagement": 1500, "service": 2000, "usage": 1500, "commercial": 2000, "delivery": 1000,
}  # fmt: skip
T0 = datetime(2026, 1, 5, 5, tzinfo=UTC)
NAMES = {"RED": "RiskTurnedRed", "AMBER": "RiskTurnedAmber", "GREEN": "RiskTurnedGreen", "GREY": "RiskBecameUnknown"}
ROWS: dict[str, tuple[list[tuple[Any, ...]], State]] = {
    "oscillates 38..42": ([(24 * i, [3800, 4200][i % 2], 10000) for i in range(30)], State("GREEN", T0)),
    "sustained 45": ([(24 * i, 4500, 10000) for i in range(4)], State("GREEN", T0)),
    "severe 90": ([(0, 9000, 10000)], State("GREEN", T0)),
    "notice received": ([(0, 1000, 10000, "RED")], State("GREEN", T0)),
    "red recovers": ([(24 * i, 2000, 10000) for i in range(20)], State("RED", T0)),
    "red, no countermeasure": ([(24 * i, 2000, 10000, None, False) for i in range(20)], State("RED", T0)),
    "red, feed dies": ([(24 * i, None, 0) for i in range(40)], State("RED", T0)),
    "green, feed dies": ([(24 * i, None, 0) for i in range(3)], State("GREEN", T0)),
    "jump 45 then 75": (
        [(0, 4500, 10000), (12, 7500, 10000), (24, 7500, 10000), (48, 7500, 10000)],
        State("GREEN", T0),
    ),
}


def test_the_weight_of_what_is_missing_is_spread() -> None:
    factors: dict[str, int | None] = {
        "relationship": 8000, "engagement": 6000, "service": 7500, "usage": None, "commercial": 7000, "delivery": 4000,
    }  # fmt: skip
    assert list(weighted(factors, WEIGHTS)) == VECTORS["risk_usage_na"]
    assert list(weighted({"relationship": 9000, "engagement": 9000}, WEIGHTS)) == VECTORS["risk_cov_low"]
    assert sum(shares(6824, factors, WEIGHTS).values()) == 6824


def test_decay_halves_every_half_life() -> None:
    assert {str(d): decay_bp(d, 45) for d in (0, 15, 45, 60, 90, 180, 365)} == VECTORS["decay_hl45"]


@pytest.mark.parametrize("name", VECTORS["risk_fsm"])
def test_the_colour_moves_as_in_the_reference(name: str) -> None:
    rows, state = ROWS[name]
    log = []
    for hours, score, coverage, *more in rows:
        floor, mitigated = (more[0] if more else None), (more[1] if len(more) > 1 else True)
        state, turn = step(state, T0 + timedelta(hours=hours), score, coverage, floor, mitigated, Lines())
        if turn:
            log.append([hours, NAMES[turn.colour], turn.why])
    assert [state.colour, log] == VECTORS["risk_fsm"][name]
