"""The projection `notifications_reads_v1`: our own log → the read model. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.domain import AlertCase, AlertRules, Preferences, WebHook
from services.notifications.domain.events import CaseEvent
from services.notifications.policy import names
from services.notifications.reads.tables import (
    PROJECTED,
    alert_log,
    alerts,
    preference_steps,
    rule_steps,
    webhook_steps,
)
from shared.eventstore.events import Recorded
from shared.projector import copy_in

_NOT_DATA = {"originator_id", "originator_version", "timestamp", "originator_topic", "account_id", "status", "person"}


class NotificationsReads:
    """A page of events is one COPY for each table."""

    name = names.READS
    tables: Sequence[Table] = PROJECTED

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        """Writes the rows of a page."""
        found: dict[str, list[tuple[Any, ...]]] = {t.name: [] for t in PROJECTED}
        for r in events:
            e: Any = r.event
            if isinstance(e, AlertCase.AlertRaised):
                found[alerts.name].append(
                    (r.stream_id, e.account_id, e.rule, e.part, e.key, e.subject, e.epoch, e.severity, e.tier,
                     r.effective_at, r.position)
                )  # fmt: skip
            if isinstance(e, CaseEvent):
                found[alert_log.name].append(
                    (r.position, r.stream_id, e.account_id, r.event_id, type(e).__name__, e.status,
                     getattr(e, "person", None), getattr(e, "channel", None), r.actor, r.effective_at, r.recorded_at,
                     _data(e))
                )  # fmt: skip
            elif isinstance(e, AlertRules.AlertRulePublished):
                document = orjson.dumps(e.document).decode()
                found[rule_steps.name].append(
                    (r.position, e.policy_version, e.digest, e.signed_off, document, r.effective_at, r.event_id)
                )
            elif isinstance(e, WebHook.Event):
                hook = (r.position, r.stream_id, type(e).__name__, r.actor, r.effective_at, r.event_id, _data(e))
                found[webhook_steps.name].append(hook)
            elif isinstance(e, Preferences.Event):
                row = (r.position, e.person, type(e).__name__, r.effective_at, r.event_id, _data(e))
                found[preference_steps.name].append(row)
        for name, rows in found.items():
            await copy_in(conn, tables[name], rows)


def _data(event: Any) -> str:
    values = {k: v for k, v in event.__dict__.items() if k not in _NOT_DATA}
    return orjson.dumps(values, default=_plain).decode()


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)
