"""What a reader may ask of the portfolio: search, filter, sort, group. Pure; page and CSV give the same answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from services.portal.models import AccountRow
from shared.edge.wording import folded

TIERS = ("A", "B", "C", "N", "-")  # "-": not assessed yet

_STATES = {"red": 0, "amber": 1, "green": 2}


# What each column sorts by; None ("not known") always comes last, in both directions.
SORTS: dict[str, Callable[[AccountRow], Any]] = {
    "tier": lambda r: TIERS.index(r.tier) if r.tier else None,
    "name": lambda r: folded(r.name),
    "arr": lambda r: r.arr_minor,
    "notice": lambda r: r.next_notice_deadline,
    "renewal": lambda r: r.next_renewal_on,
    "contact": lambda r: r.last_meaningful_contact_at,
    "state": lambda r: _STATES.get(r.contact_state or ""),
    "completeness": lambda r: r.completeness_bp,
    "owner": lambda r: folded(r.owner) if r.owner else None,
    "breaches": lambda r: len(r.breaches),
}
# Columns whose interesting end is the top when first clicked.
DESCENDING_FIRST = frozenset({"arr", "breaches", "completeness"})
GROUPS = ("tier", "owner", "family")


@dataclass(frozen=True, slots=True)
class Question:
    """The portfolio's address, parsed. Unknown sort or group names fall back to the default order."""

    q: str = ""
    tier: str = ""
    colour: str = ""  # RED, AMBER, GREEN, GREY
    owner: str = ""
    country: str = ""
    industry: str = ""
    standards: str = ""  # breached | kept | the name of one that is not kept
    group: str = ""  # tier | owner | family
    sort: str = "arr"
    dir: str = "desc"
    as_of: str = ""
    known_at: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Question:
        """From query parameters; anything not understood is as if it had not been said."""
        asked = cls(**{f.name: query[f.name].strip()[:200] for f in fields(cls) if query.get(f.name)})
        if asked.sort not in SORTS:
            asked = replace(asked, sort=cls().sort, dir=cls().dir)
        elif "dir" not in query or asked.dir not in ("asc", "desc"):
            asked = replace(asked, dir="desc" if asked.sort in DESCENDING_FIRST else "asc")
        return replace(asked, group=asked.group if asked.group in GROUPS else "")

    def address(self, path: str = "/portfolio", **changes: str) -> str:
        """The address of this question with some answers changed; defaults are left out."""
        changed = replace(self, **changes)
        ordered = (changed.sort, changed.dir) != (_PLAIN.sort, _PLAIN.dir)
        said = {
            name: value
            for name in (f.name for f in fields(self))
            if (value := getattr(changed, name)) != getattr(_PLAIN, name) or (ordered and name in ("sort", "dir"))
        }
        return f"{path}?{urlencode(said)}" if said else path

    def sorted_by(self, column: str) -> str:
        """The address behind a column head: sorts by it, or turns the order round."""
        first = "desc" if column in DESCENDING_FIRST else "asc"
        other = "asc" if self.dir == "desc" else "desc"
        return self.address(sort=column, dir=other if column == self.sort else first)

    @property
    def filtered(self) -> bool:
        """Whether some rows may be hidden."""
        return any((self.q, self.tier, self.colour, self.owner, self.country, self.industry, self.standards))

    def answer(self, rows: Sequence[AccountRow], colours: Mapping[str, str] | None = None) -> list[AccountRow]:
        """The rows that pass, in order; ties by name. `colours`: account id → colour; who has none is grey."""
        lit = colours or {}
        kept = sorted((r for r in rows if self._passes(r, lit.get(r.account_id, "GREY"))), key=SORTS["name"])
        key = SORTS[self.sort]
        known = [r for r in kept if key(r) is not None]
        known.sort(key=key, reverse=self.dir == "desc")
        return known + [r for r in kept if key(r) is None]

    def _passes(self, row: AccountRow, colour: str) -> bool:
        return (
            folded(self.q) in folded(f"{row.name} {row.crm_id}")
            and self.tier in ("", row.tier or "-")
            and self.colour in ("", colour)
            and self.owner in ("", row.owner_id or "-")
            and self.country in ("", row.country)
            and self.industry in ("", row.industry)
            and self._standards_pass(row.breaches)
        )

    def _standards_pass(self, breaches: Sequence[str]) -> bool:
        simple = {"": True, "breached": bool(breaches), "kept": not breaches}
        return simple.get(self.standards, self.standards in breaches)


_PLAIN = Question()


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one head; `key` is a tier, an owner's id or the CRM id of a family's root, "-" if there is none."""

    key: str
    rows: list[AccountRow]

    @property
    def arr(self) -> dict[str, int]:
        """Recurring revenue by currency (different currencies are never added up)."""
        return arr_by_currency(self.rows)


def grouped(rows: Sequence[AccountRow], by: str, everyone: Sequence[AccountRow]) -> list[Group]:
    """The answer in groups: tiers A to none; owners and families with the most revenue first, single accounts last."""
    if not by:
        return [Group("", list(rows))]
    roots = family_roots(everyone) if by == "family" else {}
    groups: dict[str, list[AccountRow]] = {}
    for row in rows:
        key = {"tier": row.tier, "owner": row.owner_id, "family": roots.get(row.crm_id)}[by]
        groups.setdefault(key or "-", []).append(row)
    if by == "tier":
        return [Group(t, groups[t]) for t in TIERS if t in groups]
    return [Group(k, groups[k]) for k in sorted(groups, key=lambda k: (k == "-", -sum(r.arr_minor for r in groups[k])))]


def family_roots(rows: Sequence[AccountRow]) -> dict[str, str]:
    """CRM id → CRM id of the top of its group, for accounts that have relatives in these rows."""
    parent = {r.crm_id: r.parent_crm_id for r in rows if r.parent_crm_id}
    root: dict[str, str] = {}
    for row in rows:
        top, seen = row.crm_id, {row.crm_id}
        while (above := parent.get(top)) and above not in seen:
            seen.add(above)
            top = above
        root[row.crm_id] = top
    sizes = Counter(root.values())
    return {crm_id: top for crm_id, top in root.items() if sizes[top] > 1}


def arr_by_currency(rows: Sequence[AccountRow]) -> dict[str, int]:
    """Sum of recurring revenue per currency, in minor units."""
    sums: dict[str, int] = {}
    for row in rows:
        if row.currency:
            sums[row.currency] = sums.get(row.currency, 0) + row.arr_minor
    return sums


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: only values that some row has."""

    owners: list[tuple[str, str, bool, int]]  # id, name, active, accounts
    countries: list[str]
    industries: list[str]
    breaches: dict[str, int]  # standard → accounts that do not keep it, most first


def choices(rows: Sequence[AccountRow]) -> Choices:
    """The values of all rows, sorted as a reader would."""
    owners: dict[str, tuple[str, str, bool, int]] = {}
    for row in rows:
        key = row.owner_id or "-"
        before = owners.get(key, (key, row.owner or "", row.owner_active is not False, 0))
        owners[key] = (*before[:3], before[3] + 1)
    return Choices(
        owners=sorted(owners.values(), key=lambda o: (not o[1], folded(o[1]))),
        countries=sorted({r.country for r in rows if r.country}, key=folded),
        industries=sorted({r.industry for r in rows if r.industry}, key=folded),
        breaches=dict(Counter(b for r in rows for b in r.breaches).most_common()),
    )
