"""The policy documents that the product ships, as data."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from services.qbr.policy.cycle import Cycle, cycle


def shipped(name: str) -> dict[str, Any]:
    """`standards.v1`, `cycle.v1` or `qbr_template.v1`."""
    document: dict[str, Any] = json.loads((files(__name__) / f"{name}.json").read_text(encoding="utf-8"))
    return document


@cache
def shipped_cycle() -> Cycle:
    """The figures of the cycle."""
    return cycle(shipped("cycle.v1"))
