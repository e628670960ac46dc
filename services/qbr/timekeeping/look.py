"""What is due now, and when to look again: the aggregate of a timer, put to the pure functions of `deadlines.py`."""

from __future__ import annotations

from uuid import UUID

from services.qbr import deadlines
from services.qbr.app import Unit
from services.qbr.deadlines import Agenda, Calendar
from services.qbr.domain import ActionItem, Qbr, Series


async def look(unit: Unit, rule: str, subject: UUID) -> Agenda:
    """The agenda of a series (subject: its account), a QBR or an action, at the unit's now."""
    match rule:
        case deadlines.SERIES:
            series = await unit.find(Series, Series.create_id(subject))
            if series is None:
                return Agenda()
            has_open = await unit.open_qbr(series) is not None
            return deadlines.of_series(series, has_open, await _calendar(unit, subject), unit.now)
        case deadlines.QBR:
            qbr = await unit.get(Qbr, subject)
            series = await unit.find(Series, Series.create_id(qbr.account_id))
            paused = series is not None and series.state == "Paused"
            return deadlines.of_qbr(qbr, paused, await _calendar(unit, qbr.account_id), unit.now)
        case _:
            action = await unit.get(ActionItem, subject)
            return deadlines.of_action(action, await _calendar(unit, action.account_id), unit.now)


async def _calendar(unit: Unit, account_id: UUID) -> Calendar:
    return Calendar(await unit.zone(account_id), unit.company.off, unit.company.cycle)
