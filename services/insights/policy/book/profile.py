"""Who an account is: master data, life, group, tier and owners, as patches with two times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.insights.policy.facts import Fact
from services.insights.policy.intervals import Patch

NOBODY: Mapping[str, Any] = {
    "crm_id": None, "name": None, "industry": None, "country": None, "currency": None, "parent_account_id": None,
    "merged_into": None, "life": None, "key_status": "not_key",
}  # fmt: skip
NO_TIER: Mapping[str, Any] = {"tier": None, "basis": None, "policy_version": None}
VACANT: Mapping[str, Any] = {"owner_id": None}

LIFE = {
    "AccountRegistered": "registered", "AccountActivated": "active", "AccountEnded": "ended",
    "AccountReopened": "active", "AccountArchived": "archived", "AccountRestored": "active",
}  # fmt: skip
KEY = {
    "KeyAccountNominated": "nominated", "KeyAccountNominationRejected": "not_key", "KeyAccountConfirmed": "key",
    "KeyAccountDeclassified": "declassified",
}  # fmt: skip
PROFILE = (
    *LIFE, *KEY, "AccountRenamed", "AccountLinkedToCrm", "AccountParentSet", "AccountParentCleared", "AccountsMerged",
    "AccountMergeReverted", "CrmAccountSeen",
)  # fmt: skip
TIERS = (
    "TierChanged", "TierOverridden", "TierOverrideExpired", "TierOverrideLifted", "KeyAccountDeclassified",
)  # fmt: skip
OWNERS = ("ThemeOwnerAssigned", "ThemeOwnerReplaced", "ThemeVacated", "DeputyAppointed")


def moment(fact: Fact, *fields: str) -> datetime:
    """When it became true: a field of the fact that says so, else the envelope."""
    for name in fields:
        if value := fact.data.get(name):
            return datetime.fromisoformat(value)
    return fact.effective_at


def patch(fact: Fact, at: datetime, **values: Any) -> Patch:
    """A patch by a fact."""
    return Patch(at, fact.known_at, (fact.topic, fact.position), values, fact.event_id)


def uuid(value: str | None) -> UUID | None:
    """An id, or none."""
    return UUID(value) if value else None


def profile(account: UUID, facts: Iterable[Fact]) -> Iterator[Patch]:
    """Master data, life and group."""
    for f in facts:
        values, d = dict[str, Any](), f.data
        if f.type in LIFE:
            values["life"] = LIFE[f.type]
        if f.type in KEY:
            values["key_status"] = KEY[f.type]
        if f.type in ("AccountRegistered", "AccountRenamed"):
            values["name"] = d["name"]
        elif f.type == "AccountLinkedToCrm":
            values["crm_id"] = d["crm_id"]
        elif f.type in ("AccountParentSet", "AccountParentCleared"):
            values["parent_account_id"] = uuid(d.get("parent_id"))
        elif f.type in ("AccountsMerged", "AccountMergeReverted") and UUID(d["absorbed_id"]) == account:
            values["merged_into"] = UUID(d["survivor_id"]) if f.type == "AccountsMerged" else None
        elif f.type == "CrmAccountSeen":
            values |= {k: d.get(k) for k in ("industry", "country", "currency")}
        if values:
            yield patch(f, moment(f, "at"), **values)


def tiers(facts: Iterable[Fact]) -> Iterator[Patch]:
    """The tier, and what it rests on."""
    for f in facts:
        d, at = f.data, moment(f, "changed_at", "at")
        if f.type == "TierChanged":
            basis = "provisional" if d["provisional"] else "decided"
            yield patch(f, at, tier=d["to_tier"], basis=basis, policy_version=d["policy_version"])
        elif f.type == "KeyAccountDeclassified":
            yield patch(f, at, tier="N", basis="decided", policy_version=None)
        else:
            basis = "override" if f.type == "TierOverridden" else "decided"
            yield patch(f, at, tier=d["to_tier"], basis=basis, policy_version=None)


def owners(facts: Iterable[Fact]) -> dict[str, list[Patch]]:
    """theme → owners; deputies have the theme `<THEME> deputy`."""
    found: dict[str, list[Patch]] = defaultdict(list)
    for f in facts:
        theme = f.data["theme"] + (" deputy" if f.type == "DeputyAppointed" else "")
        owner = None if f.type == "ThemeVacated" else f.data["owner_id"]
        found[theme].append(patch(f, moment(f, "at"), owner_id=owner))
    return dict(found)
