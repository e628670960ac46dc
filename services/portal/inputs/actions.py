"""What the commands about actions ask for: whose promise, by when, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from services.portal.inputs.base import (
    Customers,
    Day,
    Id,
    Input,
    Line,
    Tick,
    Widget,
    said,
)


class Promise(Input):
    """Whose promise, by when. A form says owner as `ours:ID` or `customer:ID`."""

    title: Line
    owner: Annotated[str, Field(min_length=1), Widget("choice", "owners")]
    due: Day
    side: Annotated[Literal["ours", "customer"], Widget("none")]
    promote: Tick = False

    @model_validator(mode="before")
    @classmethod
    def _side(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and "side" not in data:
            side, colon, owner = str(data.get("owner", "")).partition(":")
            return {**data, "side": side, "owner": owner} if colon else {**data, "side": "ours"}
        return data


class AgreeAction(Promise):
    """Agrees an action: nothing without owner and date. Promoted, it becomes an initiative on the growth plan."""

    decision_id: Annotated[str, Widget("choice", "decisions")] | None = None


class ActionOnly(Input):
    """The action it is about."""

    action_id: Id


class ActionReason(ActionOnly):
    """The action it is about, and why."""

    reason: Line


class MoveAction(ActionOnly):
    """Moves the due day; the ledger counts it."""

    to: Day
    reason: Line


class ReassignAction(ActionOnly):
    """Gives the action to somebody else."""

    owner: Annotated[str, Field(min_length=1), Widget("choice", "owners")]


class CompleteAction(ActionOnly):
    """Done, with what shows it: an event, a record, an address."""

    evidence_ref: Line


class DropAction(ActionOnly):
    """Dropped; it takes somebody of both sides to agree."""

    reason: Line
    agreed_by_us: Annotated[tuple[str, ...], Field(min_length=1), Widget("several", "employees")]
    agreed_by_customer: Annotated[tuple[str, ...], Field(min_length=1), Widget("several", "customers")]


class Promote(ActionOnly):
    """Makes an initiative on the growth plan of it."""

    goal_ids: Annotated[tuple[str, ...], Widget("several", "goals")] = ()
    stakeholders: Customers = ()
    opportunity_id: Annotated[str, Widget("choice", "opportunities")] | None = None
    no_opportunity_reason: Line | None = None


def action_of(data: Promise) -> dict[str, Any]:
    """The promise is a part of its own in the request."""
    values = said(data)
    values["owner"] = values["owner"].partition(":")[2] or values["owner"]
    action = {name: values.pop(name) for name in ("title", "owner", "due", "side", "promote") if name in values}
    return {**values, "action": action}


def owner_of(data: Input) -> dict[str, Any]:
    """The owner without the side before the id."""
    values = said(data)
    return {**values, "owner": values["owner"].partition(":")[2] or values["owner"]}
