"""Public facts → what we know of accounts, their teams, our employees, persons of the customer and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.base import Envelope

_ACCOUNT = text("""
INSERT INTO accounts (account_id, name, gone, red, flapping) VALUES (:account, '', '{}', false, false)
ON CONFLICT (account_id) DO NOTHING""")
_SETS: Mapping[str, str] = {
    "AccountRegistered": "name = :name",
    "AccountRenamed": "name = :name",
    "AccountLinkedToCrm": "crm_id = :crm_id",
    "KeyAccountConfirmed": "key_since = CAST(:at AS timestamptz), tier = :tier",
    "KeyAccountDeclassified": "key_since = NULL",
    "TierChanged": "tier = :to_tier",
    "TierOverridden": "tier = :to_tier",
    "TierOverrideExpired": "tier = :to_tier",
    "TierOverrideLifted": "tier = :to_tier",
    "AccountEnded": "gone = array_append(array_remove(a.gone, 'ended'), 'ended')",
    "AccountArchived": "gone = array_append(array_remove(a.gone, 'archived'), 'archived')",
    "AccountReopened": "gone = array_remove(a.gone, 'ended')",
    "AccountRestored": "gone = array_remove(a.gone, 'archived')",
    "RiskTurnedRed": "red = true",
    "RiskTurnedAmber": "red = false",
    "RiskTurnedGreen": "red = false",
    "RiskBecameUnknown": "red = false",
    "RiskFlappingDetected": "flapping = true",
    "RiskFlappingEnded": "flapping = false",
}
"""Event type → what it changes of its account."""
TIERS = frozenset({"KeyAccountConfirmed", "TierChanged", "TierOverridden", "TierOverrideExpired", "TierOverrideLifted"})
GONE = frozenset({"AccountEnded", "AccountArchived", "AccountsMerged"})
CONTACTS = frozenset(
    {"InteractionRecorded", "InteractionHeld", "InteractionCorrected", "InteractionReassigned", "InteractionRetracted"}
)
_MERGED = {"AccountsMerged": "array_append(gone, 'merged')", "AccountMergeReverted": "array_remove(gone, 'merged')"}
_TEAM = """INSERT INTO team (account_id, theme, {column}) VALUES (:account, :theme, :person)
ON CONFLICT (account_id, theme) DO UPDATE SET {column} = excluded.{column}"""
_OWNER, _DEPUTY = text(_TEAM.format(column="owner_id")), text(_TEAM.format(column="deputy_id"))
_ABSENT = text("""INSERT INTO absences VALUES (:owner_id, CAST(:first AS date), CAST(:last AS date))
ON CONFLICT DO NOTHING""")
_STAFF = text("""
INSERT INTO employees AS e VALUES (:user, :subject, :active, :reports_to, :revision)
ON CONFLICT (user_id) DO UPDATE SET active = excluded.active, reports_to = coalesce(excluded.reports_to, e.reports_to),
    revision = excluded.revision WHERE e.revision <= excluded.revision""")
_PLAYER = """INSERT INTO players AS p (account_id, subject_id, roles, power, gone, holder, strength)
VALUES (:account, :subject, :roles, :power, :gone, :holder, :strength)
ON CONFLICT (account_id, subject_id) DO UPDATE SET {change}"""
_PLAYERS: Mapping[str, str] = {
    "StakeholderSuggested": "roles = excluded.roles, power = excluded.power",
    "StakeholderSuggestionRevised": "roles = excluded.roles, power = excluded.power",
    "StakeholderReturned": "roles = excluded.roles, power = excluded.power, gone = false",
    "StakeholderRolesAssigned": "roles = excluded.roles",
    "StakeholderInfluenceAssessed": "power = excluded.power",
    "StakeholderDeparted": "gone = true",
    "StakeholderSuggestionDismissed": "gone = true",
    "RelationshipRated": "holder = CASE WHEN excluded.strength >= p.strength THEN excluded.holder ELSE p.holder END, "
    "strength = greatest(p.strength, excluded.strength)",
}
_CONTACT = text("""
INSERT INTO contacts AS c VALUES (:id, :account, CAST(:at AS timestamptz), CAST(:people AS uuid[]), :version)
ON CONFLICT (interaction_id) DO UPDATE SET account_id = excluded.account_id, at = excluded.at,
    participants = excluded.participants, version = excluded.version WHERE c.version < excluded.version""")
_TERMS = frozenset({"ContractRecorded", "ContractAmended", "ContractReassigned", "ContractRestored"})
_OVER = frozenset(
    {"ContractWithdrawn", "ContractRenewed", "ContractRenewedLate", "ContractTerminated", "ContractLapsed"}
)
_CONTRACT = text("""
INSERT INTO contracts VALUES (:id, :account, CAST(:ends AS date), false)
ON CONFLICT (contract_id) DO UPDATE SET account_id = excluded.account_id, ends_on = excluded.ends_on, over = false""")
_CONTRACT_OVER = text("UPDATE contracts SET over = true WHERE contract_id = :id")
_HANDOVER = text("""
INSERT INTO handovers VALUES (:account, :theme, :handover, :from_owner_id, :to_owner_id)
ON CONFLICT (account_id, theme) DO UPDATE SET handover_id = excluded.handover_id,
    from_owner_id = excluded.from_owner_id, to_owner_id = excluded.to_owner_id""")
_HANDED = text("DELETE FROM handovers WHERE handover_id = :handover")
_HANDOVERS = {"HandoverAccepted": _HANDED, "HandoverDeclined": _HANDED, "HandoverWithdrawn": _HANDED,
              "HandoverStarted": _HANDOVER}  # fmt: skip
KNOWN = frozenset(
    {*_SETS, *_MERGED, *_PLAYERS, *CONTACTS, *_TERMS, *_OVER, *_HANDOVERS, "ThemeOwnerAssigned", "ThemeOwnerReplaced",
     "ThemeVacated", "DeputyAppointed", "AbsenceRecorded", "CrmUserSeen", "CrmUserDeactivated"}
)  # fmt: skip
"""Every event type that changes a row here."""


async def take(conn: AsyncConnection, e: Envelope) -> UUID | None:
    """One fact. The same again changes nothing. Returns the account whose own row may be another now."""
    d, kind = e.data, e.type
    account = UUID(str(d["account_id"])) if d.get("account_id") else None
    if kind in _SETS:
        change = _SETS[kind]
        for_update = {k: d.get(k) for k in ("name", "crm_id", "at", "tier", "to_tier") if f":{k}" in change}
        if "at" in for_update:
            for_update["at"] = e.effective_at
        await conn.execute(_ACCOUNT, {"account": account})
        await conn.execute(text(f"UPDATE accounts a SET {change} WHERE account_id = :account"),
                           {"account": account, **for_update})  # fmt: skip
    elif kind in _MERGED:
        query = text(f"UPDATE accounts SET gone = {_MERGED[kind]} WHERE account_id = :account")
        account = UUID(str(d["absorbed_id"]))
        await conn.execute(query, {"account": account})
    elif kind in ("ThemeOwnerAssigned", "ThemeOwnerReplaced"):
        await conn.execute(_OWNER, {"account": account, "theme": d["theme"], "person": d["owner_id"]})
    elif kind == "ThemeVacated":
        await conn.execute(_OWNER, {"account": account, "theme": d["theme"], "person": None})
    elif kind == "DeputyAppointed":
        await conn.execute(_DEPUTY, {"account": account, "theme": d["theme"], "person": d["owner_id"]})
    elif kind in _HANDOVERS:
        sides = {k: d[k] for k in ("theme", "from_owner_id", "to_owner_id")}
        started = {"account": account, **sides} if kind == "HandoverStarted" else {}
        await conn.execute(_HANDOVERS[kind], {"handover": e.stream, **started})
    elif kind == "AbsenceRecorded":
        await conn.execute(
            _ABSENT, {k: date.fromisoformat(d[k]) if k != "owner_id" else d[k] for k in ("owner_id", "first", "last")}
        )
    elif kind in ("CrmUserSeen", "CrmUserDeactivated"):
        await conn.execute(_STAFF, {
            "user": d["crm_id"], "subject": UUID(str(d["subject_id"])), "reports_to": d.get("reports_to"),
            "active": kind == "CrmUserSeen" and bool(d.get("active", True)), "revision": d["revision"],
        })  # fmt: skip
    elif kind in _PLAYERS:
        await conn.execute(text(_PLAYER.format(change=_PLAYERS[kind])), {
            "account": account, "subject": UUID(str(d["subject_id"])), "roles": list(d.get("roles") or ()),
            "power": d.get("power"), "gone": kind in ("StakeholderDeparted", "StakeholderSuggestionDismissed"),
            "holder": d.get("member_id"), "strength": int(d.get("strength") or 0),
        })  # fmt: skip
    elif kind in _TERMS:
        ends = date.fromisoformat(d["ends_on"]) if d.get("ends_on") else None
        await conn.execute(_CONTRACT, {"id": e.stream, "account": account, "ends": ends})
    elif kind in _OVER:
        await conn.execute(_CONTRACT_OVER, {"id": e.stream})
    elif kind in CONTACTS:
        counts = kind != "InteractionRetracted" and d.get("meaningful") and d.get("at")
        await conn.execute(_CONTACT, {
            "id": e.stream, "account": account, "version": e.version,
            "at": datetime.fromisoformat(d["at"]) if counts else None,
            "people": [UUID(str(p)) for p in d.get("participants") or ()],
        })  # fmt: skip
    return account if kind in _SETS or kind in _MERGED else None
