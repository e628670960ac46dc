"""The kernel's tables, the read model, foreign facts and words. Meanings: `services/growth/reads/tables.py`."""

from __future__ import annotations

from shared.migrate import kernel_ddl, run_sql

revision, down_revision = "0001", None
branch_labels = depends_on = None

TABLES = """
CREATE TABLE growth_steps (
    kind text NOT NULL, entity_id text NOT NULL, account_id uuid, plan_id uuid, patch jsonb NOT NULL,
    effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX growth_steps_of_account ON growth_steps (account_id, position);
CREATE INDEX growth_steps_by_kind ON growth_steps (kind, entity_id, position);
CREATE INDEX growth_steps_of_plan ON growth_steps (plan_id, position);
CREATE TABLE accounts (
    account_id uuid PRIMARY KEY, name text NOT NULL, crm_id text, time_zone text NOT NULL, gone text[] NOT NULL,
    key_since timestamptz, tier text, merged_into uuid, merged_at timestamptz, position bigint NOT NULL
);
CREATE TABLE contracts (
    contract_id uuid NOT NULL, version integer NOT NULL, account_id uuid NOT NULL, crm_id text, product text,
    counts boolean NOT NULL, starts_on date, ends_on date, arr bigint, currency text NOT NULL,
    effective_at timestamptz NOT NULL, event_id text PRIMARY KEY
);
CREATE INDEX contracts_by_id ON contracts (contract_id, version);
CREATE INDEX contracts_of_account ON contracts (account_id);
CREATE TABLE opportunities (
    opportunity_id text NOT NULL, revision integer NOT NULL, account_id uuid, name text NOT NULL, stage text NOT NULL,
    probability integer, amount bigint, currency text, closes_on date, motion text, owner_id text,
    open boolean NOT NULL, effective_at timestamptz NOT NULL, event_id text PRIMARY KEY
);
CREATE INDEX opportunities_by_id ON opportunities (opportunity_id, revision);
CREATE INDEX opportunities_of_account ON opportunities (account_id);
CREATE TABLE texts (
    text_ref uuid PRIMARY KEY, account_id uuid NOT NULL, kind text NOT NULL, body text NOT NULL, author text NOT NULL,
    written_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    run_sql(kernel_ddl())
    run_sql(TABLES)
