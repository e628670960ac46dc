"""The kernel's tables and the service's own. Meanings: `services/insights/reads/tables.py`. The schema `bi` is made by
the worker, in the shape of the contracts."""

from __future__ import annotations

from shared.migrate import kernel_ddl, run_sql

revision, down_revision = "0001", None
branch_labels = depends_on = None

TABLES = """
CREATE TABLE facts (
    topic text NOT NULL, position bigint NOT NULL, partition integer NOT NULL, event_id text NOT NULL, account_id uuid,
    also_id uuid, type text NOT NULL, stream_id uuid NOT NULL, version bigint NOT NULL, actor text NOT NULL, cause text,
    correlation uuid, effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, data jsonb NOT NULL,
    PRIMARY KEY (topic, position)
);
CREATE INDEX facts_of_account ON facts (account_id);
CREATE INDEX facts_also ON facts (also_id);
CREATE INDEX facts_by_event ON facts (event_id);
CREATE INDEX facts_of_company ON facts (type) WHERE account_id IS NULL;
CREATE INDEX facts_of_merges ON facts (type)
    WHERE type IN ('AccountsMerged', 'AccountMergeReverted', 'SourceLagCleared');
CREATE TABLE dirty (account_id uuid NOT NULL PRIMARY KEY, version bigint NOT NULL);
CREATE TABLE stale (account_id uuid NOT NULL PRIMARY KEY, version bigint NOT NULL);
CREATE TABLE bi_rows (
    key text NOT NULL PRIMARY KEY, table_name text NOT NULL, account_id uuid, change bigint NOT NULL, value text
);
CREATE UNIQUE INDEX bi_rows_by_change ON bi_rows (change);
CREATE INDEX bi_rows_of_account ON bi_rows (account_id);
CREATE TABLE bi_state (
    projection text NOT NULL PRIMARY KEY, digest text NOT NULL, until date NOT NULL, built_at timestamptz NOT NULL
);
CREATE TABLE kpi_values (
    position bigint NOT NULL PRIMARY KEY, kpi text NOT NULL, definition_version integer NOT NULL, scope text NOT NULL,
    period_start date NOT NULL, as_of date NOT NULL, known_at timestamptz NOT NULL, unit text NOT NULL, value bigint,
    numerator bigint, denominator bigint, accounts integer NOT NULL, parts jsonb NOT NULL, watermark jsonb NOT NULL,
    restates bigint, causes text[] NOT NULL, changed_accounts uuid[] NOT NULL, superseded_at timestamptz
);
CREATE INDEX kpi_values_of_period ON kpi_values (kpi, scope, as_of, position);
CREATE TABLE views (week date NOT NULL, view text NOT NULL, who text NOT NULL, PRIMARY KEY (week, view, who));
CREATE TABLE whatifs (
    whatif_id uuid NOT NULL PRIMARY KEY, kind text NOT NULL, status text NOT NULL, done integer NOT NULL,
    total integer NOT NULL, input_hash text NOT NULL, request jsonb NOT NULL, report jsonb, asked_by text NOT NULL,
    asked_at timestamptz NOT NULL, ended_at timestamptz, cancelled boolean NOT NULL
);
CREATE TABLE dq_reviews (
    review_id uuid NOT NULL PRIMARY KEY, due_on date NOT NULL, opened_at timestamptz NOT NULL, findings jsonb NOT NULL,
    completed_at timestamptz, completed_by text
);
"""


def upgrade() -> None:
    run_sql(kernel_ddl())
    run_sql(TABLES)
