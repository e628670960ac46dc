"""Usage: active users by week, as a trend, against the best weeks, and against the licence.

Anchored at the newest report, not at the clock: a feed that falls silent leaves the last picture until it is too old.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.risk.policy.arithmetic import FULL, band, div_half_up
from services.risk.policy.book import Book
from services.risk.policy.factors.base import MISSING, Evidence, Now, Signal
from services.risk.policy.model import Model

WEEK = timedelta(days=7)
MONTH = timedelta(days=28)
HALF_YEAR, THIRTEEN = 26 * WEEK, 13 * WEEK
LAST, BEFORE = 4, 12
"""Weeks of a 28-day mean, and of the 84 days before it: one that is left out makes room for an older one."""


@dataclass(frozen=True, slots=True)
class Week:
    """All live products of a week."""

    start: date
    users: int
    licensed: int | None
    event: str

    @property
    def share(self) -> int | None:
        """Users per 10,000 licences; None: no licence is told."""
        return div_half_up(FULL * self.users, self.licensed) if self.licensed else None


@dataclass(frozen=True, slots=True)
class Picture:
    """Figures at the newest report. Ratios in basis points: the larger of users and share of the licence."""

    newest: date
    mean: int
    best: int
    trend: int | None
    peak: int | None
    licence: int | None
    halved: bool
    event: str
    reported_at: datetime
    weeks: Sequence[Week] = ()


def skipped(week: date) -> bool:
    """Weeks that start between 20 December and 3 January: the dip of the holidays."""
    return (week.month, week.day) >= (12, 20) or (week.month, week.day) <= (1, 3)


def picture(book: Book, model: Model, now: Now, back: int = 0) -> Picture | None:
    """The figures at the newest report, or `back` reports before it; None: there is none, or the ramp-up lasts."""
    start = book.first_start()
    if start is None or now.today < start + timedelta(days=model.usage_onboarding_days):
        return None
    key = "picture", model.halved_bp, back
    return book.worked_out("usage", key, lambda: _picture(book, model, back))


def _picture(book: Book, model: Model, back: int) -> Picture | None:
    weeks = counted(book)
    if back:
        weeks = weeks[:-back]
    if not weeks:
        return None
    newest = weeks[-1].start
    last, earlier = weeks[-LAST:], [w for w in (weeks[-LAST - BEFORE : -LAST],) if w]
    windows = [
        [w for w in weeks if end.start - MONTH < w.start <= end.start]
        for end in weeks
        if end.start > newest - HALF_YEAR + WEEK
    ]
    whole = [w for w in windows if len(w) >= 3] or windows
    best_week = [w for w in weeks if w.start > newest - THIRTEEN]
    return Picture(
        newest, _mean(last), max(_mean(w) for w in whole), _ratio(last, earlier), _ratio(last, whole),
        _share(last), _halved(weeks[-2:], best_week, model.halved_bp), weeks[-1].event,
        max(reports[max(reports)].reported_at for reports in book.usage.values()), weeks,
    )  # fmt: skip


def counted(book: Book) -> list[Week]:
    """The weeks that count, oldest first."""
    return book.worked_out("usage", "weeks", lambda: _weeks(book))


def signals(book: Book, model: Model, now: Now) -> Mapping[str, Signal]:
    """Trend, distance from the best weeks, use of the licence."""
    found = picture(book, model, now)
    valid = model.factors["usage"].valid_days
    if found is None or (valid is not None and now.at - found.reported_at > timedelta(days=valid)):
        return {"trend": MISSING, "peak": MISSING, "licence": MISSING}
    why = f"28-day mean {found.mean}, best of 26 weeks {found.best}"

    def signal(code: str, ratio: int | None, points: Sequence[tuple[int, int]]) -> Signal:
        if ratio is None:
            return MISSING
        value = band(ratio, points)
        return Signal(value, f"{ratio} bp", (Evidence(code, why, found.event),) if value else ())

    return {
        "trend": signal("trend", found.trend, model.trend_band),
        "peak": signal("peak", found.peak, model.peak_band),
        "licence": signal("licence", found.licence, model.licence_band),
    }


def _weeks(book: Book) -> list[Week]:
    """By week, the products that were reported in the last 28 days.

    Left out are the weeks of the holidays, and those in which a product that was there before has no report (yet): it
    is late or lost, and nobody stopped working.
    """
    newest = max((w for weeks in book.usage.values() for w in weeks), default=None)
    if newest is None:
        return []
    live = [weeks for weeks in book.usage.values() if any(w > newest - MONTH for w in weeks)]
    first = [min(weeks) for weeks in live]
    found = []
    for start in sorted({w for weeks in live for w in weeks if w > newest - HALF_YEAR - MONTH}):
        if skipped(start) or any(start not in weeks for weeks, at in zip(live, first, strict=True) if at <= start):
            continue
        reports = [weeks[start] for weeks in live if start in weeks]
        licensed = [r.licensed for r in reports if r.licensed]
        told = sum(licensed) if len(licensed) == len(reports) else None
        found.append(Week(start, sum(r.value for r in reports), told, reports[-1].event))
    return found


def _mean(weeks: Sequence[Week]) -> int:
    return div_half_up(sum(w.users for w in weeks), len(weeks)) if weeks else 0


def _of_licence(weeks: Sequence[Week]) -> tuple[int, int]:
    """(users, licences) of the weeks whose licence is known."""
    known = [(w.users, w.licensed) for w in weeks if w.licensed]
    return sum(u for u, _ in known), sum(n for _, n in known)


def _share(weeks: Sequence[Week]) -> int | None:
    users, licences = _of_licence(weeks)
    return div_half_up(FULL * users, licences) if licences else None


def _ratio(last: Sequence[Week], windows: Sequence[Sequence[Week]]) -> int | None:
    """`last` against the best of the windows, in basis points: the larger of users and share of the licence.

    Rounded once: against the best window is the least of what it is against each.
    """
    mine = sum(w.users for w in last)
    sums = [(total, len(part)) for part in windows if (total := sum(w.users for w in part))]
    if not last or not sums:
        return None
    ratios = [min(div_half_up(FULL * mine * n, total * len(last)) for total, n in sums)]
    users, licences = _of_licence(last)
    shares = [(u, n) for u, n in map(_of_licence, windows) if u and n]
    if licences and shares:
        ratios.append(min(div_half_up(FULL * users * n, u * licences) for u, n in shares))
    return max(ratios)


def _halved(two: Sequence[Week], weeks: Sequence[Week], limit: int) -> bool:
    """Both of the last two weeks at most `limit` of the best, in users and in share."""
    if len(two) < 2:
        return False
    users = max(w.users for w in weeks)
    shares = max((w.share or 0 for w in weeks), default=0)
    return all(
        w.users * FULL <= users * limit and (w.share is None or not shares or w.share * FULL <= shares * limit)
        for w in two
    )
