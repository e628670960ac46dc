"""The portfolio as a heat map, tier by colour, and its rows as of another knowledge. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.portal.models import AccountInsight, AccountRow
from services.portal.portfolio import TIERS

COLOURS = ("RED", "AMBER", "GREEN", "GREY")


@dataclass(frozen=True, slots=True)
class Cell:
    """Accounts and their recurring revenue; `share_bp` of all revenue decides how strong it is drawn."""

    tier: str
    colour: str
    accounts: int
    arr_minor: int
    share_bp: int


def heat(rows: Iterable[AccountRow], colours: Mapping[str, str]) -> dict[str, dict[str, Cell]]:
    """tier → colour → cell, with `all` as the last row and column. `colours`: account id → colour; none is grey."""
    sums: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        colour = colours.get(row.account_id, "GREY")
        for key in ((row.tier or "-", colour), ("all", colour), (row.tier or "-", "all"), ("all", "all")):
            cell = sums.setdefault(key, [0, 0])
            cell[0] += 1
            cell[1] += row.arr_minor
    total = sums.get(("all", "all"), [0, 0])[1]
    tiers = [t for t in TIERS if (t, "all") in sums] + (["all"] if sums else [])
    return {
        tier: {
            colour: Cell(tier, colour, n, arr, 10_000 * arr // total if total else 0)
            for colour in (*COLOURS, "all")
            for n, arr in [sums.get((tier, colour), [0, 0])]
        }
        for tier in tiers
    }


def known_then(rows: Sequence[AccountRow], found: Iterable[AccountInsight]) -> list[AccountRow]:
    """The rows with what was known on another day: figures from the insights service, and nothing where only the
    accounts service knows, which has today's knowledge. An account that nobody knew then is left out."""
    by_id = {r.account_id: r for r in rows}
    names = {r.owner_id: r.owner for r in rows if r.owner_id}
    out = []
    for s in found:
        row = by_id.get(s.account_id)
        if row is None:
            continue
        owner = s.owners.get("COMMERCIAL")
        evidence = {"tier": s.tier_event, "last_meaningful_contact_at": s.last_contact_event}
        evidence |= {"arr_minor": s.arr_events[0]} if len(s.arr_events) == 1 else {}
        then = {
            "name": s.name or row.name, "tier": s.tier, "tier_before": None, "tier_since": None, "tier_score_bp": None,
            "completeness_bp": None, "arr_minor": s.arr_minor, "next_notice_deadline": s.next_notice_deadline,
            "next_renewal_on": None, "owner_id": owner, "owner": names.get(owner) if owner else None,
            "owner_active": None, "last_meaningful_contact_at": s.last_contact_at, "contact_state": None,
            "key_status": s.key_status,
            "tier_provisional": False, "tier_manual": s.tier_basis == "override", "breaches": s.broken_standards,
            "evidence": {k: v for k, v in evidence.items() if v},
        }  # fmt: skip
        out.append(row.model_copy(update=then))
    return out
