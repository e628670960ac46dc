"""The commands of the policy lab: versions of the tier policy and of the risk model, from draft to force."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field

from services.portal.inputs.base import Input, Instant, Widget, Words, said
from services.portal.inputs.risk import Nothing
from services.portal.inputs.step import Step, table
from shared.protos import accounts_pb2 as apb
from shared.protos import insights_pb2 as ipb
from shared.protos import risk_pb2 as rpb

FUNCTIONS = ("sales", "service", "management")


class Drafted(Input):
    """A whole document in the form of the one in force (`document_json` of a version)."""

    document: Annotated[dict[str, Any], Field(min_length=1), Widget("none")]


class Tried(Drafted):
    """A document to be tried. `version`: which one it is; 0: none yet."""

    version: Annotated[int, Field(ge=0), Widget("none")] = 0


class SignOff(Input):
    """One of three people signs for their function; none of them is the author."""

    function: Annotated[Literal["sales", "service", "management"], Widget("choice", "function", FUNCTIONS)]


class Reject(Input):
    """Back to draft; the signatures are void."""

    reason: Words


class Activate(Input):
    """It judges from an instant on, never in the past; without one at once."""

    effective_from: Instant | None = None


def _document(data: Drafted) -> dict[str, Any]:
    return {"document_json": json.dumps(data.document)}


def _tier_tried(data: Tried) -> dict[str, Any]:
    return {"kind": "tier_policy", "version": data.version, **_document(data)}


def _model_tried(data: Tried) -> dict[str, Any]:
    return {"version": data.version} if data.version else _document(data)


def _step(name: str, method: str, request: Any, asked: type[Input] = Nothing) -> Step:
    return Step(name, method, request, asked, "version", said)


TIER_STEPS = table(
    _step("submit-policy", "SubmitTierPolicy", apb.TierPolicyRequest),
    _step("sign-off-policy", "SignOffTierPolicy", apb.SignOffTierPolicyRequest, SignOff),
    _step("reject-policy", "RejectTierPolicy", apb.RejectTierPolicyRequest, Reject),
    _step("activate-policy", "ActivateTierPolicy", apb.ActivateTierPolicyRequest, Activate),
)
"""What becomes of a version of the tier policy; the address names the version."""

MODEL_STEPS = table(
    _step("shadow-model", "ShadowModel", rpb.ModelRequest),
    _step("sign-off-model", "SignOffModel", rpb.ModelRequest),
    _step("activate-model", "ActivateModel", rpb.ModelRequest, Activate),
    _step("retire-model", "RetireModel", rpb.ModelRequest),
)
"""What becomes of a version of the risk model."""

TIER_DRAFT = table(Step("draft-policy", "DraftTierPolicy", apb.DraftTierPolicyRequest, Drafted, "", _document))
MODEL_DRAFT = table(Step("draft-model", "DraftModel", rpb.DraftModelRequest, Drafted, "", _document))

TIER_WHATIF = Step("what-if", "StartWhatIf", ipb.StartWhatIfRequest, Tried, "", _tier_tried)
MODEL_WHATIF = Step("what-if", "StartWhatIf", rpb.StartWhatIfRequest, Tried, "", _model_tried)
TIER_CANCEL = Step("cancel-what-if", "CancelWhatIf", ipb.CancelWhatIfRequest, Nothing, "whatif_id")
MODEL_CANCEL = Step("cancel-what-if", "CancelWhatIf", rpb.CancelWhatIfRequest, Nothing, "whatif_id")
"""A what-if answers with its progress, not with events; its command id is its id."""
