"""What a KPI is made of: parts of single customers, and how parts become a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from services.insights.policy.world import Customer, World


@dataclass(frozen=True, slots=True)
class Part:
    """One customer's part. `n` and `d`: above and below the line; `values`: of a median; `running`: those of them that
    still run (censored); `apart`: not counted, shown with this reason."""

    n: int = 0
    d: int = 0
    events: tuple[str, ...] = ()
    values: tuple[int, ...] = ()
    running: tuple[int, ...] = ()
    apart: str | None = None


class Period(NamedTuple):
    """From the end of day `t0`, on which cohort and tier are frozen, to the end of day `t1`. A point has both alike."""

    t0: date
    t1: date

    def has(self, day: date | None) -> bool:
        """Whether a day lies in it: after t0, up to t1."""
        return day is not None and self.t0 < day <= self.t1


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the definitions' document."""

    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


Measure = Callable[[World, Period, Customer, Rules], Part | None]
"""One customer's part; None: it is not in the cohort."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One KPI in one version. `of`: what is above and below the line, `minor` or `count`; `minimum`: least cases."""

    id: str
    version: int
    kind: str
    unit: str
    window: str
    better: str
    title: Mapping[str, str]
    formula: str
    minimum: int = 0
    of: str = "count"

    @property
    def of_persons(self) -> bool:
        """Whether single values would tell what one employee did: such a part is shown from `minimum` values on."""
        return self.kind == "median" and self.minimum > 0


@dataclass(frozen=True, slots=True)
class Result:
    """A value and what it is made of. `value` None: nothing to divide by, or too few cases."""

    definition: Definition
    scope: str
    period: Period
    value: int | None
    n: int | None
    d: int | None
    parts: Mapping[UUID, Part]

    @property
    def counted(self) -> dict[UUID, Part]:
        """The parts that count; the others are shown apart."""
        return {a: p for a, p in self.parts.items() if p.apart is None}


def year_before(day: date) -> date:
    """The same day a year before; 28 February for a leap day."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def basis_points(n: int, d: int) -> int | None:
    """n / d, rounded half up; None: nothing to divide by."""
    return (20_000 * n + d) // (2 * d) if d else None


def median(values: Sequence[int]) -> int | None:
    """The middle one; of two the mean, rounded half up."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half] + 1) // 2


def survival_median(ended: Iterable[int], running: Iterable[int]) -> int | None:
    """Kaplan–Meier: the first duration at which at most half are left; None: more than half outlast all that ended."""
    durations = sorted([(d, True) for d in ended] + [(d, False) for d in running])
    left, alive_n, alive_d = len(durations), 1, 1
    n = 0
    while n < len(durations):
        at = durations[n][0]
        same = [over for d, over in durations if d == at]
        over = sum(same)
        alive_n, alive_d = alive_n * (left - over), alive_d * left
        if over and 2 * alive_n <= alive_d:
            return at
        left -= len(same)
        n += len(same)
    return None


def total(definition: Definition, scope: str, period: Period, parts: Mapping[UUID, Part]) -> Result:
    """The value of some parts."""
    counted = [p for p in parts.values() if p.apart is None]
    values = [v for p in counted for v in p.values]
    n, d = sum(p.n for p in counted), sum(p.d for p in counted)
    value: int | None
    above: int | None = n
    below: int | None = d
    match definition.kind:
        case "ratio":
            value = basis_points(n, d) if d >= max(definition.minimum, 1) else None
        case "sum":
            value, below = (None if parts and not counted else n), None  # all apart: nothing is known
        case "median":
            value, above, below = (median(values) if len(values) >= definition.minimum else None), None, None
        case "survival":
            running = [v for p in counted for v in p.running]
            value, above, below = survival_median(values, running), None, None
        case kind:
            raise ValueError(f"KPI {definition.id}: unknown kind {kind!r}; write ratio, sum, median or survival")
    return Result(definition, scope, period, value, above, below, parts)


def in_period(world: World, period: Period, instant: datetime | None) -> bool:
    """Whether an instant lies in the period, by days of the company."""
    return instant is not None and period.has(world.terms.day(instant))


def days(n: int) -> timedelta:
    """n days."""
    return timedelta(days=n)
