"""The service's own tables. Those of the schema `bi` are not here: they are made from the contracts (`reads/bi.py`)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()
Instant = DateTime(timezone=True)

facts = Table(
    "facts",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("partition", Integer, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("account_id", Uuid),
    Column("also_id", Uuid),
    Column("type", Text, nullable=False),
    Column("stream_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("cause", Text),
    Column("correlation", Uuid),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("command_id", Uuid),
    Column("policies", JSONB),
    Index("facts_of_account", "account_id"),
    Index("facts_also", "also_id"),
    Index("facts_by_event", "event_id"),
)
"""What all services told, append-only: everything else follows from it. `also_id`: the account that a thing left.
`command_id`, `policies`: which command it followed from, and the policies it was judged under, for the audit trail."""

dirty = Table(
    "dirty",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("since", Instant, nullable=False),
    Column("touched_at", Instant, nullable=False),
)
"""Accounts with facts that the BI tables do not show yet. `since` the first of them came, `touched_at` the last."""

stale = Table(
    "stale",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
)
"""Accounts with facts that the KPI values do not know yet."""

bi_rows = Table(
    "bi_rows",
    metadata,
    Column("key", Text, primary_key=True),
    Column("table_name", Text, nullable=False),
    Column("account_id", Uuid),
    Column("change", BigInteger, nullable=False),
    Column("value", Text),
    Index("bi_rows_by_change", "change", unique=True),
    Index("bi_rows_of_account", "account_id"),
)
"""Every row of the BI tables as JSON by its key, as `kam.bi.v1` carries it; null: the row is gone."""

bi_state = Table(
    "bi_state",
    metadata,
    Column("projection", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("built_at", Instant, nullable=False),
)
"""Which shape of the BI tables is in use, and the day up to which months are told."""

kpi_values = Table(
    "kpi_values",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("kpi", Text, nullable=False),
    Column("definition_version", Integer, nullable=False),
    Column("scope", Text, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("unit", Text, nullable=False),
    Column("value", BigInteger),
    Column("numerator", BigInteger),
    Column("denominator", BigInteger),
    Column("accounts", Integer, nullable=False),
    Column("parts", JSONB, nullable=False),
    Column("watermark", JSONB, nullable=False),
    Column("restates", BigInteger),
    Column("causes", ARRAY(Text), nullable=False),
    Column("changed_accounts", ARRAY(Uuid), nullable=False),
    Column("superseded_at", Instant),
    Index("kpi_values_of_period", "kpi", "scope", "as_of", "position"),
)
"""Every KPI value that was told, append-only but for the mark that a later one superseded it."""

views = Table(
    "views",
    metadata,
    Column("week", Date, primary_key=True),
    Column("view", Text, primary_key=True),
    Column("who", Text, primary_key=True),
)
"""Which views were opened in a week, by a keyed hash of the user: only counts are ever told (readiness Q9)."""

whatifs = Table(
    "whatifs",
    metadata,
    Column("whatif_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("input_hash", Text, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("report", JSONB),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("cancelled", Boolean, nullable=False),
)
"""What-if runs: a draft over all history, its progress and report."""

dq_reviews = Table(
    "dq_reviews",
    metadata,
    Column("review_id", Uuid, primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("completed_at", Instant),
    Column("completed_by", Text),
)
"""Reviews of data quality: due by cadence, completed by a person (readiness Q10)."""

TABLES: tuple[Table, ...] = (facts, dirty, stale, bi_rows, bi_state, kpi_values, views, whatifs, dq_reviews)
