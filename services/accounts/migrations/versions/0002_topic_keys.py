"""One key for each sensitive topic; without a key the topic's text is gone (`services/accounts/vault.py`)."""

from __future__ import annotations

from shared.migrate import run_sql

revision, down_revision = "0002", "0001"
branch_labels = depends_on = None

CHANGES = """
CREATE TABLE topic_keys (
    topic_id uuid PRIMARY KEY, account_id uuid NOT NULL, key text, made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX topic_keys_of_account ON topic_keys (account_id);
"""


def upgrade() -> None:
    run_sql(CHANGES)
