"""Facts keep the command that they followed from and the policies that they were judged under, for the audit trail.
Facts taken before have neither: their service still knows."""

from __future__ import annotations

from shared.migrate import run_sql

revision, down_revision = "0002", "0001"
branch_labels = depends_on = None


def upgrade() -> None:
    run_sql("ALTER TABLE facts ADD COLUMN command_id uuid, ADD COLUMN policies jsonb;")
