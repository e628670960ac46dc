"""Totals of a CRM at a day, computed from published facts alone: what a reader of `kam.crm.v1` can know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from shared.contracts import crm
from shared.contracts.base import PublicEvent

OBJECT = {
    crm.CrmAccountSeen: "account",
    crm.CrmContactSeen: "contact",
    crm.CrmOpportunitySeen: "opportunity",
    crm.CrmCaseSeen: "case",
    crm.CrmContractSeen: "contract",
    crm.CrmActivityLogged: "activity",
    crm.CrmUserSeen: "user",
}


class Records:
    """The CRM as its facts tell it: of each record the fact with the highest revision, whatever order they come in."""

    def __init__(self, facts: Iterable[PublicEvent]) -> None:
        self.newest: dict[tuple[str, str], crm.CrmFact] = {}
        self.usage: dict[tuple[str, str], crm.CrmUsageReported] = {}
        for fact in facts:
            if isinstance(fact, crm.CrmUsageReported):
                key = fact.reported_under, fact.crm_id
                if key not in self.usage or self.usage[key].revision < fact.revision:
                    self.usage[key] = fact
            elif isinstance(fact, (*OBJECT, crm.CrmRecordDeleted, crm.CrmRecordMerged)):
                kind = getattr(fact, "object", None) or OBJECT[type(fact)]
                if kind not in OBJECT.values():
                    continue
                key = kind, fact.crm_id
                if key not in self.newest or self.newest[key].revision < fact.revision:
                    self.newest[key] = fact

    def live(self, model: type[Any]) -> list[Any]:
        """Records of one kind that are not deleted."""
        return [f for f in self.newest.values() if type(f) is model]

    def accounts(self, day: date, before: date) -> dict[str, dict[str, Any]]:
        """Per account id what `ORACLE_small.json` tells of it; money in units, not cents."""
        out: dict[str, dict[str, Any]] = {}
        by_account: dict[type, dict[str | None, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for model in OBJECT:
            for fact in self.live(model):
                by_account[model][fact.account_crm_id].append(fact)
        names = {f.crm_id: f.name for f in self.live(crm.CrmAccountSeen)}
        for account in self.live(crm.CrmAccountSeen):
            id_ = account.crm_id
            contracts = by_account[crm.CrmContractSeen][id_]
            deals = by_account[crm.CrmOpportunitySeen][id_]
            cases = by_account[crm.CrmCaseSeen][id_]
            out[id_] = {
                "name": account.name,
                "owner_id": account.owner_id,
                "owner_status": "Active" if account.owner_active else "Inactive",
                "parent": names.get(account.parent_crm_id or ""),
                "account_type": account.account_type,
                "country": account.country,
                "contacts_live": len(by_account[crm.CrmContactSeen][id_]),
                "deals": totals([d for d in deals if d.motion is None]),
                "invented": {
                    motion: totals([d for d in deals if d.motion == motion])
                    for motion in {d.motion for d in deals} - {None}
                },
                "open_cases": {p: sum(c.is_open and c.priority == p for c in cases) for p in ("P1", "P2", "P3")},
                "contracts_active": len(active(contracts, day)),
                "arr": sum(c.arr or 0 for c in active(contracts, day)) / 100,
                "arr_previous": sum(c.arr or 0 for c in active(contracts, before)) / 100,
                "last_meaningful_contact": last_contact(by_account[crm.CrmActivityLogged][id_], day),
            }
        return out


def active(contracts: Iterable[Any], day: date) -> list[Any]:
    return [c for c in contracts if c.signed and c.starts_on and c.ends_on and c.starts_on <= day <= c.ends_on]


def totals(deals: Iterable[Any]) -> dict[str, Any]:
    found = {"won": 0, "won_sum": 0.0, "lost": 0, "lost_sum": 0.0, "open": 0, "open_sum": 0.0}
    for deal in deals:
        kind = {"Closed Won": "won", "Closed Lost": "lost"}.get(deal.stage, "open")
        found[kind] += 1
        found[f"{kind}_sum"] += (deal.amount or 0) / 100
    return found


def last_contact(activities: Iterable[Any], day: date) -> dict[str, str] | None:
    found = [a for a in activities if a.done and a.at and a.at.date() <= day and meaningful(a)]
    if not found:
        return None
    newest: Any = max(found, key=lambda a: a.at)
    at: datetime = newest.at
    kind = "inbound e-mail" if newest.kind == "mail" else newest.kind
    return {"at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "kind": kind}


def meaningful(a: Any) -> bool:
    return a.kind in ("meeting", "call") or (a.kind == "mail" and a.direction == "inbound")
