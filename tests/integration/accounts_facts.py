"""Facts of one customer, written by hand, for tests that need few of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from shared import ids
from shared.contracts import crm
from shared.contracts.base import PublicEvent

SYSTEM = "sugar"
Told = tuple[PublicEvent, datetime]


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def account(crm_id: str = "a1", when: str = "2024-01-01", revision: int = 1, **values: Any) -> Told:
    known: dict[str, Any] = {
        "name": "Acme", "account_type": "Customer", "currency": "USD", "owner_id": "u1", "owner_active": True,
        "margin_bp": 3_000, "potential": 50_000_000, "strategic_reference": True, "annual_revenue": 300_000_000_000,
        "employees": 6_000, "country": "Poland",
    }  # fmt: skip
    parent = values.get("parent_crm_id")
    fact = crm.CrmAccountSeen(
        system=SYSTEM, crm_id=crm_id, revision=revision, account_id=ids.account_id(SYSTEM, crm_id),
        account_crm_id=crm_id, parent_account_id=ids.account_id(SYSTEM, parent) if parent else None, **(known | values),
    )  # fmt: skip
    return fact, at(when)


def contract(crm_id: str = "c1", of: str = "a1", when: str = "2024-01-01", revision: int = 1, **values: Any) -> Told:
    known: dict[str, Any] = {
        "name": "Acme GTX", "status": "Signed", "signed": True, "product": "GTX", "starts_on": date(2024, 1, 1),
        "ends_on": date(2025, 12, 31), "arr": 20_000_000, "currency": "USD", "notice_period_days": 90,
        "signed_on": date(2023, 12, 20),
    }  # fmt: skip
    fact = crm.CrmContractSeen(
        system=SYSTEM, crm_id=crm_id, revision=revision, account_id=ids.account_id(SYSTEM, of), account_crm_id=of,
        **(known | values),
    )  # fmt: skip
    return fact, at(when)


def contact(crm_id: str = "p1", of: str = "a1", when: str = "2024-01-01", revision: int = 1, **values: Any) -> Told:
    fact = crm.CrmContactSeen(
        system=SYSTEM, crm_id=crm_id, revision=revision, account_id=ids.account_id(SYSTEM, of), account_crm_id=of,
        subject_id=ids.subject_id(SYSTEM, "contact", crm_id), **values,
    )  # fmt: skip
    return fact, at(when)


def meeting(crm_id: str = "m1", of: str = "a1", when: str = "2024-06-01", revision: int = 1, **values: Any) -> Told:
    known: dict[str, Any] = {"kind": "meeting", "status": "Held", "done": True, "at": at(when)}
    fact = crm.CrmActivityLogged(
        system=SYSTEM, crm_id=crm_id, revision=revision, account_id=ids.account_id(SYSTEM, of), account_crm_id=of,
        **(known | values),
    )  # fmt: skip
    return fact, at(when)


def deal(crm_id: str = "d1", of: str = "a1", when: str = "2025-03-01", revision: int = 1, **values: Any) -> Told:
    known: dict[str, Any] = {
        "name": "Acme - Renewal GTX 2026", "stage": "Qualification", "currency": "USD", "motion": "renewal"
    }  # fmt: skip
    fact = crm.CrmOpportunitySeen(
        system=SYSTEM, crm_id=crm_id, revision=revision, account_id=ids.account_id(SYSTEM, of), account_crm_id=of,
        **(known | values),
    )  # fmt: skip
    return fact, at(when)


def user(crm_id: str = "u1", active: bool = True, when: str = "2024-01-01", revision: int = 1) -> Told:
    fact = crm.CrmUserSeen(
        system=SYSTEM,
        crm_id=crm_id,
        revision=revision,
        subject_id=ids.subject_id(SYSTEM, "user", crm_id),
        active=active,
    )
    return fact, at(when)


def merged(absorbed: str, into: str, when: str, revision: int) -> Told:
    fact = crm.CrmRecordMerged(
        system=SYSTEM, crm_id=absorbed, revision=revision, object="account", account_id=ids.account_id(SYSTEM, into),
        account_crm_id=into, survivor_crm_id=into, survivor_account_id=ids.account_id(SYSTEM, into),
        absorbed_account_id=ids.account_id(SYSTEM, absorbed),
    )  # fmt: skip
    return fact, at(when)


def lag(exceeded: bool, when: str) -> Told:
    cls = crm.SourceLagExceeded if exceeded else crm.SourceLagCleared
    return cls(system=SYSTEM), at(when)
