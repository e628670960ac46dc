"""The commitment ledger as a reader asks for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from services.portal.models import LedgerRow

KEPT = ("broken", "open", "late", "kept", "dropped", "none")
"""States in the order of what asks for attention; `none`: a decision from which no action follows."""
PAGE = 50
LAMPS = {"broken": "red", "late": "amber", "open": "grey", "kept": "green", "dropped": "grey", "none": "grey"}


@dataclass(frozen=True, slots=True)
class Question:
    """Which promises: of which side, in which state, of which account."""

    side: str = ""
    kept: str = ""
    account: str = ""
    page: str = ""
    as_of: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Question:
        """From query parameters; anything not understood is as if it had not been said."""
        return cls(**{f.name: query[f.name].strip()[:80] for f in fields(cls) if query.get(f.name)})

    def address(self, path: str, **changes: str) -> str:
        """The address of this question with some answers changed."""
        said = {f.name: changes.get(f.name, getattr(self, f.name)) for f in fields(self)}
        said = {k: v for k, v in said.items() if v}
        return f"{path}?{urlencode(said)}" if said else path

    @property
    def filtered(self) -> bool:
        """Whether some rows may be hidden."""
        return bool(self.side or self.kept or self.account)

    def answer(self, rows: Sequence[LedgerRow]) -> list[LedgerRow]:
        """The rows that pass: broken ones first, then what is open by day, what is settled last and newest first."""
        passed = [r for r in rows if self._passes(r)]
        passed.sort(key=lambda r: str(r.held_at or ""), reverse=True)
        return sorted(passed, key=lambda r: (_rank(r), _due(r) if _rank(r) < 2 else ""))

    def _passes(self, row: LedgerRow) -> bool:
        action = row.action
        return (
            self.side in ("", (action.side if action else "") or "-")
            and self.kept in ("", row.kept or "none")
            and self.account in ("", row.account_id or "-")
        )


def _rank(row: LedgerRow) -> int:
    return {"broken": 0, "open": 1}.get(row.kept or "none", 2)


def _due(row: LedgerRow) -> str:
    return row.action.due.isoformat() if row.action and row.action.due else ""


def counts(rows: Sequence[LedgerRow]) -> dict[str, int]:
    """How many of each state, in the order of what asks for attention."""
    return {k: n for k in KEPT if (n := sum(1 for r in rows if (r.kept or "none") == k))}
