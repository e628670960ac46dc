"""Tables with facts of the CRM that no aggregate of ours decides about; the consumer writes them with its position."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, Table, Text, Uuid

from services.accounts.reads.tables import Instant, history, metadata

account_wishes = Table(
    "account_wishes",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("owner_id", Text),
    Column("owner_active", Boolean),
    Column("parent_id", Uuid),
    Column("parent_since", Instant),
    Column("seen_at", Instant, nullable=False),
)
"""What the CRM wants of an account now, for the processes that see all accounts: its parent and its owner."""

deals = history(
    "deals",
    Column("deal_id", Text, nullable=False),
    Column("account_id", Uuid),
    Column("revision", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("motion", Text),
    Column("stage", Text, nullable=False),
    Column("closes_on", Date),
    Column("open", Boolean, nullable=False),
    by=("deal_id",),
)
"""Opportunities of the CRM: is there an open renewal?"""

employees = history(
    "employees",
    Column("user_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("reports_to", Text),
    by=("user_id",),
)
"""Own employees as the CRM knows users; their names are in the people table."""

sources = history(
    "sources",
    Column("system", Text, nullable=False),
    Column("what", Text, nullable=False),
    by=("system",),
)
"""What a CRM connection told about itself: connected, backfill_completed, behind, caught_up."""

matters = history(
    "matters",
    Column("account_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("open", Boolean),
    Column("due_on", Date),
    Column("what", Text),
    Column("label", Text),
    Column("part_of", Text),
    by=("account_id",),
)
"""What other services keep open at an account, one row a saying, null: not said. kind: promise (a QBR action, a
milestone; `part_of`: its plan), plan, timer (the next QBR), escalation. `position` is that of the service it is from,
so it orders the rows of one `ref` only."""

FOREIGN: tuple[Table, ...] = (account_wishes, deals, employees, sources, matters)
