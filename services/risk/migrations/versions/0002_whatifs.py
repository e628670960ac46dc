"""What-if runs: a draft model over all history."""

from __future__ import annotations

from shared.migrate import run_sql

revision, down_revision = "0002", "0001"
branch_labels = depends_on = None

CHANGES = """
CREATE TABLE whatifs (
    whatif_id uuid PRIMARY KEY, version integer, against integer NOT NULL, status text NOT NULL, done integer NOT NULL,
    total integer NOT NULL, input_hash text NOT NULL, request jsonb NOT NULL, report jsonb, asked_by text NOT NULL,
    asked_at timestamptz NOT NULL, seen_at timestamptz NOT NULL, ended_at timestamptz, cancelled boolean NOT NULL
);
CREATE INDEX whatifs_by_age ON whatifs (asked_at);
"""


def upgrade() -> None:
    run_sql(CHANGES)
