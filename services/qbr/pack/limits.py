"""The numbers that packs judge by: versioned data, never constants of the code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """A version of the limits; their meanings stand beside the numbers in `limits.v1.json`."""

    version: int
    case_hours: dict[str, int]
    cases_in_time_bp: int
    lookback_days: int
    trend_weeks: int
    usage_silent_days: int
    deadline_days: int
    deadline_soon_days: int
    use_low_bp: int
    use_goal_bp: int
    use_full_bp: int
    use_fall_bp: int
    contact_days: int
    promise_days: int
    goal_check_days: int

    @classmethod
    def of(cls, document: dict[str, Any]) -> Limits:
        """From a policy document. Raises KeyError for a limit that it lacks."""
        limits: dict[str, dict[str, Any]] = document["limits"]
        hours = {k: v for k, v in limits["case_hours"].items() if isinstance(v, int)}
        plain = {name: limit["value"] for name, limit in limits.items() if name != "case_hours"}
        return cls(version=document["version"], case_hours=hours, **plain)


@cache
def shipped() -> Limits:
    """Version 1, as it ships."""
    return Limits.of(json.loads((Path(__file__).parent / "limits.v1.json").read_text(encoding="utf-8")))
