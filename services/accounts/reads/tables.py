"""Tables of the read model: append-only history rows, each naming the event behind it.

Nothing here is ever updated, so every query can ask for any day: a row counts from its `effective_at`, and of two
rows about one instant the one we learned last (`position`). The CRM may tell about the past late; it then tells the
present once more, so the highest position is always what holds today.

The projection `accounts_reads_v1` writes the tables in `PROJECTED` from our own log and can rebuild them side by
side. Those in `FOREIGN` hold facts of the CRM that no aggregate of ours decides about (deals, own employees); the
consumer writes them.
"""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Date, Index, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

metadata = MetaData()

Instant = TIMESTAMP(timezone=True)


def history(name: str, *columns: Column[object], by: tuple[str, ...]) -> Table:
    """A history table: `by` names the thing a row is about; `event_id` and `position` say which event wrote it."""
    names = [c.name for c in columns]
    return Table(
        name,
        metadata,
        *columns,
        Column("effective_at", Instant, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("position", BigInteger, nullable=False),
        Index(f"{name}_by_{'_'.join(by)}", *by, "effective_at", "position"),
        *(Index(f"{name}_of_account", "account_id") for _ in range("account_id" in names and by[0] != "account_id")),
    )


account_links = history(
    "account_links",
    Column("account_id", Uuid, nullable=False),
    Column("system", Text, nullable=False),
    Column("crm_id", Text, nullable=False),
    by=("account_id",),
)
"""Which CRM record is behind an account."""

account_profiles = history(
    "account_profiles",
    Column("account_id", Uuid, nullable=False),
    Column("account_type", Text),
    Column("industry", Text),
    Column("country", Text),
    Column("parent_id", Uuid),
    Column("parent_crm_id", Text),
    Column("owner_id", Text),
    Column("rating", Text),
    Column("currency", Text, nullable=False),
    Column("annual_revenue", BigInteger),
    Column("employees", BigInteger),
    Column("margin_bp", BigInteger),
    Column("potential", BigInteger),
    Column("strategic_reference", Boolean),
    Column("competitor", Text),
    Column("nps", Integer),
    by=("account_id",),
)
"""Master data of an account as the CRM has it, whole state a row; money in minor units, margin in basis points."""

account_aspects = history(
    "account_aspects",
    Column("account_id", Uuid, nullable=False),
    Column("aspect", Text, nullable=False),
    Column("value", Text),
    Column("reason", Text),
    by=("account_id", "aspect"),
)
"""What else is true of an account, one row a change of one aspect.

name, presence (live, archived, merged), survivor (account id), parent (account id; null with a reason: refused),
standing (Active, Ended), key_status, time_zone.
"""

tier_assessments = history(
    "tier_assessments",
    Column("account_id", Uuid, nullable=False),
    Column("score_bp", Integer),
    Column("completeness_bp", Integer, nullable=False),
    Column("raw_tier", Text),
    Column("outcome", Text, nullable=False),
    Column("gates", JSONB, nullable=False),
    Column("criteria", JSONB, nullable=False),
    Column("policy_version", Integer, nullable=False),
    by=("account_id",),
)
"""Every assessment with its criteria, signals and gates, as the event told it."""

criterion_ratings = history(
    "criterion_ratings",
    Column("account_id", Uuid, nullable=False),
    Column("criterion", Text, nullable=False),
    Column("value_bp", Integer, nullable=False),
    Column("rater", Text, nullable=False),
    by=("account_id",),
)
"""What people rated by hand."""

tier_steps = history(
    "tier_steps",
    Column("account_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("from_tier", Text),
    Column("to_tier", Text),
    Column("reason", Text),
    Column("decided_by", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("until", Instant),
    Column("score_bp", Integer),
    by=("account_id",),
)
"""The way of an account through the tiers: changed, proposed, rejected, overridden, override_ended, reaffirmed."""

theme_steps = history(
    "theme_steps",
    Column("account_id", Uuid, nullable=False),
    Column("theme", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("user_id", Text),
    Column("reason", Text),
    by=("account_id", "theme"),
)
"""Who owns which theme: assigned, deputy, vacated."""

handover_steps = history(
    "handover_steps",
    Column("handover_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("theme", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("from_owner_id", Text, nullable=False),
    Column("to_owner_id", Text, nullable=False),
    Column("cause", Text),
    Column("due_on", Date),
    Column("items", JSONB),
    Column("item_id", Text),
    Column("words", Text),
    by=("account_id",),
)
"""Handovers: started (with its items), confirmed (an item; `words`: the note), overdue, accepted, declined (`words`:
why), withdrawn."""

stakeholder_steps = history(
    "stakeholder_steps",
    Column("account_id", Uuid, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("crm_id", Text),
    Column("live", Boolean),
    Column("roles", ARRAY(Text)),
    Column("influence", Integer),
    Column("interest", Integer),
    Column("attitude", Integer),
    by=("account_id", "subject_id"),
)
"""What was said about a person of the customer at an account, one row a saying; null: not said here.

suggested, revised, returned (by the CRM), mapped, dismissed, roles, influence, attitude, confirmed, stale, departed,
succeeded. `live`: the CRM has the contact with this account from here on, or no longer.
"""

contract_states = history(
    "contract_states",
    Column("contract_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("crm_id", Text),
    Column("name", Text, nullable=False),
    Column("product", Text),
    Column("signed", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("arr", BigInteger),
    Column("currency", Text, nullable=False),
    Column("seats", BigInteger),
    Column("notice_period_days", Integer),
    Column("auto_renew", Boolean),
    Column("notice_received_on", Date),
    Column("signed_on", Date),
    by=("contract_id",),
)
"""A contract, whole state a row (`crm_id` only in the first). Its own days say when it counts, not when we heard of
it.
"""

contract_steps = history(
    "contract_steps",
    Column("contract_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    by=("contract_id",),
)
"""The way of a contract: Active, InRenewalWindow, NoticeReceived, Lapsed, Renewed, RenewedLate, Terminated."""

interaction_states = history(
    "interaction_states",
    Column("interaction_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("direction", Text),
    Column("status", Text),
    Column("done", Boolean, nullable=False),
    Column("meaningful", Boolean, nullable=False),
    Column("at", Instant),
    Column("participants", ARRAY(Uuid), nullable=False),
    Column("retracted", Boolean, nullable=False),
    Column("actor", Text, nullable=False),
    by=("interaction_id",),
)
"""A meeting, call or mail, whole state a row; it counts on its own `at`, whenever we heard of it."""

standard_steps = history(
    "standard_steps",
    Column("account_id", Uuid, nullable=False),
    Column("standard", Text, nullable=False),
    Column("kept", Boolean, nullable=False),
    Column("required", Text, nullable=False),
    Column("actual", Text, nullable=False),
    Column("since", Instant, nullable=False),
    by=("account_id", "standard"),
)
"""Standards of the tier, broken and restored."""

policy_steps = history(
    "policy_steps",
    Column("policy", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("document", JSONB),
    Column("function", Text),
    Column("by", Text, nullable=False),
    Column("signed_off", Boolean),
    by=("policy", "version"),
)
"""The way of a policy version: drafted, submitted, signed_off, rejected, scheduled, activated, superseded."""

usage_reports = history(
    "usage_reports",
    Column("account_id", Uuid, nullable=False),
    Column("product", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("licensed", BigInteger),
    Column("reported_at", Instant, nullable=False),
    by=("account_id", "product", "metric", "period_start"),
)
"""Weekly use; for one period the later `reported_at` wins."""

timeline = history(
    "timeline",
    Column("account_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("meaningful", Boolean, nullable=False),
    Column("actor", Text, nullable=False),
    by=("account_id",),
)
"""What happened at an account, for people to read; `what` is a key that the page translates."""

PROJECTED: tuple[Table, ...] = tuple(metadata.sorted_tables)
