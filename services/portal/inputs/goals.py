"""What the commands about goals ask for: integers to programs, whole units to people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from services.portal.inputs.base import (
    Customer,
    Day,
    Employee,
    Id,
    Input,
    Line,
    Widget,
    said,
)

UNITS = ("count", "minor", "bp", "days")
"""Units a form offers; `minor` becomes the company's currency. Programs may say any."""


def scale(unit: str) -> int:
    """How many of the stored integers make one of what a person reads: cents of a euro, basis points of a percent."""
    return 100 if unit == "bp" or unit.startswith("minor") else 1


class Checkpoint(BaseModel):
    """A value to be reached on the way."""

    on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    value: int


def _checkpoints(value: object) -> object:
    """A form says one a line: `2026-12-31 120000`."""
    if not isinstance(value, str):
        return value
    found = [line.split() for line in value.splitlines() if line.strip()]
    if any(len(parts) != 2 for parts in found):
        raise PydanticCustomError("checkpoints", "one a line: 2026-12-31 120000")
    return [{"on": on, "value": figure} for on, figure in found]


Checkpoints = Annotated[tuple[Checkpoint, ...], BeforeValidator(_checkpoints), Widget("lines", "checkpoints")]
Figure = Annotated[int, Widget("number")]


class Figures(Input):
    """Integers in the goal's unit. A form says whole units (1200 USD, 84 %) and names the unit beside them."""

    @model_validator(mode="before")
    @classmethod
    def _from_a_form(cls, data: Any, info: ValidationInfo) -> Any:
        if not info.context or not isinstance(data, Mapping):
            return data
        factor, said_ = scale(str(data.get("unit", ""))), dict(data)
        for name in ("baseline", "target", "value"):
            if name in said_:
                said_[name] = scaled(said_[name], factor)
        if isinstance(said_.get("checkpoints"), str) and factor != 1:
            rows = [line.split() for line in said_["checkpoints"].splitlines() if line.strip()]
            said_["checkpoints"] = "\n".join(" ".join([r[0], *(str(scaled(x, factor)) for x in r[1:])]) for r in rows)
        return said_


def scaled(text: Any, factor: int) -> Any:
    """What was typed times the factor; anything else is left for the field's own check to refuse."""
    try:
        value = Decimal(str(text).replace(",", ".")) * factor
    except InvalidOperation:
        return text
    return int(value) if value == value.to_integral_value() else text


class PlanOnly(Input):
    """The plan it is about."""

    plan_id: Id


class SetGoal(Figures):
    """Sets a goal: which figure goes from where to where until when."""

    plan_id: Id
    title: Line
    owner: Employee
    kpi_id: Annotated[str, Field(min_length=1, max_length=80), Widget("line", "kpis")]
    unit: Annotated[str, Field(min_length=1, max_length=40), Widget("choice", "units")]
    baseline: Figure
    target: Figure
    direction: Annotated[Literal["increase", "decrease"], Widget("choice", "direction", ("increase", "decrease"))] = (
        "increase"
    )
    starts_on: Day
    due: Day
    checkpoints: Checkpoints = ()


class GoalOnly(PlanOnly):
    """The goal it is about."""

    goal_id: Id


class RetargetGoal(Figures):
    """Another target or day, and why."""

    plan_id: Id
    goal_id: Id
    unit: Annotated[str, Widget("hidden")] | None = None
    target: Figure
    due: Day
    checkpoints: Checkpoints = ()
    reason: Line


class ConfirmGoal(GoalOnly):
    """The customer agrees with the goal; after 180 days it is asked again."""

    by_subject: Customer


class CheckGoal(Figures):
    """The value of a day; the service compares it with what was expected by then."""

    plan_id: Id
    goal_id: Id
    unit: Annotated[str, Widget("hidden")] | None = None
    value: Figure
    value_on: Day


class GoalReason(GoalOnly):
    """The goal it is about, and why."""

    reason: Line


def without_unit(data: Input) -> dict[str, Any]:
    """The unit only told how the figures were meant."""
    values = said(data)
    values.pop("unit", None)
    return values
