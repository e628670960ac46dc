"""The kernel's tables, the read model, facts of other services, and the words that events name. Meanings:
`services/qbr/reads/tables.py`, `reads/facts.py`, `app/texts.py`.
"""

from __future__ import annotations

from services.qbr.reads.facts import DDL as FACTS
from shared.migrate import kernel_ddl, run_sql

revision, down_revision = "0001", None
branch_labels = depends_on = None

READS = """
CREATE TABLE series_states (
    account_id uuid NOT NULL, series_id uuid NOT NULL, state text NOT NULL, tier text NOT NULL,
    interval_days integer NOT NULL, grace_days integer NOT NULL, anchor date, due_by date, last_held_on date,
    newest_qbr uuid, paused_until date, pull_forward_to date, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX series_states_by_account_id ON series_states (account_id, position);
CREATE TABLE qbr_states (
    qbr_id uuid NOT NULL, account_id uuid NOT NULL, state text NOT NULL, due_by date, grace_days integer NOT NULL,
    at timestamptz, held_on date, moves integer NOT NULL, invitees uuid[] NOT NULL, accepted uuid[] NOT NULL,
    template_id text NOT NULL, template_version integer NOT NULL, pack_hash text, actions integer NOT NULL,
    summary_sent boolean NOT NULL, meeting_crm_id text, version integer NOT NULL, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX qbr_states_by_qbr_id ON qbr_states (qbr_id, position);
CREATE INDEX qbr_states_of_account ON qbr_states (account_id);
CREATE TABLE action_states (
    action_id uuid NOT NULL, qbr_id uuid NOT NULL, account_id uuid NOT NULL, state text NOT NULL, side text NOT NULL,
    owner text NOT NULL, due date NOT NULL, first_due date NOT NULL, moves integer NOT NULL, overdue boolean NOT NULL,
    blocked text, title text NOT NULL, decision_id uuid, initiative_id uuid, done_on date, version integer NOT NULL,
    effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX action_states_by_action_id ON action_states (action_id, position);
CREATE INDEX action_states_of_account ON action_states (account_id);
CREATE TABLE qbr_events (
    qbr_id uuid NOT NULL, account_id uuid NOT NULL, action_id uuid, type text NOT NULL, data jsonb NOT NULL,
    actor text NOT NULL, effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX qbr_events_by_qbr_id ON qbr_events (qbr_id, position);
CREATE INDEX qbr_events_of_account ON qbr_events (account_id, type);
CREATE TABLE template_states (
    template_id text NOT NULL, template_version integer NOT NULL, state text NOT NULL, document jsonb NOT NULL,
    effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX template_states_by_version ON template_states (template_id, template_version, position);
CREATE TABLE account_aspects (
    account_id uuid NOT NULL, aspect text NOT NULL, value text, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL, PRIMARY KEY (event_id, aspect)
);
CREATE INDEX account_aspects_by_account_id ON account_aspects (account_id, aspect, position);
CREATE TABLE standards (
    policy_version integer PRIMARY KEY, document jsonb NOT NULL, effective_from timestamptz NOT NULL,
    event_id text NOT NULL
);
CREATE TABLE employees (
    user_id text PRIMARY KEY, revision integer NOT NULL, subject_id uuid NOT NULL, active boolean NOT NULL,
    reports_to text
);
CREATE TABLE initiative_steps (
    event_id text PRIMARY KEY, account_id uuid NOT NULL, initiative_id uuid NOT NULL, action_id uuid,
    kind text NOT NULL, outcome text, effective_at timestamptz NOT NULL, position bigint NOT NULL
);
CREATE INDEX initiative_steps_of_account ON initiative_steps (account_id, initiative_id, position);
CREATE TABLE packs (
    pack_hash text NOT NULL, qbr_id uuid NOT NULL, account_id uuid NOT NULL, body bytea NOT NULL,
    frozen_at timestamptz NOT NULL, PRIMARY KEY (pack_hash, qbr_id)
);
CREATE TABLE texts (
    text_ref uuid PRIMARY KEY, account_id uuid NOT NULL, kind text NOT NULL, body text NOT NULL, author text NOT NULL,
    written_at timestamptz NOT NULL
);
CREATE INDEX texts_of_account ON texts (account_id);
CREATE TABLE preparation_activity (qbr_id uuid NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (qbr_id, at));
"""


def upgrade() -> None:
    run_sql(kernel_ddl())
    run_sql(READS)
    run_sql(FACTS)
