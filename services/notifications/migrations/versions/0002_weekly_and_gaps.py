"""Weekly digests, and sources with a gap: alerts about missing contacts wait until they are back."""

from __future__ import annotations

from shared.migrate import run_sql

revision, down_revision = "0002", "0001"
branch_labels = depends_on = None

CHANGES = """
CREATE TABLE sources (
    system text PRIMARY KEY, behind_since timestamptz, gap_since timestamptz NOT NULL, back_at timestamptz
);
ALTER TABLE watches ADD COLUMN paused boolean NOT NULL DEFAULT false;
CREATE INDEX watches_paused ON watches (watch_id) WHERE paused;
ALTER TABLE digest_items ADD COLUMN kind text NOT NULL DEFAULT 'daily';
CREATE TABLE exhausted_items (
    person text NOT NULL, alert_id uuid NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (person, alert_id)
);
"""


def upgrade() -> None:
    run_sql(CHANGES)
