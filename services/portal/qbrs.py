"""What the QBR pages compute from an answer: groups, the calendar, the next step. Pure, no rule of the domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal
from urllib.parse import urlencode

from services.portal.models import Qbr, QbrRow, SeriesRow

MONTHS = 6  # shown at a time
SOON = 30  # days before the due day from which a QBR without a date asks for attention
PAGE = 25

GROUPS: Mapping[str, tuple[str, ...]] = {
    "proposed": ("Proposed",),
    "missed": ("Missed",),
    "due": ("Planned", "Postponed"),
    "scheduled": ("Scheduled", "Preparing", "Ready"),
    "followup": ("Held", "FollowUp"),
    "over": ("Closed", "Waived", "Cancelled", "Retracted", "Dismissed"),
}
"""States as a reader groups them, in the order of what asks for attention."""

_NEXT = {
    "Proposed": "confirm",
    "Missed": "schedule",
    "Planned": "schedule",
    "Postponed": "schedule",
    "Scheduled": "prepare",
    "Preparing": "freeze",
    "Ready": "hold",
    "Held": "decide",
    "FollowUp": "close",
}
Lamp = Literal["red", "amber", "green", "grey"]


def group_of(state: str) -> str:
    """The group of a state; a new one is shown with those that are open."""
    return next((name for name, states in GROUPS.items() if state in states), "due")


def lamp(row: QbrRow, day: date) -> Lamp:
    """Red: missed or past its day. Amber: somebody must act. Green: dated or done. Grey: nothing to do."""
    if row.state == "Missed" or row.overdue:
        return "red"
    group = group_of(row.state)
    if group == "proposed" or row.state == "Postponed":
        return "amber"
    if group == "due":
        return "amber" if row.due_by and (row.due_by - day).days <= SOON else "grey"
    return "grey" if row.state in ("Waived", "Cancelled", "Retracted", "Dismissed") else "green"


def next_step(row: QbrRow) -> str:
    """The one thing to do next; empty when there is none."""
    return _NEXT.get(row.state, "")


@dataclass(frozen=True, slots=True)
class Question:
    """The address of the calendar and the list, parsed."""

    owner: str = ""
    tier: str = ""
    state: str = ""  # the name of a group
    month: str = ""  # 2026-11: the first one shown
    account: str = ""
    page: str = ""
    as_of: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Question:
        """From query parameters; anything not understood is as if it had not been said."""
        return cls(**{f.name: query[f.name].strip()[:80] for f in fields(cls) if query.get(f.name)})

    def address(self, **changes: str) -> str:
        """The address of this question with some answers changed."""
        said = {f.name: changes.get(f.name, getattr(self, f.name)) for f in fields(self)}
        said = {k: v for k, v in said.items() if v}
        return f"/qbrs?{urlencode(said)}" if said else "/qbrs"

    @property
    def filtered(self) -> bool:
        """Whether some rows may be hidden."""
        return any((self.owner, self.tier, self.state, self.account))

    def answer(self, rows: Sequence[QbrRow]) -> list[QbrRow]:
        """The rows that pass, by day."""
        passed = [
            r
            for r in rows
            if self.owner in ("", r.owner_id or "-")
            and self.tier in ("", r.tier or "-")
            and self.state in ("", group_of(r.state))
            and self.account in ("", r.account_crm_id or r.account_id)
        ]
        return sorted(passed, key=lambda r: (r.on or date.max, r.account or ""))


def grouped(rows: Sequence[QbrRow]) -> dict[str, list[QbrRow]]:
    """The open ones by group; proposals and what is over newest first."""
    out = {name: [r for r in rows if group_of(r.state) == name] for name in GROUPS}
    for name in ("proposed", "over"):
        out[name].reverse()
    return {name: found for name, found in out.items() if found}


def first_month(text: str, day: date) -> date:
    """The first month shown: as asked for, else the one before this, so that what was just held is seen."""
    year, dash, month = text.partition("-")
    if dash and year.isdigit() and month.isdigit() and len(year) == 4 and 1 <= int(month) <= 12 and int(year) > 0:
        return date(int(year), int(month), 1)
    return shifted(day.replace(day=1), -1)


def shifted(month: date, by: int) -> date:
    """The first of the month so many months later, within the years a date can have."""
    index = min(max(month.year * 12 + month.month - 1 + by, 12), 9999 * 12 + 11)
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the calendar: its days that have something, in order."""

    first: date
    days: list[tuple[date, list[QbrRow | SeriesRow]]]

    @property
    def count(self) -> int:
        """How many entries it has."""
        return sum(len(rows) for _, rows in self.days)


