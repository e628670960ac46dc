"""The commitment ledger, what changed since the last QBR, and the pack as it arrives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.portal.models.base import Absent, Moment, View
from services.portal.models.qbr import Action, Decision
from services.portal.models.system import Freshness


class LedgerRow(View):
    """One chain: decision, action, initiative, outcome."""

    qbr_id: str | None
    account_id: str | None
    account_crm_id: str | None
    account: str | None = Field(description="Name of the account")
    held_at: Moment | None
    decision: Annotated[Decision | None, Absent]
    action: Annotated[Action | None, Absent]
    initiative_id: str | None
    initiative_state: str | None
    outcome: str | None
    kept: str | None = Field(description="kept, late, broken, open, dropped; null: a decision without action")
    event_ids: list[str]


class LedgerSide(View):
    """One side's promises in sum."""

    side: str
    due: int
    kept: int
    late: int
    broken: int
    open: int
    dropped: int
    moved: int
    said_done_bp: int | None = Field(description="Kept of those that were due; null: none was due")


class Ledger(View):
    """The promises of an account, both sides."""

    as_of: datetime
    rows: list[LedgerRow]
    sides: list[LedgerSide]


class Change(View):
    """Something that is different from the last QBR."""

    section: str
    kind: str
    what: str | None
    at: Moment | None
    event_ids: list[str]
    facts: dict[str, str]


class SinceLastQbr(View):
    """What changed at an account between two moments."""

    since: Moment | None
    qbr_id: str | None
    changes: list[Change]
    as_of: datetime


class SectionHealth(View):
    """How far a section of the pack can be trusted."""

    section: str
    status: str | None
    why: str | None
    as_of: Moment | None


class Pack(View):
    """A data pack; `canonical_json` is what its hash is of."""

    canonical_json: bytes
    pack_hash: str | None
    frozen: bool
    matches: bool
    sections: list[SectionHealth]
    watermark: dict[str, int]
    as_of: Moment | None
    account_id: str | None


class Document(View):
    """A pack as a file."""

    content: bytes
    file_name: str | None
    media_type: str | None
    pack_hash: str | None


class CommandResult(View):
    """What a command has recorded; `repeated`: it had been recorded before."""

    event_ids: list[str]
    repeated: bool
    id: str | None = Field(description="Id of what was made, if something was")


class QbrStatus(View):
    """The state of the qbr service."""

    events: int
    series: int
    open_qbrs: int
    armed_timers: int
    dead_letters: int
    freshness: Annotated[Freshness | None, Absent]
