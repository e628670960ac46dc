"""Handovers: their steps, and what other services keep open at an account. Meanings: `services/accounts/reads`."""

from __future__ import annotations

from shared.migrate import run_sql

revision, down_revision = "0003", "0002"
branch_labels = depends_on = None

TABLES = """
CREATE TABLE handover_steps (
    handover_id uuid NOT NULL, account_id uuid NOT NULL, theme text NOT NULL, kind text NOT NULL,
    from_owner_id text NOT NULL, to_owner_id text NOT NULL, cause text, due_on date, items jsonb, item_id text,
    words text, effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX handover_steps_by_account_id ON handover_steps (account_id, effective_at, position);
CREATE TABLE matters (
    account_id uuid NOT NULL, kind text NOT NULL, ref text NOT NULL, open boolean, due_on date, what text, label text,
    part_of text, effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX matters_by_account_id ON matters (account_id, effective_at, position);
"""


def upgrade() -> None:
    run_sql(TABLES)
