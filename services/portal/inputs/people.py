"""The commands about people of the customer: on the map, roles, influence, attitude, lines, who of us knows them.

An assessment rests on evidence: references to events, never words about a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from services.portal.inputs.base import Customer, Employee, Id, Input, Widget, said
from services.portal.inputs.step import Step, table
from shared.protos import accounts_pb2 as pb

ROLES = (
    "ECONOMIC_BUYER", "DECIDER", "APPROVER", "BUYER", "TECHNICAL_BUYER", "USER_BUYER", "INFLUENCER", "GATEKEEPER",
    "INITIATOR", "USER", "COACH", "CHAMPION", "EXEC_SPONSOR",
)  # fmt: skip
"""Roles in the buying centre, as the accounts service knows them; those who decide first."""
SCALE = ("1", "2", "3", "4", "5")
ATTITUDES = ("-2", "-1", "0", "1", "2")
DISMISSED = ("not_relevant", "left_company", "duplicate", "other")

Degree = Annotated[int, Field(ge=1, le=5), Widget("choice", "degree", SCALE)]
Reference = Annotated[str, StringConstraints(pattern=r"^\S{1,200}$"), Widget("choice", "evidence")]


class _OfPerson(Input):
    """Somebody at the account, by pseudonym."""

    subject_id: Id


class MapStakeholder(_OfPerson):
    """Takes the CRM's suggestion: the person is on our map."""


class DismissSuggestion(_OfPerson):
    """Refuses the suggestion. The reason is a code: words about persons are not kept."""

    reason: Annotated[
        Literal["not_relevant", "left_company", "duplicate", "other"], Widget("choice", "dismiss reason", DISMISSED)
    ]


class AssignRoles(_OfPerson):
    """Sets all roles; a champion whose power, attitude and evidence do not hold is kept as a coach."""

    roles: Annotated[tuple[str, ...], Widget("several", "roles")] = ()


class AssessInfluence(_OfPerson):
    """How much power and interest, 1 to 5; an event shows it."""

    power: Degree
    interest: Degree
    evidence: Reference


class AssessAttitude(_OfPerson):
    """From −2, an opponent, to +2, an advocate; an event shows it."""

    value: Annotated[int, Field(ge=-2, le=2), Widget("choice", "attitude", ATTITUDES)]
    evidence: Reference


class ConfirmStakeholder(_OfPerson):
    """All that is assessed still holds: the 180 days start again."""


class MarkDeparted(_OfPerson):
    """The person has left; one of us knows before the CRM does."""


class NameSuccessor(_OfPerson):
    """Who takes the place of somebody who left."""

    successor_id: Customer


class SetReportingLine(_OfPerson):
    """To whom the person reports; without one: to nobody on the map."""

    manager_id: Customer | None = None


class DrawInfluence(_OfPerson):
    """Whom the person influences, or is in conflict with; weight 1 to 3."""

    to_subject_id: Customer
    line: Annotated[
        Literal["influences", "conflicts_with"], Widget("choice", "line", ("influences", "conflicts_with"))
    ] = "influences"
    weight: Annotated[int, Field(ge=1, le=3), Widget("choice", "weight", ("1", "2", "3"))] = 2


class RemoveInfluence(_OfPerson):
    """Takes a line away."""

    to_subject_id: Id
    line: Annotated[Literal["influences", "conflicts_with"], Widget("hidden")]


class RateRelationship(_OfPerson):
    """How well one of us knows the person, 0 (not at all) to 4 (they trust each other)."""

    member_id: Employee
    value: Annotated[int, Field(ge=0, le=4), Widget("choice", "relationship", ("0", "1", "2", "3", "4"))]


def _proved(data: AssessInfluence | AssessAttitude) -> dict[str, Any]:
    """The service takes several references; a form asks for one. Power is proved by what shows power."""
    kind = "power:" if isinstance(data, AssessInfluence) else ""
    return said(data) | {"evidence": [f"{kind}{data.evidence}"]}


def _reports(data: SetReportingLine) -> dict[str, Any]:
    return said(data) | {"manager_id": data.manager_id or ""}


PEOPLE_STEPS: Mapping[str, Step] = table(
    Step("map-person", "MapStakeholder", pb.StakeholderRequest, MapStakeholder, "account_id"),
    Step("dismiss-person", "DismissSuggestion", pb.DismissSuggestionRequest, DismissSuggestion, "account_id"),
    Step("assign-roles", "AssignRoles", pb.AssignRolesRequest, AssignRoles, "account_id"),
    Step("assess-influence", "AssessInfluence", pb.AssessInfluenceRequest, AssessInfluence, "account_id", _proved),
    Step("assess-attitude", "AssessAttitude", pb.AssessAttitudeRequest, AssessAttitude, "account_id", _proved),
    Step("confirm-person", "ConfirmStakeholder", pb.StakeholderRequest, ConfirmStakeholder, "account_id"),
    Step("mark-departed", "MarkDeparted", pb.StakeholderRequest, MarkDeparted, "account_id"),
    Step("name-successor", "NameSuccessor", pb.NameSuccessorRequest, NameSuccessor, "account_id"),
    Step(
        "set-reporting-line", "SetReportingLine", pb.SetReportingLineRequest, SetReportingLine, "account_id", _reports
    ),
    Step("draw-influence", "DrawInfluence", pb.DrawInfluenceRequest, DrawInfluence, "account_id"),
    Step("remove-influence", "RemoveInfluence", pb.RemoveInfluenceRequest, RemoveInfluence, "account_id"),
    Step("rate-relationship", "RateRelationship", pb.RateRelationshipRequest, RateRelationship, "account_id"),
)
"""Steps of a person, by the name that stands in addresses."""
