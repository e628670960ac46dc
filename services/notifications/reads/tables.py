"""Tables of the notifications service.

The read model is written by the projection `notifications_reads_v1` from our own log, rows are only ever added:
`alerts` (one row each), `alert_log` (one row for each event of an alert: who was told, when, by which channel, what was
suppressed and why; its `status` is that of the alert after it), `preference_steps`, `rule_steps`. The state at any
instant is the newest row until then.

What no aggregate of ours decides about is written by the consumers: `accounts`, `team`, `handovers` (those that run),
`absences`, `employees`, `players` (persons of the customer), `contacts` (meaningful ones), `contracts` (when they end),
`sources` (those that have or had a gap), and `watches`: by the deduplication key, what a rule waits for (`waiting`),
has `raised`, no longer needs (`closed`) or has seen the end of (`done`); `paused` while a source has a gap. `live`:
since when facts are news and not history.

Web hooks of other programs: `webhook_steps` (projected), `feed` (all that may be told, in one order), `webhook_cursors`
(how far each has come) and `webhook_log` (what became of attempts, for a while).

What is on its way: `budgets` (immediate alerts of a person and day), `digest_items` (of `kind` daily or weekly),
`exhausted_items` (ladders for the heads' digest of the week), and `deliveries`: messages, written before and after
they are sent. Status: queued, sending (until `lease_until`), sent, unknown (the channel gave no answer; `unanswered`
counts how often), dead, cancelled.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

metadata = MetaData()
Instant = TIMESTAMP(timezone=True)

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("rule", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("tier", Text),
    Column("raised_at", Instant, nullable=False),
    Column("position", BigInteger, nullable=False),
    Index("alerts_of_account", "account_id", "raised_at"),
)

alert_log = Table(
    "alert_log",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("alert_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("person", Text),
    Column("channel", Text),
    Column("actor", Text, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("data", JSONB, nullable=False),
)

preference_steps = Table(
    "preference_steps",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("person", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("data", JSONB, nullable=False),
)

rule_steps = Table(
    "rule_steps",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("signed_off", Boolean, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("event_id", Text, nullable=False),
)

webhook_steps = Table(
    "webhook_steps",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("hook_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Index("webhook_steps_of_hook", "hook_id", "position"),
)

PROJECTED = (alerts, alert_log, preference_steps, rule_steps, webhook_steps)
