"""The correlation of each fact that we keep: what follows from it goes on in it. Older facts have none."""

from __future__ import annotations

from shared.migrate import run_sql

revision, down_revision = "0003", "0002"
branch_labels = depends_on = None


def upgrade() -> None:
    run_sql("ALTER TABLE facts ADD COLUMN correlation uuid;")
