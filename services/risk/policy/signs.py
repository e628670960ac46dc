"""What the days say: trend, flapping, early warnings. Integers only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from services.risk.policy.arithmetic import FULL, div_half_up
from services.risk.policy.book import Book
from services.risk.policy.clocks import Clock
from services.risk.policy.cursor import Cursor
from services.risk.policy.evaluate import Evaluation
from services.risk.policy.factors import Evidence, Now, usage
from services.risk.policy.factors.base import DAY
from services.risk.policy.model import Model


class Sign(NamedTuple):
    """A sign of a worse colour. `code`: the floor that will apply."""

    kind: str
    why: str
    code: str | None = None
    expected_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()


def trend(cursor: Cursor, found: Evaluation, model: Model, today: date) -> tuple[str, int] | None:
    """(rising: worse, steady, falling; change of the score); None: nothing to compare with."""
    before = cursor.score_on(today - timedelta(days=model.trend_days))
    if before is None or found.score is None:
        return None
    delta = found.score - before
    word = "rising" if delta >= model.trend_rising else "falling" if delta <= model.trend_falling else "steady"
    return word, delta


def flapping_share(colours: Sequence[str], window: int) -> int:
    """Weighted share of changes over the last `window` daily colours, basis points: recent changes weigh 1.2, the
    oldest 0.8 (Nagios' rule)."""
    last = list(colours)[-window:]
    n = len(last) - 1
    if n < 1:
        return 0
    weights = [800 + (400 * i // (n - 1) if n > 1 else 400) for i in range(n)]
    changed = sum(w for w, a, b in zip(weights, last, last[1:], strict=False) if a != b)
    return div_half_up(FULL * changed, sum(weights)) if len(last) >= window else 0


def warnings(
    book: Book, cursor: Cursor, found: Evaluation, ahead: Sequence[Clock], model: Model, now: Now
) -> list[Sign]:
    """The signs that are there now; only a green account is warned of."""
    signs = []
    if projected := _projection(cursor, found, model, now):
        signs.append(projected)
    if worse := _worse(cursor, found, model, now.today):
        signs.append(worse)
    held = {f.code for f in found.floors}
    for clock in ahead:
        within = model.floor_ahead_days_silence if clock.code == "silence" else model.floor_ahead_days
        if clock.floor and clock.code not in held and clock.at <= now.at + within * DAY:
            signs.append(Sign("floor_ahead", clock.why, clock.code, clock.at))
            break
    if sliding := _sliding(book, model, now):
        signs.append(sliding)
    return signs


def _projection(cursor: Cursor, found: Evaluation, model: Model, now: Now) -> Sign | None:
    """The least-squares line through the scores of the last 28 days crosses the line within 21."""
    if found.score is None or found.score >= model.warn_line:
        return None
    last = [s for _, s, _, _ in cursor.samples[-model.projection_days :] if s is not None]
    n = len(last)
    if n < model.projection_days:
        return None
    # slope = 6·Σ(2i−n+1)·y / (n·(n²−1)) for x = 0…n−1: exact in integers until the one division
    top = 6 * sum((2 * i - n + 1) * y for i, y in enumerate(last))
    bottom = n * (n * n - 1)
    gap = model.warn_line - found.score
    if top <= 0 or gap * bottom > top * model.warn_within_days:
        return None
    days = -(-gap * bottom // top)
    why = f"score rises by {div_half_up(top * 28, bottom)} bp in 28 days, reaches {model.warn_line} in {days} d"
    return Sign("projection", why, None, now.midnight(now.today + timedelta(days=days)))


def _worse(cursor: Cursor, found: Evaluation, model: Model, today: date) -> Sign | None:
    before = cursor.values_on(today - timedelta(days=model.worse_days))
    if before is None:
        return None
    worse = []
    for f in found.factors:
        was = before.get(f.name)
        if f.value is not None and was is not None and f.value - was >= model.worse_by:
            worse.append(f)
    if len(worse) < model.worse_count:
        return None
    names = ", ".join(f.name for f in worse)
    evidence = tuple(e for f in worse for e in f.evidence[:1])
    return Sign("factors_worse", f"{names} worse within {model.worse_days} days", None, None, evidence)


def _sliding(book: Book, model: Model, now: Now) -> Sign | None:
    """The 28-day mean at most 90 % of the 84 days before it, in four reports in a row."""
    event = ""
    for back in range(model.sliding_reports):
        found = usage.picture(book, model, now, back)
        if found is None or found.trend is None or found.trend > model.sliding_bp:
            return None
        event = event or found.event
    why = f"use falls: {model.sliding_reports} reports in a row at or under {model.sliding_bp // 100} % of before"
    return Sign("usage_sliding", why, None, None, (Evidence("usage_sliding", why, event),))
