"""The figures of the cycle around a QBR, as `policies/cycle.v1.json` has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cycle:
    """Days are calendar days unless the name says business days."""

    version: int
    tier_change_lead_days: int
    pull_forward_days: int
    before_due_days: Mapping[str, int]
    before_date_days: Mapping[str, int]
    summary_business_days: int
    close_business_days: int
    action_due_soon_business_days: int
    moves_until_head_is_told: int
    backdating_free_days: int
    pause_that_ends_activity_minutes: int
    preparation_target_minutes: int
    preparation_least_n: int

    @property
    def window_days(self) -> int:
        """How long before it is due a QBR is planned."""
        return max(self.before_due_days.values())


def cycle(document: Mapping[str, Any]) -> Cycle:
    """Raises KeyError for a figure that is missing."""
    return Cycle(**{name: document[name] for name in Cycle.__dataclass_fields__})
