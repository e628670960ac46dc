"""Taking turns, medians of ratios, and the table and JSON that come of it."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

SECONDS = 1.5

Work = Callable[[], Awaitable[int]]
Run = Callable[[], Awaitable[float]]


async def clients(n: int, work: Work, seconds: float = SECONDS) -> float:
    """What `work` returns, per second, of n concurrent loops."""
    stop, done = time.perf_counter() + seconds, 0

    async def one() -> None:
        nonlocal done
        while time.perf_counter() < stop:
            got = await work()  # not `done += await …`: that reads the counter before the wait
            done += got

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(n)))
    return done / (time.perf_counter() - started)


async def timed(work: Work) -> float:
    """What `work` returns, per second, once."""
    started = time.perf_counter()
    done = await work()
    return done / (time.perf_counter() - started)


@dataclass
class Target:
    """One comparison. `at_most`: the ratio should stay below the target (times, losses) instead of above. Without a
    `target` nobody set one: the ratio is there to be watched."""

    number: str
    what: str
    ours: str
    baseline: str
    target: float | None
    at_most: bool = False
    unit: str = "per second"
    ratios: list[float] = field(default_factory=list)
    pairs: list[tuple[float, float]] = field(default_factory=list)

    def take(self, ours: float, baseline: float) -> None:
        self.pairs.append((ours, baseline))
        self.ratios.append(ours / baseline if baseline else float(ours))

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target

    def line(self) -> str:
        spread = f"[{min(self.ratios):.2f}..{max(self.ratios):.2f}]"
        mark = {True: "met", False: "NOT MET", None: ""}[self.met]
        limit = f"{'≤' if self.at_most else '≥'} {self.target:g}" if self.target is not None else "no target"
        return f"{self.number:>4}  {self.what:72} {self.ratio:8.3g} {spread:16} {limit}  {mark}"

    def record(self) -> dict[str, object]:
        ours, baseline = (statistics.median(p[i] for p in self.pairs) for i in (0, 1))
        return {
            "ratio": round(self.ratio, 4),
            "target": self.target,
            "at_most": self.at_most,
            "ours": round(ours, 4),
            "baseline": round(baseline, 4),
            "n": len(self.ratios),
            "what": self.what,
            "unit": self.unit,
            "met": self.met,
        }


async def rotate(
    rotations: int, runs: dict[str, Run], targets: list[Target], before: Callable[[], Awaitable[None]]
) -> None:
    """Every run once in each rotation, back to back, so that a drift of the machine hits both sides of a ratio."""
    for _ in range(rotations):
        await before()
        got = {name: await run() for name, run in runs.items()}
        for t in targets:
            t.take(got[t.ours], got[t.baseline])
