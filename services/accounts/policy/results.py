"""What the tier rules return: an assessment that explains itself. Stored inside `TierAssessed`, shown on the page.

All scores are basis points. `points_bp` of the criteria with a value sum to the score, to the last point.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Reason = Literal["first", "promote", "demote", "gate_failed", "hold", "incomplete"]


class Result(BaseModel):
    """Base: frozen; unknown stored fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SignalResult(Result):
    """One signal inside a criterion. `value_bp` None: not available, its weight is spread over the others.

    `raw` is the figure before the band, as text with its unit; `event_ids` the stored events it was read from.
    """

    signal: str
    weight_bp: int
    value_bp: int | None = None
    raw: str = ""
    source: Literal["automatic", "manual"] = "automatic"
    event_ids: tuple[str, ...] = ()


class CriterionResult(Result):
    """One of the five criteria. `available_bp`: the share of its inner weight that has a value."""

    criterion: str
    weight_bp: int
    value_bp: int | None = None
    available_bp: int = 0
    points_bp: int = 0
    signals: tuple[SignalResult, ...] = ()


class GateResult(Result):
    """A condition besides the score. `tiers`: which tiers it guards; `why`: the figures it was judged by."""

    gate: str
    tiers: tuple[str, ...]
    passed: bool
    why: str


class Assessment(Result):
    """The whole judgement. `raw_tier`: by plain lines and gates; `tier`: after hysteresis, what should hold now.

    `held_back`: the higher tier that only a failed gate prevents (None: no gate in the way). `score_bp` None: no value
    of any criterion is known.
    """

    policy_version: int
    score_bp: int | None
    completeness_bp: int
    criteria: tuple[CriterionResult, ...]
    gates: tuple[GateResult, ...]
    raw_tier: Literal["A", "B", "C", "N"]
    tier: Literal["A", "B", "C", "N"] | None
    reason: Reason
    held_back: Literal["A", "B", "C", "N"] | None = None
