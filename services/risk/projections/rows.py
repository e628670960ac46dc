"""Our own log → history rows. Rows are only added, so a page of events is one COPY for each table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.domain import AccountRisk, Escalation, RiskItem
from services.risk.domain.account_risk import ColourEvent, OverrideEvent
from services.risk.reads.tables import PROJECTED
from shared.eventstore.events import Event, Recorded
from shared.projector import copy_in

Row = tuple[str, tuple[Any, ...]]
COLOUR_OF = {
    "RiskTurnedRed": "RED", "RiskTurnedAmber": "AMBER", "RiskTurnedGreen": "GREEN", "RiskBecameUnknown": "GREY",
}  # fmt: skip
_OWN = frozenset(("originator_id", "originator_version", "timestamp", "originator_topic"))


class RiskReads:
    """The read model."""

    name = "risk_reads_v1"
    tables: Sequence[Table] = PROJECTED

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        """Writes the rows of a page."""
        pages: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for r in events:
            row = _row(r)
            if row is not None:
                common = (r.effective_at, r.recorded_at, r.event_id, r.position)
                pages[row[0]].append((*row[1], *common))
        for name, page in pages.items():
            await copy_in(conn, tables[name], page)


def _row(r: Recorded) -> Row | None:
    e: Any = r.event
    if isinstance(e, ColourEvent):
        to = COLOUR_OF[type(e).__name__]
        values = (e.account_id, e.from_, to, e.tier, e.score, e.coverage, e.trigger.kind, e.trigger.code, e.why)
        return "colour_steps", (*values, e.epoch, e.model_version, e.late_by_s, data(e))
    if isinstance(e, AccountRisk.RiskScoreChanged):
        return "score_steps", (e.account_id, e.score, e.coverage, data(e))
    if isinstance(e, (OverrideEvent, RiskItem.Event, Escalation.Event, AccountRisk.RiskPlanMissed)):
        return "decisions", (e.account_id, r.stream_id, r.version, type(e).__name__, data(e))
    sign = _sign(e)
    return ("sign_steps", (e.account_id, *sign, data(e))) if sign else None


def _sign(e: Any) -> tuple[str, str] | None:
    match e:
        case AccountRisk.RiskEarlyWarningRaised():
            return f"warning {e.kind}", "on"
        case AccountRisk.RiskEarlyWarningCleared():
            return f"warning {e.kind}", "off"
        case AccountRisk.RiskTrendChanged():
            return "trend", e.trend
        case AccountRisk.RiskFlappingDetected():
            return "flapping", "on"
        case AccountRisk.RiskFlappingEnded():
            return "flapping", "off"
        case AccountRisk.RiskColourStale():
            return "stale", "on"
    return None


def data(event: Event) -> str:
    """The fields of an event as JSON text."""
    return orjson.dumps(event.model_dump(mode="json", exclude=set(_OWN))).decode()
