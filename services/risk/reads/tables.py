"""The tables of the service. `PROJECTED` follow from our own log; `FOREIGN` hold what other services told and where our
folds stand, written in the transaction of whoever writes them.

History rows, one per change, valid from `effective_at`: every query is an as-of query.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
Instant = DateTime(timezone=True)


def history(name: str, *columns: Column[Any], by: tuple[str, ...]) -> Table:
    """A table of rows that are only added; `by`: what a row is about."""
    common = (
        Column("effective_at", Instant, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("position", BigInteger, nullable=False),
    )
    index = Index(f"{name}_by_{'_'.join(by)}", *by, "effective_at", "position")
    return Table(name, metadata, *columns, *common, index)


colour_steps = history(
    "colour_steps",
    Column("account_id", Uuid, nullable=False),
    Column("from_colour", Text, nullable=False),
    Column("to_colour", Text, nullable=False),
    Column("tier", Text),
    Column("score", Integer),
    Column("coverage", Integer, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("code", Text),
    Column("why", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("late_by_s", BigInteger, nullable=False),
    Column("data", JSONB, nullable=False),
    by=("account_id",),
)
"""Every colour, with all that explains it in `data`."""

score_steps = history(
    "score_steps",
    Column("account_id", Uuid, nullable=False),
    Column("score", Integer),
    Column("coverage", Integer, nullable=False),
    Column("data", JSONB, nullable=False),
    by=("account_id",),
)
"""Scores that moved by 3 points or more, with their contributions."""

sign_steps = history(
    "sign_steps",
    Column("account_id", Uuid, nullable=False),
    Column("sign", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    by=("account_id", "sign"),
)
"""Early warnings (on, off), trend, flapping, stale colours."""

decisions = history(
    "decisions",
    Column("account_id", Uuid, nullable=False),
    Column("stream_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    by=("account_id",),
)
"""What people (and process managers) decided: overrides, risk items, countermeasures, escalations."""

PROJECTED: tuple[Table, ...] = (colour_steps, score_steps, sign_steps, decisions)

facts = Table(
    "facts",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("account_id", Uuid),
    Column("type", Text, nullable=False),
    Column("stream_id", Uuid, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("correlation", Uuid),
    Index("facts_of_account", "account_id"),
)
"""What other services told and the model reads, append-only: colours are a pure fold of it and of `decisions`."""

known_accounts = Table(
    "known_accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("crm_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("owner_id", Text),
)
"""Name and owner of each account as the CRM has them now; the highest revision counts."""

parents = Table(
    "parents",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("parent_id", Uuid),
)
"""The group above each account; the highest version of the account's stream counts."""

merges = Table(
    "merges",
    metadata,
    Column("absorbed_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("survivor_id", Uuid),
    Column("at", Instant, nullable=False),
)
"""Which account went into which other one, and since when; null: it lives again."""

sources = Table(
    "sources",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("system", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)
"""What a CRM connection told about itself: connected, behind, caught_up."""

wakes = Table(
    "wakes",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
)
"""How often an account was woken: the due version of its timer, counted under the row's lock."""

cursors = Table(
    "cursors",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("model_version", Integer, primary_key=True),
    Column("at", Instant),
    Column("facts", BigInteger, nullable=False),
    Column("armed", BigInteger, nullable=False),
    Column("state", JSONB, nullable=False),
)
"""Where the fold of an account stands. `model_version` 0: the active models, else one on trial. `facts`: how many were
true at `at`; more of them means that something of the past is new. `armed`: due version of its clock."""

samples = Table(
    "samples",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("score", Integer),
    Column("colour", Text, nullable=False),
)
"""The daily tick of each account, for the path over time."""

texts = Table(
    "texts",
    metadata,
    Column("text_ref", Uuid, primary_key=True),
    Column("account_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
)
"""Free text: never in the log, which names it by reference."""

whatifs = Table(
    "whatifs",
    metadata,
    Column("whatif_id", Uuid, primary_key=True),
    Column("version", Integer),
    Column("against", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("input_hash", Text, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("report", JSONB),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("cancelled", Boolean, nullable=False),
    Index("whatifs_by_age", "asked_at"),
)
"""What-if runs: a draft (`version`, or a document that is no version yet) over all history beside the version
`against`. `seen_at`: when the process that runs it was heard of last; silence means that it ended on the way."""

FOREIGN: tuple[Table, ...] = (
    facts, known_accounts, parents, merges, sources, wakes, cursors, samples, texts, whatifs,
)  # fmt: skip