def calendar(rows: Sequence[QbrRow], first: date, unplanned: Sequence[SeriesRow] = ()) -> list[Month]:
    """Six months from `first`; rows without a day are not on it. `unplanned`: rhythms whose next QBR is only due."""
    dated: list[tuple[date | None, QbrRow | SeriesRow]] = [(r.on, r) for r in rows]
    dated += [(s.due_by, s) for s in unplanned]
    out = []
    for n in range(MONTHS):
        start = shifted(first, n)
        days: dict[date, list[QbrRow | SeriesRow]] = {}
        for day, row in dated:
            if day and (day.year, day.month) == (start.year, start.month):
                days.setdefault(day, []).append(row)
        out.append(Month(start, sorted(days.items(), key=lambda found: found[0])))
    return out


def owners(rows: Sequence[QbrRow]) -> list[tuple[str, str]]:
    """(id, name) of everybody who has a QBR, by name."""
    found = {r.owner_id: r.owner or r.owner_id for r in rows if r.owner_id}
    return sorted(found.items(), key=lambda o: o[1].casefold())


def without_qbr(series: Sequence[SeriesRow]) -> list[SeriesRow]:
    """Running rhythms whose next QBR has not been planned yet, by due day."""
    found = [s for s in series if s.state == "Active" and not s.open_qbr_id]
    return sorted(found, key=lambda s: (s.due_by or date.max, s.account or ""))


@dataclass(frozen=True, slots=True)
class Mark:
    """One station of a QBR's way."""

    name: str
    state: Literal["done", "here", "ahead"]


_WAY = ("schedule", "prepare", "freeze", "publish", "hold", "decide", "minutes", "summary", "close")
_PASSED = {"Planned": 0, "Missed": 0, "Postponed": 0, "Proposed": 0, "Scheduled": 1, "Preparing": 2, "Ready": 4}


def way(answer: Qbr) -> list[Mark]:
    """The stations from the date to the closing; the first that is not passed is where it stands."""
    passed = _passed(answer)
    if answer.qbr.state in ("Cancelled", "Waived", "Retracted", "Dismissed"):
        return [Mark(name, "done" if name in passed else "ahead") for name in _WAY]
    here = next((name for name in _WAY if name not in passed), "")
    return [Mark(n, "done" if n in passed else "here" if n == here else "ahead") for n in _WAY]


def _passed(answer: Qbr) -> set[str]:
    state = answer.qbr.state
    if state == "Closed":
        return set(_WAY)
    passed = set(_WAY[: _PASSED.get(state, 0)])
    if answer.packs:
        passed |= {"freeze"}
    if any(p.published_to for p in answer.packs):
        passed |= {"publish"}
    if answer.held:
        passed |= set(_WAY[:5])
    if answer.decisions or answer.actions:
        passed |= {"decide"}
    if answer.closing and answer.closing.minutes_approved_at:
        passed |= {"minutes"}
    if answer.closing and answer.closing.summary_sent_at:
        passed |= {"summary"}
    return passed


def station(answer: Qbr) -> str:
    """The step that stands open on the page; a proposal must be confirmed or dismissed first."""
    if answer.qbr.state == "Proposed":
        return "confirm"
    if answer.qbr.state in ("Cancelled", "Waived", "Retracted", "Dismissed"):
        return ""
    return next((m.name for m in way(answer) if m.state == "here"), "")
