"""Where the fold of an account stands: state of the colour, what was told last, the samples of the last days."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any

from services.risk.policy.colour import State

KEEP = 36
"""Daily samples: enough for the trend of 30 days, the projection and the flapping window."""


@dataclass(slots=True)
class Cursor:
    """`at`: the last instant that was evaluated. `causes`: why it is red, each must be answered or gone before it
    leaves. `samples`: (day, score, values by factor, colour) of the daily ticks."""

    at: datetime | None = None
    state: State = field(default_factory=State)
    shown: str = "GREY"
    epoch: int = 0
    amber_since: date | None = None
    red_since: datetime | None = None
    plan_due_at: datetime | None = None
    plan_told: bool = False
    causes: tuple[str, ...] = ()
    score_told: int | None = None
    values_told: dict[str, int | None] = field(default_factory=dict)
    stale_told: bool = False
    trend: str = "steady"
    flapping: bool = False
    warnings: dict[str, str] = field(default_factory=dict)
    model_version: int = 0
    override: str = ""
    recoloured: tuple[int, str, str] | None = None
    """The model version that changed the colour last, the colour before and after."""
    samples: list[tuple[str, int | None, dict[str, int | None], str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, d: dict[str, Any]) -> Cursor:
        """Of `to_json`, stored and read again or not."""
        values = {f.name: d[f.name] for f in fields(cls) if f.name in d}
        state = dict(values["state"])
        for name in ("since", "amber_since", "red_since", "low_since", "nodata_since"):
            state[name] = _instant(state[name])
        values["state"] = State(**state)
        for name in ("at", "red_since", "plan_due_at"):
            values[name] = _instant(values[name])
        amber = values["amber_since"]
        values["amber_since"] = date.fromisoformat(amber) if isinstance(amber, str) else amber
        values["causes"] = tuple(values["causes"])
        values["recoloured"] = tuple(values["recoloured"]) if values.get("recoloured") else None
        values["samples"] = [(d_, s, v, c) for d_, s, v, c in values["samples"]]
        return cls(**values)

    def sample(self, day: date, score: int | None, values: dict[str, int | None]) -> None:
        """The tick of a day."""
        self.samples = [*self.samples, (day.isoformat(), score, values, self.shown)][-KEEP:]

    def values_on(self, day: date) -> dict[str, int | None] | None:
        """The factors at the newest tick on or before a day; None: nothing that old is kept."""
        found = [v for d, _, v, _ in self.samples if d <= day.isoformat()]
        return found[-1] if found else None

    def score_on(self, day: date) -> int | None:
        """The score at the newest tick on or before a day."""
        found = [s for d, s, _, _ in self.samples if d <= day.isoformat()]
        return found[-1] if found else None


def _instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
