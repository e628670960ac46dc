"""The commands about sensitive topics. The text goes to the service and is sealed there; no event holds it as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from services.portal.inputs.base import Id, Input, Widget, Words, said
from services.portal.inputs.step import Step, table
from shared.protos import accounts_pb2 as pb

Audience = Annotated[tuple[str, ...], Field(min_length=1, max_length=100), Widget("several", "colleagues")]
Understood = Annotated[Literal[True], BeforeValidator(lambda v: True if v == "true" else v), Widget("tick")]


class FlagTopic(Input):
    """Writes down what only the audience (CRM user ids of active employees) and you shall know of."""

    text: Words
    audience: Audience


class LiftTopic(Input):
    """Ends a topic. Its text is destroyed at once and for good; `understood` says that this is meant."""

    topic_id: Id
    understood: Understood


def _lifted(data: LiftTopic) -> dict[str, Any]:
    return {k: v for k, v in said(data).items() if k != "understood"}


TOPIC_STEPS: Mapping[str, Step] = table(
    Step("flag-topic", "FlagSensitiveTopic", pb.FlagSensitiveTopicRequest, FlagTopic, "account_id"),
    Step("lift-topic", "LiftSensitiveTopic", pb.LiftSensitiveTopicRequest, LiftTopic, "account_id", _lifted),
)
"""Steps of a sensitive topic, by the name that stands in addresses."""
