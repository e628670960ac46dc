"""Outgoing web hooks: what may be sent, in one order; how far each hook has come; what became of each attempt."""

from __future__ import annotations

from shared.migrate import run_sql

revision, down_revision = "0004", "0003"
branch_labels = depends_on = None

CHANGES = """
CREATE TABLE webhook_steps (
    position bigint PRIMARY KEY, hook_id uuid NOT NULL, type text NOT NULL, actor text NOT NULL,
    effective_at timestamptz NOT NULL, event_id text NOT NULL, data jsonb NOT NULL
);
CREATE INDEX webhook_steps_of_hook ON webhook_steps (hook_id, position);
CREATE TABLE feed (
    seq bigint PRIMARY KEY, event_id text NOT NULL UNIQUE, topic text NOT NULL, type text NOT NULL, account_id uuid,
    recorded_at timestamptz NOT NULL, body text NOT NULL
);
CREATE INDEX feed_by_type ON feed (type, seq);
CREATE INDEX feed_by_time ON feed (recorded_at);
CREATE TABLE webhook_cursors (
    hook_id uuid PRIMARY KEY, position bigint NOT NULL, replays integer NOT NULL, attempts integer NOT NULL,
    failing_since timestamptz, next_at timestamptz NOT NULL, lease_until timestamptz, sent_at timestamptz,
    error text NOT NULL
);
CREATE TABLE webhook_log (
    hook_id uuid NOT NULL, at timestamptz NOT NULL, seq bigint NOT NULL, attempt integer NOT NULL,
    replay integer NOT NULL, event_id text NOT NULL, type text NOT NULL, account_id uuid, outcome text NOT NULL,
    why text NOT NULL, millis integer NOT NULL, PRIMARY KEY (hook_id, at, seq, attempt)
);
CREATE INDEX webhook_log_by_age ON webhook_log (at);
"""


def upgrade() -> None:
    run_sql(CHANGES)
