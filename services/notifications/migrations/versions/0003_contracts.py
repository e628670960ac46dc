"""When contracts end: how often the log of a red account is due depends on it."""

from __future__ import annotations

from shared.migrate import run_sql

revision, down_revision = "0003", "0002"
branch_labels = depends_on = None

CHANGES = """
CREATE TABLE contracts (contract_id uuid PRIMARY KEY, account_id uuid NOT NULL, ends_on date, over boolean NOT NULL);
CREATE INDEX contracts_of_account ON contracts (account_id, ends_on) WHERE NOT over;
"""


def upgrade() -> None:
    run_sql(CHANGES)
