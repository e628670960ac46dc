"""The policy of growth plans: a versioned document (`policies/growth.v1.json`) with each number and its reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

POLICIES = Path(__file__).resolve().parents[1] / "policies"
_DUTIES: dict[str, Literal["head_of_kam", "owner", "optional"]] = {
    "duty, approved by head of KAM": "head_of_kam",
    "duty, owner": "owner",
    "one page, optional": "optional",
}
_CADENCES = {"quarterly": 91, "half-yearly": 182, "yearly": 365}


@dataclass(frozen=True, slots=True)
class GrowthPolicy:
    """The numbers of one version; days are calendar days unless the name says business days."""

    version: int
    duties: dict[str, str]
    cadences: dict[str, str]
    plan_missing_days: int
    plan_check_grace_business_days: int
    plan_end_days: int
    plan_days: int
    goal_check_days: int
    goal_missed_grace_business_days: int
    goal_at_risk_shortfall_bp: int
    goal_off_track_shortfall_bp: int
    goal_confirmation_days: int
    milestone_due_soon_business_days: tuple[int, ...]
    milestone_overdue_business_days: tuple[int, ...]
    backdating_days: int

    def duty(self, tier: str | None) -> Literal["head_of_kam", "owner", "optional"]:
        """What a tier owes; without one a plan is optional."""
        return _DUTIES[self.duties[tier]] if tier in self.duties else "optional"

    def check_days(self, tier: str | None) -> int:
        """Days between two checks of a plan; without a tier the longest cadence."""
        return _CADENCES[self.cadences[tier]] if tier in self.cadences else max(_CADENCES.values())

    def plan_due(self, since: date) -> date:
        """The last day on which an owed plan is in time."""
        return since + timedelta(days=self.plan_missing_days)


def parse(document: dict[str, Any]) -> GrowthPolicy:
    """Raises ValueError for a document that lacks something or names a duty or cadence that we do not know."""
    try:
        owed, rules = document["standards"], {name: rule["value"] for name, rule in document["rules"].items()}
        tiers = {t: owed["growth_plan"][t] for t in "ABC"}
        cadences = {t: owed["plan_check"][t] for t in "ABC"}
        if not set(tiers.values()) <= _DUTIES.keys() or not set(cadences.values()) <= _CADENCES.keys():
            raise ValueError(f"duties are {sorted(_DUTIES)}, cadences {sorted(_CADENCES)}")
        steps: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in rules.items()}
        return GrowthPolicy(version=document["version"], duties=tiers, cadences=cadences, **steps)
    except (KeyError, TypeError) as e:
        raise ValueError(f"the growth policy is incomplete: {e!r}") from e


@lru_cache(1)
def shipped() -> GrowthPolicy:
    """The newest version that comes with this program."""
    newest = max(POLICIES.glob("growth.v*.json"), key=lambda p: int(p.stem.partition(".v")[2]))
    return parse(json.loads(newest.read_text(encoding="utf-8")))
