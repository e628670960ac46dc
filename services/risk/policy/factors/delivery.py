"""Delivery: what we promised and did not do in time. Without plans and reviews nothing is known."""

from __future__ import annotations

from collections.abc import Mapping

from services.risk.policy.arithmetic import FULL
from services.risk.policy.book import Book
from services.risk.policy.factors.base import MISSING, Evidence, Now, Signal
from services.risk.policy.model import Model

_WORDS = {"milestones": "milestone overdue", "promises": "our promise overdue", "goals": "goal off track"}


def signals(book: Book, model: Model, now: Now) -> Mapping[str, Signal]:
    """Overdue milestones (on the critical path twice), our overdue promises, goals off track (missed: twice)."""
    return {kind: _late(book, model, kind) for kind in _WORDS}


def _late(book: Book, model: Model, kind: str) -> Signal:
    if kind not in book.promised or kind not in model.late_each:
        return MISSING
    late = sorted((x for x in book.late.values() if x.kind == kind and x.ours), key=lambda x: (x.since, x.key))
    evidence = tuple(
        Evidence(kind, f"{_WORDS[kind]} since {x.since:%Y-%m-%d}{' (counts twice)' if x.critical else ''}", x.event)
        for x in late
    )
    return Signal(
        min(FULL, sum(model.late_each[kind] * (2 if x.critical else 1) for x in late)), str(len(late)), evidence
    )
