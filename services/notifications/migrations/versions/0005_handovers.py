"""Themes that are being handed over: alerts about them go to both sides."""

from __future__ import annotations

from shared.migrate import run_sql

revision, down_revision = "0005", "0004"
branch_labels = depends_on = None

CHANGES = """
CREATE TABLE handovers (
    account_id uuid NOT NULL, theme text NOT NULL, handover_id uuid NOT NULL, from_owner_id text NOT NULL,
    to_owner_id text NOT NULL, PRIMARY KEY (account_id, theme)
);
CREATE INDEX handovers_by_id ON handovers (handover_id);
"""


def upgrade() -> None:
    run_sql(CHANGES)
