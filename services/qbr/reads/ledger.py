"""The commitment ledger: decision → action → initiative → outcome, of both sides; moved how often, kept or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.reads import states
from services.qbr.reads.asof import AsOf
from services.qbr.reads.states import Row

Kept = Literal["kept", "late", "broken", "open", "dropped"]


@dataclass(frozen=True, slots=True)
class Chain:
    """One promise from its decision to its outcome. `decision`, `action`: rows; None where there is none."""

    qbr_id: UUID
    account_id: UUID
    decision: Row | None
    action: Row | None
    initiative: str = ""
    outcome: str = ""
    kept: Kept | Literal[""] = ""
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """How one side kept its word. `due`: promises whose day has come or that are settled, without those that both sides
    dropped."""

    side: str
    kept: int = 0
    late: int = 0
    broken: int = 0
    open: int = 0
    dropped: int = 0
    moved: int = 0

    @property
    def due(self) -> int:
        return self.kept + self.late + self.broken

    @property
    def said_done_bp(self) -> int | None:
        """Kept by the first promised day, of those due; basis points, half up. None: nothing was due."""
        return (self.kept * 20_000 + self.due) // (2 * self.due) if self.due else None


def judged(action: Mapping[str, Any], today: date) -> Kept:
    """Kept: done by the day first promised. Late: done after it. Broken: open past its present day. (K11)"""
    match action["state"]:
        case "Dropped":
            return "dropped"
        case "Done":
            return "kept" if action["done_on"] <= action["first_due"] else "late"
    return "broken" if action["due"] < today else "open"


def scores(actions: Iterable[Mapping[str, Any]], today: date) -> list[Score]:
    """Ours and the customer's."""
    found = list(actions)
    return [_score(side, [a for a in found if a["side"] == side], today) for side in ("ours", "customer")]


def _score(side: str, actions: Sequence[Mapping[str, Any]], today: date) -> Score:
    said = [judged(a, today) for a in actions]
    return Score(
        side, said.count("kept"), said.count("late"), said.count("broken"), said.count("open"), said.count("dropped"),
        sum(a["moves"] for a in actions),
    )  # fmt: skip


async def ledger(conn: AsyncConnection, asof: AsOf, among: Collection[UUID] | None) -> tuple[list[Chain], list[Score]]:
    """Every decision and action of some accounts (None: of all), newest QBR last, and the score of each side."""
    of = {} if among is None else {"account_id": among}
    actions = await states.actions(conn, asof, **of)
    decisions = await states.told(conn, asof, type="QBRDecisionRecorded", **of)
    initiatives = await states.initiatives(conn, asof, among)
    by_id = {UUID(d["data"]["decision_id"]): d for d in decisions}
    chains = [
        _chain(a, by_id.get(a["decision_id"]), initiatives.get(a["initiative_id"], []), asof.day) for a in actions
    ]
    followed = {a["decision_id"] for a in actions}
    chains += [
        Chain(d["qbr_id"], d["account_id"], d, None, event_ids=(d["event_id"],))
        for i, d in by_id.items() if i not in followed
    ]  # fmt: skip
    return sorted(chains, key=_place), scores(actions, asof.day)


def _chain(action: Row, decision: Row | None, steps: Sequence[Row], today: date) -> Chain:
    events = [decision["event_id"]] if decision else []
    events += [action["event_id"], *(s["event_id"] for s in steps)]
    state = steps[-1]["kind"] if steps else "Promoted" if action["initiative_id"] else ""
    outcome = next((s["outcome"] for s in reversed(steps) if s["outcome"]), "")
    of, owed = action["qbr_id"], action["account_id"]
    return Chain(of, owed, decision, action, state, outcome, judged(action, today), tuple(events))


def _place(c: Chain) -> tuple[int, int]:
    decided = c.decision["position"] if c.decision else 0
    return decided or (c.action["position"] if c.action else 0), c.action["position"] if c.action else 0
