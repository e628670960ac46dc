"""Every use case of the service: a command as a value, done in one transaction.

`Reviews.run` is for people: once for each command id, decided anew after a conflict. `execute` is for whoever has a
transaction already: consumers, process managers, timers.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.qbr.app import actions, reviews, series, telling
from services.qbr.app.unit import Company, Known, Unit
from services.qbr.domain import Qbr
from services.qbr.domain import commands as c
from services.qbr.domain.commands import Command
from services.qbr.policies import shipped
from shared import ids
from shared.clock import Clock
from shared.errors import Conflict
from shared.eventstore.events import Event, Meta, event_id
from shared.eventstore.store import append_in
from shared.positions import driver

__all__ = ["Company", "Done", "Known", "Reviews", "Unit", "execute"]

SERVICE = "qbr"
_SEEN = """
SELECT c.first_position, c.count,
    CASE e.topic WHEN $2 THEN (convert_from(e.state, 'UTF8')::jsonb->>'decision_id')::uuid ELSE e.stream_id END AS id
FROM commands c LEFT JOIN events e ON e.position = c.first_position AND c.count > 0 WHERE c.command_id = $1"""
_RECORD = "INSERT INTO commands (command_id, first_position, count) VALUES ($1, $2, $3)"
ATTEMPTS = 10

USE_CASES: Mapping[type[Command], Callable[[Unit, Any], Awaitable[UUID]]] = {
    c.DefineTemplate: series.define_template,
    c.PublishTemplate: series.publish_template,
    c.StartSeries: series.start,
    c.RetimeSeries: series.retime,
    c.PauseSeries: series.pause,
    c.ResumeSeries: series.resume,
    c.EndSeries: series.end,
    c.NoteHeld: series.note_held,
    c.NoteWaived: series.note_waived,
    c.PlanQBR: series.plan,
    c.ProposePullForward: series.propose_pull,
    c.SettlePullForward: series.settle_pull,
    c.PullForwardQBR: series.pull_forward,
    c.DismissPullForward: series.dismiss_pull,
    c.MoveDue: telling.move_due,
    c.ScheduleQBR: reviews.schedule,
    c.RecordAcceptance: reviews.record_acceptance,
    c.RescheduleQBR: reviews.reschedule,
    c.PostponeQBR: reviews.postpone,
    c.CancelQBR: reviews.cancel,
    c.WaiveQBR: reviews.waive,
    c.StartPreparation: reviews.start_preparation,
    c.RecordPreparationActivity: reviews.record_activity,
    c.NoteAgenda: reviews.note_agenda,
    c.FreezeDataPack: reviews.freeze_pack,
    c.AnnotatePack: reviews.annotate_pack,
    c.PublishPack: reviews.publish_pack,
    c.HoldQBR: reviews.hold,
    c.CorrectQBR: reviews.correct,
    c.ConfirmProposedQBR: reviews.confirm,
    c.DismissProposedQBR: reviews.dismiss,
    c.RetractQBR: reviews.retract,
    c.RateQBR: reviews.rate,
    c.RecordDecision: reviews.record_decision,
    c.ApproveMinutes: reviews.approve_minutes,
    c.SendSummary: reviews.send_summary,
    c.CloseQBR: reviews.close,
    c.Remind: telling.remind,
    c.MissQBR: telling.miss,
    c.TellSummaryOverdue: telling.tell_summary,
    c.TellCloseOverdue: telling.tell_close,
    c.SeeMeeting: telling.see_meeting,
    c.LoseMeeting: telling.lose_meeting,
    c.AgreeAction: actions.agree,
    c.ConvertToInitiative: actions.convert,
    c.StartAction: actions.start,
    c.BlockAction: actions.block,
    c.UnblockAction: actions.unblock,
    c.RescheduleAction: actions.reschedule,
    c.ReassignAction: actions.reassign,
    c.CompleteAction: actions.complete,
    c.DropAction: actions.drop,
    c.ReopenAction: actions.reopen,
    c.TellActionDueSoon: actions.tell_due_soon,
    c.TellActionOverdue: actions.tell_overdue,
}


@dataclass(frozen=True, slots=True)
class Done:
    """The ids of the events that a command led to, and the stream it was about, or the decision that it recorded.
    `repeated`: it ran before."""

    event_ids: tuple[str, ...]
    repeated: bool
    id: UUID | None


async def execute(unit: Unit, command: Command, meta: Meta) -> tuple[UUID, list[Event]]:
    """Do one command in the caller's transaction; its events are added to `unit.events`. Raises Rejected, NotFound."""
    unit.meta = meta
    found = await USE_CASES[type(command)](unit, command)
    return found, unit.keep()


