"""The clock forecast (X2): the same fold run forward, with only timers firing. If nobody acts, this is what happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.risk.policy.cursor import Cursor
from services.risk.policy.evaluate import Evaluation
from services.risk.policy.facts import Fact
from services.risk.policy.findings import main_cause
from services.risk.policy.sweep import Found, Sweep

HORIZONS = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class Step:
    """A colour that will come."""

    at: datetime
    was: str
    to: str
    trigger: str
    code: str
    why: str
    score: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """`colours`, `scores`: by days from now; day 0 is now."""

    steps: tuple[Step, ...]
    colours: dict[int, str]
    scores: dict[int, int | None]


def forecast(sweep: Sweep, facts: Sequence[Fact], now: datetime, days: int = 90) -> Forecast:
    """`sweep`: as it stands now, with a cursor of its own; `facts`: all that is known, none of which lies ahead."""
    last: list[tuple[datetime, int | None]] = []
    found: list[tuple[Found, str]] = []

    def watch(e: Evaluation) -> None:
        last.append((e.at, e.score))

    def emit(f: Found) -> None:
        if f.turn is not None:
            found.append((f, sweep.cursor.shown))

    sweep.watch, sweep.emit = watch, emit
    sweep.run(facts, now)
    begin, found[:] = sweep.cursor.shown, []
    score = last[-1][1] if last else sweep.cursor.score_told
    colours, scores = {0: begin}, {0: score}
    steps: list[Step] = []
    for day in [d for d in HORIZONS if d <= days] or [days]:
        sweep.run(facts, now + timedelta(days=day))
        colours[day], scores[day] = sweep.cursor.shown, last[-1][1] if last else score
    for f, to in found:
        e = f.evaluation
        assert e is not None
        assert f.turn is not None
        code = e.floors[0].code if e.floors and f.turn.why == "hard_trigger" else ""
        why = main_cause(e, f.kind, str(f.data["from_"]), f.data.get("why"))
        steps.append(Step(f.at, f.data["from_"], to, f.turn.why, code, why, e.score))
    return Forecast(tuple(steps), colours, scores)


def copied(cursor: Cursor) -> Cursor:
    """One that can be run forward."""
    return Cursor.from_json(cursor.to_json())
