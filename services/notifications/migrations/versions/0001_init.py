"""The kernel's tables, the read model, foreign facts, what rules watch, and messages on their way. Meanings:
`services/notifications/reads/tables.py`."""

from __future__ import annotations

from shared.migrate import kernel_ddl, run_sql

revision, down_revision = "0001", None
branch_labels = depends_on = None

TABLES = """
CREATE TABLE alerts (
    alert_id uuid PRIMARY KEY, account_id uuid NOT NULL, rule text NOT NULL, part text NOT NULL, key text NOT NULL,
    subject text NOT NULL, epoch text NOT NULL, severity text NOT NULL, tier text, raised_at timestamptz NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX alerts_of_account ON alerts (account_id, raised_at);
CREATE TABLE alert_log (
    position bigint PRIMARY KEY, alert_id uuid NOT NULL, account_id uuid NOT NULL, event_id text NOT NULL,
    type text NOT NULL, status text NOT NULL, person text, channel text, actor text NOT NULL,
    effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, data jsonb NOT NULL
);
CREATE INDEX alert_log_of_alert ON alert_log (alert_id, position);
CREATE INDEX alert_log_of_person ON alert_log (person, alert_id, position) WHERE person IS NOT NULL;
CREATE INDEX alert_log_of_account ON alert_log (account_id, position);
CREATE TABLE preference_steps (
    position bigint PRIMARY KEY, person text NOT NULL, type text NOT NULL, effective_at timestamptz NOT NULL,
    event_id text NOT NULL, data jsonb NOT NULL
);
CREATE INDEX preference_steps_of_person ON preference_steps (person, position);
CREATE TABLE rule_steps (
    position bigint PRIMARY KEY, version integer NOT NULL, digest text NOT NULL, signed_off boolean NOT NULL,
    document jsonb NOT NULL, effective_at timestamptz NOT NULL, event_id text NOT NULL
);
CREATE TABLE accounts (
    account_id uuid PRIMARY KEY, name text NOT NULL, crm_id text, key_since timestamptz, tier text,
    gone text[] NOT NULL, red boolean NOT NULL, flapping boolean NOT NULL
);
CREATE TABLE team (
    account_id uuid NOT NULL, theme text NOT NULL, owner_id text, deputy_id text, PRIMARY KEY (account_id, theme)
);
CREATE INDEX team_of_owner ON team (owner_id);
CREATE TABLE absences (
    person text NOT NULL, first date NOT NULL, last date NOT NULL, PRIMARY KEY (person, first, last)
);
CREATE TABLE employees (
    user_id text PRIMARY KEY, subject_id uuid NOT NULL, active boolean NOT NULL, reports_to text,
    revision bigint NOT NULL
);
CREATE TABLE players (
    account_id uuid NOT NULL, subject_id uuid NOT NULL, roles text[] NOT NULL, power integer, gone boolean NOT NULL,
    holder text, strength integer NOT NULL, PRIMARY KEY (account_id, subject_id)
);
CREATE TABLE contacts (
    interaction_id uuid PRIMARY KEY, account_id uuid NOT NULL, at timestamptz, participants uuid[] NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX contacts_of_account ON contacts (account_id, at);
CREATE TABLE watches (
    watch_id uuid PRIMARY KEY, key text NOT NULL UNIQUE, series text NOT NULL, rule text NOT NULL, part text NOT NULL,
    account_id uuid NOT NULL, subject text NOT NULL, epoch text NOT NULL, anchor timestamptz NOT NULL,
    refs text[] NOT NULL, facts text[] NOT NULL, evidence text[] NOT NULL, anchors jsonb NOT NULL,
    state text NOT NULL, under uuid
);
CREATE INDEX watches_open ON watches (account_id, rule) WHERE state IN ('waiting', 'raised');
CREATE INDEX watches_series ON watches (series) WHERE state IN ('waiting', 'raised');
CREATE TABLE live (one boolean PRIMARY KEY DEFAULT true CHECK (one), since timestamptz NOT NULL);
CREATE TABLE budgets (person text NOT NULL, day date NOT NULL, spent integer NOT NULL, PRIMARY KEY (person, day));
CREATE TABLE digest_items (
    person text NOT NULL, alert_id uuid NOT NULL, digest_id uuid NOT NULL, at timestamptz NOT NULL,
    PRIMARY KEY (person, alert_id)
);
CREATE TABLE deliveries (
    delivery_id uuid PRIMARY KEY, alert_id uuid, digest_id uuid, account_id uuid NOT NULL, person text NOT NULL,
    channel text NOT NULL, status text NOT NULL, attempts integer NOT NULL, unanswered integer NOT NULL,
    next_at timestamptz, lease_until timestamptz, message_id text NOT NULL, created_at timestamptz NOT NULL,
    sent_at timestamptz, error text NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (channel, next_at) WHERE status IN ('queued', 'unknown', 'sending');
CREATE INDEX deliveries_of_alert ON deliveries (alert_id);
"""


def upgrade() -> None:
    run_sql(kernel_ddl())
    run_sql(TABLES)