class Reviews:
    """Runs commands, each in a transaction of its own."""

    def __init__(self, engine: AsyncEngine, known: Known, company: Company, clock: Clock) -> None:
        self._engine, self._known, self._company, self._clock = engine, known, company, clock

    async def run(
        self, command: Command | Callable[[AsyncConnection], Awaitable[Command]], meta: Meta, *,
        expected: tuple[UUID, int] | None = None,
    ) -> Done:  # fmt: skip
        """Once for each `meta.command_id`; a repeat returns the first result without deciding.

        A function as `command` makes it from what the transaction sees (a data pack, for one). `expected`: (stream,
        version) that the caller decided on; raises Conflict if it is another now.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._once(command, meta, expected)
            except Conflict as e:
                if attempt == ATTEMPTS or e.slug == "version-changed":
                    raise
                await asyncio.sleep(random.uniform(0, min(0.2, 0.002 * 2**attempt)))
        raise AssertionError("unreachable")

    async def _once(
        self, command: Command | Callable[[AsyncConnection], Awaitable[Command]], meta: Meta,
        expected: tuple[UUID, int] | None,
    ) -> Done:  # fmt: skip
        async with self._engine.begin() as conn:
            await conn.execute(text("SELECT 1"))  # opens the transaction
            raw = driver(conn)
            if meta.command_id is not None:
                seen = await raw.fetchrow(_SEEN, meta.command_id, Qbr.QBRDecisionRecorded.TOPIC)
                if seen is not None:
                    return Done(_ids(seen["first_position"], seen["count"]), True, seen["id"])
            if expected is not None:
                await _expect(raw, *expected)
            unit = Unit(conn, self._known, self._company, self._clock.now())
            do = command if isinstance(command, Command) else await command(conn)
            found, _ = await execute(unit, do, meta if meta.effective_at else meta.at(unit.now))
            first = await append_in(raw, unit.events)
            if meta.command_id is not None:
                await _record(raw, meta.command_id, first, len(unit.events))
        return Done(_ids(first, len(unit.events)), False, found)

    async def adopt_shipped_template(self) -> None:
        """At the first start: the shipped template holds. Later it does nothing."""
        document = shipped("qbr_template.v1")
        name, step = document["template_id"], "adopt"
        meta = replace(Meta("system:qbr"), command_id=ids.command_id("start", "template", step))
        await self.run(c.DefineTemplate(template_id=name, document=document), meta)
        meta = replace(meta, command_id=ids.command_id("start", "template", "publish"))
        await self.run(c.PublishTemplate(template_id=name, version=1), meta)


async def _record(raw: Any, command_id: UUID, first: int, number: int) -> None:
    """So that a repeat finds the first result. Raises Conflict if somebody else ran it in the meantime."""
    try:
        await raw.execute(_RECORD, command_id, first, number)
    except UniqueViolationError as e:
        raise Conflict(f"command {command_id} runs elsewhere at this moment; ask again") from e


async def _expect(raw: Any, stream: UUID, version: int) -> None:
    found = await raw.fetchval("SELECT coalesce(max(version), 0) FROM events WHERE stream_id = $1", stream)
    if found != version:
        raise Conflict(f"you saw version {version}, it is {found} now: look again, then decide", slug="version-changed")


def _ids(first: int, number: int) -> tuple[str, ...]:
    return tuple(event_id(SERVICE, first + n) for n in range(number))
