"""What we promised, in the book: milestones and goals of growth plans, actions and reviews of QBRs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.risk.policy.facts import Fact
from services.risk.policy.records import Late

if TYPE_CHECKING:
    from services.risk.policy.book import Book

_MILESTONE_OVER = {
    "MilestoneOverdueCleared", "MilestoneCompleted", "MilestoneRescheduled", "MilestoneReopened", "MilestoneWaived",
}  # fmt: skip
_ACTION_OVER = {"ActionItemDone", "ActionItemDropped", "ActionItemRescheduled"}
_GOAL_OVER = {"GoalAchieved", "GoalWithdrawn", "GoalRetargeted"}
_PLAN_OVER = {"GrowthPlanClosed", "GrowthPlanAbandoned", "GrowthPlanSuperseded"}
_SETTLED = {
    "MilestoneCompleted": "completed", "ActionItemDone": "completed", "MilestoneWaived": "failed",
    "ActionItemDropped": "failed", "MilestoneReopened": "", "ActionItemReopened": "",
}  # fmt: skip
"""What becomes of a countermeasure whose work this is; empty: it goes on."""
_QBR_MET = {"QBRHeld", "QBRHeldCorrected", "QBRWaived"}
_KNOWN = {
    "MilestonePlanned": "milestones", "ActionItemAgreed": "promises", "GoalSet": "goals", "QBRPlanned": "qbr",
    "QBRSeriesStarted": "qbr",
}  # fmt: skip
TYPES = frozenset(
    {
        "MilestoneOverdue", "ActionItemOverdue", "GoalChecked", "GoalMissed", "QBRMissed",
        *_MILESTONE_OVER, *_ACTION_OVER, *_SETTLED, *_GOAL_OVER, *_PLAN_OVER, *_QBR_MET, *_KNOWN,
    }
)  # fmt: skip


def apply(book: Book, fact: Fact) -> None:
    """Folds what growth or qbr told."""
    d, kind = fact.data, fact.type
    if kind in _KNOWN:
        book.promised.add(_KNOWN[kind])
    if kind in _SETTLED:
        key = f"milestone:{d['milestone_id']}" if kind.startswith("Milestone") else f"action:{d['action_id']}"
        book.settled.pop(key, None)
        if _SETTLED[kind]:
            book.settled[key] = (_SETTLED[kind], fact.at)
    if kind == "MilestoneOverdue":
        book.promised.add("milestones")
        critical = bool(d["on_critical_path"])
        _late(book, Late(f"milestone:{d['milestone_id']}", fact.event, "milestones", fact.at, critical))
    elif kind in _MILESTONE_OVER:
        book.late.pop(f"milestone:{d['milestone_id']}", None)
    elif kind == "ActionItemOverdue":
        book.promised.add("promises")
        _late(book, Late(f"action:{d['action_id']}", fact.event, "promises", fact.at, ours=d["side"] == "ours"))
    elif kind in _ACTION_OVER:
        book.late.pop(f"action:{d['action_id']}", None)
    elif kind in ("GoalChecked", "GoalMissed"):
        book.promised.add("goals")
        key = f"goal:{d['goal_id']}"
        if kind == "GoalMissed" or d["status"] == "OffTrack":
            _late(book, Late(key, fact.event, "goals", fact.at, critical=kind == "GoalMissed"))
        else:
            book.late.pop(key, None)
    elif kind in _GOAL_OVER:
        book.late.pop(f"goal:{d['goal_id']}", None)
    elif kind in _PLAN_OVER:
        book.late = {k: late for k, late in book.late.items() if late.kind == "promises"}
    elif kind == "QBRMissed":
        book.qbr_missed = [*(book.qbr_missed or ()), (fact.at, fact.event)]
    elif kind in _QBR_MET:
        book.qbr_missed = []
    if "qbr" in book.promised and book.qbr_missed is None:
        book.qbr_missed = []


def _late(book: Book, late: Late) -> None:
    book.late[late.key] = late
