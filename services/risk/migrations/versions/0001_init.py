"""The kernel's tables, the read model, and what we keep of others' facts. Meanings: `services/risk/reads/tables.py`."""

from __future__ import annotations

from shared.migrate import kernel_ddl, run_sql

revision, down_revision = "0001", None
branch_labels = depends_on = None

READS = """
CREATE TABLE colour_steps (
    account_id uuid NOT NULL, from_colour text NOT NULL, to_colour text NOT NULL, tier text, score integer,
    coverage integer NOT NULL, trigger text NOT NULL, code text, why text NOT NULL, epoch integer NOT NULL,
    model_version integer NOT NULL, late_by_s bigint NOT NULL, data jsonb NOT NULL, effective_at timestamptz NOT
    NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX colour_steps_by_account_id ON colour_steps (account_id, effective_at, position);
CREATE TABLE cursors (
    account_id uuid NOT NULL, model_version integer NOT NULL, at timestamptz, facts bigint NOT NULL, armed
    bigint NOT NULL, state jsonb NOT NULL, PRIMARY KEY (account_id, model_version)
);
CREATE TABLE decisions (
    account_id uuid NOT NULL, stream_id uuid NOT NULL, version integer NOT NULL, type text NOT NULL, data jsonb
    NOT NULL, effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX decisions_by_account_id ON decisions (account_id, effective_at, position);
CREATE TABLE facts (
    topic text NOT NULL, position bigint NOT NULL, event_id text NOT NULL, account_id uuid, type text NOT NULL,
    stream_id uuid NOT NULL, number bigint NOT NULL, data jsonb NOT NULL, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, PRIMARY KEY (topic, position)
);
CREATE INDEX facts_of_account ON facts (account_id);
CREATE TABLE known_accounts (
    account_id uuid NOT NULL, revision bigint NOT NULL, crm_id text NOT NULL, name text NOT NULL, owner_id text,
    PRIMARY KEY (account_id)
);
CREATE TABLE merges (
    absorbed_id uuid NOT NULL, version bigint NOT NULL, survivor_id uuid, at timestamptz NOT NULL, PRIMARY KEY
    (absorbed_id)
);
CREATE TABLE parents (
    account_id uuid NOT NULL, version bigint NOT NULL, parent_id uuid, PRIMARY KEY (account_id)
);
CREATE TABLE samples (
    account_id uuid NOT NULL, day date NOT NULL, score integer, colour text NOT NULL, PRIMARY KEY (account_id,
    day)
);
CREATE TABLE score_steps (
    account_id uuid NOT NULL, score integer, coverage integer NOT NULL, data jsonb NOT NULL, effective_at
    timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX score_steps_by_account_id ON score_steps (account_id, effective_at, position);
CREATE TABLE sign_steps (
    account_id uuid NOT NULL, sign text NOT NULL, value text NOT NULL, data jsonb NOT NULL, effective_at
    timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX sign_steps_by_account_id_sign ON sign_steps (account_id, sign, effective_at, position);
CREATE TABLE sources (
    position BIGSERIAL NOT NULL, system text NOT NULL, what text NOT NULL, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, PRIMARY KEY (position)
);
CREATE TABLE texts (
    text_ref uuid NOT NULL, account_id uuid, kind text NOT NULL, body text NOT NULL, author text NOT NULL,
    written_at timestamptz NOT NULL, PRIMARY KEY (text_ref)
);
CREATE TABLE wakes (
    account_id uuid NOT NULL, version bigint NOT NULL, PRIMARY KEY (account_id)
);
"""


def upgrade() -> None:
    run_sql(kernel_ddl())
    run_sql(READS)
