"""The rhythm of an account's reviews."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.qbr.base import SeriesFact, Tier


class Rhythm(SeriesFact):
    """A series with its rhythm: next due = max(last held, else anchor + interval; tier change + 30 days lead)."""

    tier: Tier
    interval_days: int = Field(description="Days from one QBR to the next, by the standards of the tier")
    grace_days: int = Field(description="Days after the due day until it counts as missed")
    due_by: date = Field(description="Day by which the next QBR is due")


class QBRSeriesStarted(Rhythm):
    """A key account gets reviews; `anchor` counts as the day of the last one."""

    TYPE: ClassVar[str] = "QBRSeriesStarted"
    anchor: date = Field(description="Day from which the first interval runs")


class QBRSeriesRetimed(Rhythm):
    """The next due day, or the rhythm, is another one."""

    TYPE: ClassVar[str] = "QBRSeriesRetimed"
    cause: Literal[
        "tier_changed", "held", "held_corrected", "held_retracted", "waived", "standards_changed", "pulled_forward",
    ]  # fmt: skip
    was_due_by: date = Field(description="Due day before")


class QBRSeriesPaused(SeriesFact):
    """Nothing falls due until a day, or until somebody resumes it."""

    TYPE: ClassVar[str] = "QBRSeriesPaused"
    reason: str
    until: date | None = Field(default=None, description="Day on which it resumes by itself; null: open")


class QBRSeriesResumed(SeriesFact):
    """Goes on after a pause."""

    TYPE: ClassVar[str] = "QBRSeriesResumed"
    due_by: date = Field(description="Day by which the next QBR is due")


class QBRSeriesEnded(SeriesFact):
    """No more reviews: the account is no key account any more, or the relation is over."""

    TYPE: ClassVar[str] = "QBRSeriesEnded"
    reason: str


class QBRPullForwardProposed(SeriesFact):
    """The account turned red: somebody is to decide whether its next QBR is due earlier."""

    TYPE: ClassVar[str] = "QBRPullForwardProposed"
    to: date = Field(description="Day by which it would be due")
    due_by: date = Field(description="Day by which it is due now")
    risk_event: str = Field(description="Event id of the colour, in the log of the risk service")


class QBRPullForwardDismissed(SeriesFact):
    """The next QBR stays where it is. If it is pulled forward, `QBRSeriesRetimed` says so."""

    TYPE: ClassVar[str] = "QBRPullForwardDismissed"
    reason: str
