"""The commands of the risk service: risks and what is done about them, escalations, colours that people set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationInfo, model_validator

from services.portal.inputs.base import Customer, Day, Employee, Id, Input, Line, Widget, Words, lines, said
from services.portal.inputs.goals import scaled
from services.portal.inputs.step import Step, table
from shared.protos import risk_pb2 as pb

CATEGORIES = (
    "relationship", "engagement", "service", "usage", "commercial", "delivery", "insolvency", "other",
)  # fmt: skip
SEVERITIES = ("critical", "high", "medium", "low")
COLOURS = ("RED", "AMBER", "GREEN")
SCALE = ("1", "2", "3", "4", "5")
CAUSES = (
    "notice_received", "critical_escalation", "insolvency", "lapsed", "p1_72h", "compound", "economic_buyer_lost",
    "champion_lost", "nps", "silence", "sla_breaches", "p1_repeat", "usage_halved", "usage_fall", "notice_no_opp",
    "renewal_late", "lapsed_talks", "renewal_at_risk", "owner_inactive", "high_escalation", "two_qbr_missed",
    "manual_worse", "relationship", "engagement", "service", "usage", "commercial", "delivery", "other",
)  # fmt: skip
"""The conditions that force a colour, and the factors: what a risk may come from."""

Cause = Annotated[str, Field(pattern=f"^({'|'.join(CAUSES)})$"), Widget("choice", "risk cause", CAUSES)]
Money = Annotated[int, Field(ge=0), Widget("number")]
Degree = Annotated[int, Field(ge=1, le=5)]
Severity = Annotated[Literal["critical", "high", "medium", "low"], Widget("choice", "severity", SEVERITIES)]


class _InWholeUnits(Input):
    """A form asks for money in whole units, a program says minor units."""

    @model_validator(mode="before")
    @classmethod
    def _minor(cls, data: Any, info: ValidationInfo) -> Any:
        if info.context and isinstance(data, Mapping):
            return {k: scaled(v, 100) if k.endswith("_minor") else v for k, v in data.items()}
        return data


class IdentifyRisk(Input):
    """Names a risk; somebody answers for it."""

    title: Line
    category: Annotated[
        Literal[
            "relationship", "engagement", "service", "usage", "commercial", "delivery", "insolvency", "other"
        ],
        Widget("choice", "risk category", CATEGORIES),
    ]  # fmt: skip
    cause: Cause | None = None
    owner: Employee


class AssessRisk(_InWholeUnits):
    """How likely, how grave (1 to 5), and how much recurring revenue is exposed."""

    risk_id: Id
    likelihood: Annotated[Degree, Widget("choice", "likelihood", SCALE)]
    impact: Annotated[Degree, Widget("choice", "impact", SCALE)]
    arr_exposed_minor: Money


class PlanCountermeasure(Input):
    """Somebody does something about it by a day."""

    risk_id: Id
    title: Line
    owner: Employee
    due: Day
    link: Annotated[str, Field(max_length=120), Widget("choice", "work")] | None = None


class CountermeasureOnly(Input):
    """The countermeasure it is about."""

    risk_id: Id
    countermeasure_id: Id


class CountermeasureFailed(CountermeasureOnly):
    """It did not help, and why."""

    text: Words


class AcceptRisk(Input):
    """Nothing is done about it until a day."""

    risk_id: Id
    until: Day
    text: Words


class ResolveRisk(Input):
    """It is gone; an event or a record shows it."""

    risk_id: Id
    evidence: Annotated[tuple[str, ...], *lines(Field(min_length=1))]


class Materialised(_InWholeUnits):
    """It happened, and what it cost."""

    risk_id: Id
    loss_minor: Money


class OpenEscalation(Input):
    """Begins an escalation; its severity sets how often it is told on."""

    title: Line
    severity: Severity
    cause: Cause | None = None
    risk_id: Annotated[str, Field(max_length=80), Widget("choice", "risks")] | None = None


class OverrideColour(Input):
    """Shows another colour than the model's for a time."""

    to: Annotated[Literal["RED", "AMBER", "GREEN"], Widget("choice", "colour", COLOURS)]
    reason: Annotated[str, StringConstraints(min_length=5, max_length=120), Widget("line")]
    until: Day
    text: Words


class Nothing(Input):
    """Nothing has to be said."""


class AssignDri(Input):
    """One person directs it."""

    dri: Employee


class ChangeSeverity(Input):
    """Graver or lighter; the next word is due accordingly."""

    severity: Severity


class Said(Input):
    """Words about where it stands."""

    text: Words


class CloseEscalation(Input):
    """Both sides agree that it is solved."""

    agreed_by_customer: Customer


def _step(name: str, method: str, request: Any, asked: type[Input] = Nothing, build: Any = said) -> Step:
    fields = request.DESCRIPTOR.fields_by_name
    subject = next((f for f in ("escalation_id", "account_id") if f in fields), "")
    if name == "open-escalation":
        subject = "account_id"
    return Step(name, method, request, asked, subject, build)


RISK_STEPS = table(
    _step("identify-risk", "IdentifyRisk", pb.IdentifyRiskRequest, IdentifyRisk),
    _step("assess-risk", "AssessRisk", pb.AssessRiskRequest, AssessRisk),
    _step("plan-countermeasure", "PlanCountermeasure", pb.PlanCountermeasureRequest, PlanCountermeasure),
    _step("complete-countermeasure", "CompleteCountermeasure", pb.CountermeasureRequest, CountermeasureOnly),
    _step("fail-countermeasure", "FailCountermeasure", pb.CountermeasureRequest, CountermeasureFailed),
    _step("accept-risk", "AcceptRisk", pb.AcceptRiskRequest, AcceptRisk),
    _step("resolve-risk", "ResolveRisk", pb.ResolveRiskRequest, ResolveRisk),
    _step("risk-materialised", "RecordMaterialised", pb.RecordMaterialisedRequest, Materialised),
    _step("open-escalation", "OpenEscalation", pb.OpenEscalationRequest, OpenEscalation),
    _step("override-colour", "OverrideColour", pb.OverrideColourRequest, OverrideColour),
    _step("confirm-override", "ConfirmOverride", pb.AccountOverrideRequest),
    _step("lift-override", "LiftOverride", pb.AccountOverrideRequest),
)
"""What is done about the risk of one account; the address names the account."""

ESCALATION_STEPS = table(
    _step("assign-dri", "AssignDri", pb.AssignDriRequest, AssignDri),
    _step("change-severity", "ChangeSeverity", pb.ChangeSeverityRequest, ChangeSeverity),
    _step("update-escalation", "UpdateEscalation", pb.EscalationTextRequest, Said),
    _step("propose-resolution", "ProposeResolution", pb.EscalationTextRequest, Said),
    _step("close-escalation", "CloseEscalation", pb.CloseEscalationRequest, CloseEscalation),
    _step("reopen-escalation", "ReopenEscalation", pb.EscalationTextRequest, Said),
)
"""What happens to one escalation."""
