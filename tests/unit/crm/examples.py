"""One event of each private type of the crm service, with every field filled in: golden files and examples use them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from services.crm import domain as d
from shared.contracts.crm import OpportunityContact
from shared.eventstore.events import Event
from shared.ids import subject_id

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
OPENED, CLOSED = datetime(2026, 2, 26, 8, 12, tzinfo=UTC), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ACCOUNT, OTHER, CASE, DEAL = "7c1f0f0a-acme", "LEGACY-000417", "case-1564", "deal-88"
PERSON, USER = subject_id("sugar", "contact", "contact-12"), subject_id("sugar", "user", "user-7")
SOURCE = d.source_stream("sugar")


def events() -> list[Event]:
    """In the order of the domain module."""
    return [
        _of(
            d.AccountSeen,
            "account",
            f"accounts/{ACCOUNT}",
            name="Acme Corporation",
            account_type="Customer",
            industry="Machinery",
            country="United States",
            parent_crm_id=OTHER,
            owner_id="user-7",
            owner_active=True,
            rating="A",
            currency="USD",
            annual_revenue=110_004_000_000,
            employees=2822,
            margin_bp=4062,
            potential=39_000_000,
            strategic_reference=True,
            competitor="Norvantis",
            nps=62,
        ),
        _of(d.AccountMerged, "account", f"accounts/{OTHER}", crm_id=OTHER, object="account", survivor_crm_id=ACCOUNT),
        _of(
            d.ContactSeen,
            "contact",
            "contacts/contact-12",
            crm_id="contact-12",
            subject_id=PERSON,
            buying_role="champion",
            influence="high",
            attitude="supporter",
            champion=True,
            has_mail=True,
        ),
        _of(
            d.OpportunitySeen,
            "opportunity",
            f"opportunities/{DEAL}",
            crm_id=DEAL,
            name="Acme - Renewal GTX 2026",
            stage="Negotiation/Review",
            probability=80,
            amount=13_843_000,
            currency="USD",
            closes_on=date(2026, 12, 15),
            motion="renewal",
            owner_id="user-7",
            contacts=(OpportunityContact(subject_id=PERSON, role="Executive Sponsor"),),
        ),
        _of(
            d.OpportunityStageChanged,
            "opportunity",
            f"opportunities/{DEAL}",
            crm_id=DEAL,
            from_stage="Negotiation/Review",
            to_stage="Perception Analysis",
            direction="backward",
        ),
        _of(
            d.OpportunityAmountChanged,
            "opportunity",
            f"opportunities/{DEAL}",
            crm_id=DEAL,
            from_amount=13_000_000,
            to_amount=13_843_000,
            currency="USD",
        ),
        _of(d.OpportunityWon, "opportunity", f"opportunities/{DEAL}", crm_id=DEAL, amount=13_843_000, currency="USD"),
        _of(d.OpportunityLost, "opportunity", f"opportunities/{DEAL}", crm_id=DEAL, amount=13_843_000, currency="USD"),
        _of(
            d.CaseSeen,
            "case",
            f"cases/{CASE}",
            crm_id=CASE,
            number=1564,
            title="Interface to ERP stops",
            priority="P1",
            status="Closed_Closed",
            is_open=False,
            opened_at=OPENED,
            closed_at=CLOSED,
        ),
        _of(d.CaseOpened, "case", f"cases/{CASE}", crm_id=CASE, number=1564, priority="P1", opened_at=OPENED),
        _of(d.CaseReopened, "case", f"cases/{CASE}", crm_id=CASE, opened_at=OPENED),
        _of(d.CaseEscalated, "case", f"cases/{CASE}", crm_id=CASE, from_priority="P2", to_priority="P1"),
        _of(d.CaseClosed, "case", f"cases/{CASE}", crm_id=CASE, opened_at=OPENED, closed_at=CLOSED),
        _of(
            d.ContractSeen,
            "contract",
            "aos_contracts/contract-5",
            crm_id="contract-5",
            name="Acme GTX 2026",
            status="Signed",
            signed=True,
            product="GTX",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            arr=13_843_000,
            currency="USD",
            seats=222,
            notice_period_days=90,
            auto_renew=False,
            notice_received_on=date(2026, 9, 29),
            signed_on=date(2025, 12, 18),
            owner_id="user-7",
        ),
        _of(
            d.ActivitySeen,
            "activity",
            "calls/call-31",
            crm_id="calls/call-31",
            purpose="review",
            kind="call",
            direction="inbound",
            status="Held",
            done=True,
            at=AT,
            owner_id="user-7",
            participants=(PERSON,),
        ),
        _of(
            d.UserSeen,
            "user",
            "users/user-7",
            crm_id="user-7",
            account_crm_id=None,
            subject_id=USER,
            active=True,
            reports_to="user-1",
        ),
        _of(d.UserDeactivated, "user", "users/user-7", crm_id="user-7", account_crm_id=None, subject_id=USER),
        _of(
            d.UsageSeen,
            "usage",
            f"crm.usage/{OTHER}/GTX/active_users/2026-02-23",
            crm_id="GTX/active_users/2026-02-23",
            product="GTX",
            metric="active_users",
            value=214,
            licensed=222,
            period_start=date(2026, 2, 23),
            period_end=date(2026, 3, 1),
            reported_at=AT,
            reported_under=OTHER,
        ),
        _of(d.RecordDeleted, "contact", "contacts/contact-12", crm_id="contact-12", object="contact"),
        _of(
            d.RecordMoved,
            "contact",
            "contacts/contact-12",
            crm_id="contact-12",
            object="contact",
            to_account_crm_id=OTHER,
        ),
        _health(d.Connected, edition="suitecrm-7"),
        _health(d.BackfillCompleted, rows=2208),
        _health(d.LagExceeded),
        _health(d.LagCleared),
        _health(d.SchemaDriftDetected, table="accounts_cstm", column="tier_c", what="unknown column"),
        _health(
            d.FactRejected,
            topic="sugar.suitecrm.accounts",
            partition=0,
            offset=4711,
            reason="ValueError: the value is no object",
        ),
    ]


def _of(cls: type[d.RecordEvent], record: str, row: str, /, **fields: Any) -> Event:
    values = {"system": "sugar", "crm_id": ACCOUNT, "account_crm_id": ACCOUNT, **fields}
    return cls(originator_id=d.stream_of("sugar", record, row), originator_version=3, timestamp=AT, **values)


def _health(cls: type[d.SourceEvent], **fields: Any) -> Event:
    return cls(originator_id=SOURCE, originator_version=2, timestamp=AT, system="sugar", **fields)
