"""What the portal shows and serves as JSON: one set of typed, immutable models for pages and programs.

Money is in minor units of `currency`, scores and shares in basis points, instants in UTC, days as ISO dates.
None always means "not known" (or "does not apply"), never zero.
"""

from __future__ import annotations

from services.portal.models.account import (
    Account,
    ArrPoint,
    Contract,
    HierarchyNode,
    Stakeholder,
    Standard,
    ThemeOwner,
    TimelineEntry,
    UsagePoint,
)
from services.portal.models.base import Moment, Tier, View, view
from services.portal.models.portfolio import AccountRow, Portfolio, Totals
from services.portal.models.system import Freshness, Status, StoredEvent, TierPolicy
from services.portal.models.tiering import Criterion, Gate, Signal, Threshold, TierExplanation, TierStep

__all__ = [
    "Account",
    "AccountRow",
    "ArrPoint",
    "Contract",
    "Criterion",
    "Freshness",
    "Gate",
    "HierarchyNode",
    "Moment",
    "Portfolio",
    "Signal",
    "Stakeholder",
    "Standard",
    "Status",
    "StoredEvent",
    "ThemeOwner",
    "Threshold",
    "Tier",
    "TierExplanation",
    "TierPolicy",
    "TierStep",
    "TimelineEntry",
    "Totals",
    "UsagePoint",
    "View",
    "view",
]
