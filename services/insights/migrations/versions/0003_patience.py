"""When an account became dirty, and when something was told of it last: whoever is told of all the time waits a bit.
And an index for the question that is asked twice a second: is a source behind?"""

from __future__ import annotations

from shared.migrate import run_sql

revision, down_revision = "0003", "0002"
branch_labels = depends_on = None


def upgrade() -> None:
    run_sql(
        "ALTER TABLE dirty ADD COLUMN since timestamptz NOT NULL DEFAULT clock_timestamp(), "
        "ADD COLUMN touched_at timestamptz NOT NULL DEFAULT clock_timestamp();"
        "CREATE INDEX facts_of_sources ON facts (type) WHERE type IN ('SourceLagExceeded', 'SourceLagCleared');"
    )
