"""The tables of the service.

`PROJECTED`: our own log as history rows, one for each event, each with the whole state after it. What counts at an
instant is the row that was told last of those that were true by then (`reads/states.py`). `FOREIGN`: what other
services told and our decisions need, written by the consumers; no projection. Beside them `facts` (`reads/facts.py`)
and the words (`app/texts.py`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Date, Integer, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

READ_MODEL = "qbr_reads_v1"
"""Name of the projection that writes `PROJECTED`; another shape is another name."""

metadata = MetaData()
INSTANT = TIMESTAMP(timezone=True)


def _stamps() -> list[Column[Any]]:
    return [
        Column("effective_at", INSTANT, nullable=False),
        Column("recorded_at", INSTANT, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("position", BigInteger, nullable=False),
    ]


series_states = Table(
    "series_states", metadata,
    Column("account_id", Uuid, nullable=False), Column("series_id", Uuid, nullable=False),
    Column("state", Text, nullable=False), Column("tier", Text, nullable=False),
    Column("interval_days", Integer, nullable=False), Column("grace_days", Integer, nullable=False),
    Column("anchor", Date), Column("due_by", Date), Column("last_held_on", Date), Column("newest_qbr", Uuid),
    Column("paused_until", Date), Column("pull_forward_to", Date), *_stamps(),
)  # fmt: skip
"""The rhythm of each account."""

qbr_states = Table(
    "qbr_states", metadata,
    Column("qbr_id", Uuid, nullable=False), Column("account_id", Uuid, nullable=False),
    Column("state", Text, nullable=False), Column("due_by", Date), Column("grace_days", Integer, nullable=False),
    Column("at", INSTANT), Column("held_on", Date), Column("moves", Integer, nullable=False),
    Column("invitees", ARRAY(Uuid), nullable=False), Column("accepted", ARRAY(Uuid), nullable=False),
    Column("template_id", Text, nullable=False), Column("template_version", Integer, nullable=False),
    Column("pack_hash", Text), Column("actions", Integer, nullable=False),
    Column("summary_sent", Boolean, nullable=False),
    Column("meeting_crm_id", Text), Column("version", Integer, nullable=False), *_stamps(),
)  # fmt: skip
"""Every QBR."""

action_states = Table(
    "action_states", metadata,
    Column("action_id", Uuid, nullable=False), Column("qbr_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False), Column("state", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("owner", Text, nullable=False), Column("due", Date, nullable=False),
    Column("first_due", Date, nullable=False),
    Column("moves", Integer, nullable=False), Column("overdue", Boolean, nullable=False), Column("blocked", Text),
    Column("title", Text, nullable=False), Column("decision_id", Uuid), Column("initiative_id", Uuid),
    Column("done_on", Date), Column("version", Integer, nullable=False), *_stamps(),
)  # fmt: skip
"""Every action item. `due` and `first_due`: the promise now and as it was given."""

qbr_events = Table(
    "qbr_events", metadata,
    Column("qbr_id", Uuid, nullable=False), Column("account_id", Uuid, nullable=False), Column("action_id", Uuid),
    Column("type", Text, nullable=False), Column("data", JSONB, nullable=False), Column("actor", Text, nullable=False),
    *_stamps(),
)  # fmt: skip
"""What happened to a QBR and its actions, as it was stored: the details of the page."""

template_states = Table(
    "template_states", metadata,
    Column("template_id", Text, nullable=False), Column("template_version", Integer, nullable=False),
    Column("state", Text, nullable=False), Column("document", JSONB, nullable=False), *_stamps(),
)  # fmt: skip
"""Every version of every template."""

PROJECTED = (series_states, qbr_states, action_states, qbr_events, template_states)

account_aspects = Table(
    "account_aspects", metadata,
    Column("account_id", Uuid, nullable=False), Column("aspect", Text, primary_key=True), Column("value", Text),
    Column("effective_at", INSTANT, nullable=False), Column("recorded_at", INSTANT, nullable=False),
    Column("event_id", Text, primary_key=True), Column("position", BigInteger, nullable=False),
)  # fmt: skip
"""name, time_zone, tier, key, life, crm_id and owner:<THEME> of every account, from `kam.accounts.v1`."""

standards = Table(
    "standards", metadata,
    Column("policy_version", Integer, primary_key=True), Column("document", JSONB, nullable=False),
    Column("effective_from", INSTANT, nullable=False), Column("event_id", Text, nullable=False),
)  # fmt: skip
"""Standards that the accounts service activated; before the first one the shipped copy holds."""

employees = Table(
    "employees", metadata,
    Column("user_id", Text, primary_key=True), Column("revision", Integer, nullable=False),
    Column("subject_id", Uuid, nullable=False), Column("active", Boolean, nullable=False), Column("reports_to", Text),
)  # fmt: skip
"""Our employees as the CRM knows them: who leads which team."""

initiative_steps = Table(
    "initiative_steps", metadata,
    Column("event_id", Text, primary_key=True), Column("account_id", Uuid, nullable=False),
    Column("initiative_id", Uuid, nullable=False), Column("action_id", Uuid), Column("kind", Text, nullable=False),
    Column("outcome", Text), Column("effective_at", INSTANT, nullable=False),
    Column("position", BigInteger, nullable=False),
)  # fmt: skip
"""What became of initiatives, from `kam.growth.v1`. `kind`: Proposed, Refused, Completed, Cancelled …"""

packs = Table(
    "packs", metadata,
    Column("pack_hash", Text, primary_key=True), Column("qbr_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False), Column("body", LargeBinary, nullable=False),
    Column("frozen_at", INSTANT, nullable=False),
)  # fmt: skip
"""The canonical JSON of frozen packs: what was shown stays readable even if packs are counted otherwise one day."""

FOREIGN = (account_aspects, standards, employees, initiative_steps, packs)
