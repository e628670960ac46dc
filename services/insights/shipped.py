"""The definitions that ship with the service."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from services.insights.policy.kpi import Catalogue

POLICIES = Path(__file__).resolve().parent / "policies"


@cache
def catalogue() -> Catalogue:
    """The KPI definitions in force."""
    return Catalogue.read(json.loads((POLICIES / "kpis.v1.json").read_text(encoding="utf-8")))
