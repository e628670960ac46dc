"""Tables of the growth service.

`growth_steps` is the read model: history rows, one for each change of one thing, written by the projection
`growth_reads_v1` from our own log and rebuilt side by side. A row holds only what changed (`patch`); the state of a
thing is its patches put over each other in the order of the log, of those that are effective by the day asked for.

The others hold what no aggregate of ours decides about: what the accounts service and the CRM say (written by the
consumers), and free text, which never enters the log.
"""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Date, Index, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

metadata = MetaData()
Instant = TIMESTAMP(timezone=True)

growth_steps = Table(
    "growth_steps",
    metadata,
    Column("kind", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("account_id", Uuid),
    Column("plan_id", Uuid),
    Column("patch", JSONB, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Index("growth_steps_of_account", "account_id", "position"),
    Index("growth_steps_by_kind", "kind", "entity_id", "position"),
    Index("growth_steps_of_plan", "plan_id", "position"),
)
"""kind: plan, goal, check, initiative, link, milestone, dependency, violation, escalation, cycle, run, planning, cell,
playbook."""

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("crm_id", Text),
    Column("time_zone", Text, nullable=False),
    Column("gone", ARRAY(Text), nullable=False),
    Column("key_since", Instant),
    Column("tier", Text),
    Column("merged_into", Uuid),
    Column("merged_at", Instant),
    Column("position", BigInteger, nullable=False),
)
"""What the accounts service said last; it tells of one account in order. `gone`: why it does not live (ended, archived,
merged); empty: it lives. `merged_into`: the account that it went into, at `merged_at`."""

contracts = Table(
    "contracts",
    metadata,
    Column("contract_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("crm_id", Text),
    Column("product", Text),
    Column("counts", Boolean, nullable=False),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("arr", BigInteger),
    Column("currency", Text, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("event_id", Text, primary_key=True),
    Index("contracts_by_id", "contract_id", "version"),
    Index("contracts_of_account", "account_id"),
)
"""Every version of every contract; `counts`: signed and not withdrawn. The highest version holds."""

opportunities = Table(
    "opportunities",
    metadata,
    Column("opportunity_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("account_id", Uuid),
    Column("name", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("probability", Integer),
    Column("amount", BigInteger),
    Column("currency", Text),
    Column("closes_on", Date),
    Column("motion", Text),
    Column("owner_id", Text),
    Column("open", Boolean, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("event_id", Text, primary_key=True),
    Index("opportunities_by_id", "opportunity_id", "revision"),
    Index("opportunities_of_account", "account_id"),
)
"""Every revision of every deal of the CRM; without an account it is gone. The highest revision holds."""

texts = Table(
    "texts",
    metadata,
    Column("text_ref", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
)
"""Free text: events name it by `text_ref`."""

PROJECTED = (growth_steps,)
