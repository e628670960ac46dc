"""The commands about web hooks of other programs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from services.portal.inputs.base import Input, Instant, Line, Tick, Widget
from services.portal.inputs.risk import Nothing
from services.portal.inputs.step import Step, table
from shared.protos import notifications_pb2 as pb

Url = Annotated[str, Field(min_length=9, max_length=500), Widget("url")]
Types = Annotated[tuple[str, ...], Field(min_length=1, max_length=400), Widget("several", "types")]
Accounts = Annotated[tuple[str, ...], Field(max_length=500), Widget("several", "accounts")]


class Heard(Input):
    """What a program hears and where; without accounts it hears of all of them."""

    name: Line
    url: Url
    types: Types
    account_ids: Accounts = ()


class Subscribe(Heard):
    """A program wants to hear what happens from now on, or from the start."""

    from_start: Tick = False


class Replay(Input):
    """What came after a position (0: everything) or since an instant is sent again, with the same ids."""

    after: Annotated[int, Field(ge=0), Widget("number")] | None = None
    since: Annotated[Instant | None, Field(validate_default=True)] = None

    @field_validator("since")
    @classmethod
    def _one(cls, since: Any, info: ValidationInfo) -> Any:
        if (since is None) == (info.data.get("after") is None):
            raise ValueError("give a position or an instant, not both")
        return since


def _step(name: str, method: str, request: Any, asked: type[Input] = Nothing) -> Step:
    return Step(name, method, request, asked, "hook_id")


WEBHOOK_STEPS = table(
    _step("replay-webhook", "ReplayWebHook", pb.ReplayWebHookRequest, Replay),
    _step("change-webhook", "ChangeWebHook", pb.ChangeWebHookRequest, Heard),
    _step("pause-webhook", "PauseWebHook", pb.WebHookRequest),
    _step("resume-webhook", "ResumeWebHook", pb.WebHookRequest),
    _step("unsubscribe-webhook", "UnsubscribeWebHook", pb.WebHookRequest),
)
"""About one web hook; the address names it."""

SECRET_STEPS = table(
    Step("subscribe-webhook", "SubscribeWebHook", pb.SubscribeWebHookRequest, Subscribe),
    _step("rotate-webhook", "RotateWebHookSecret", pb.WebHookRequest),
)
"""Those that answer with a secret."""
