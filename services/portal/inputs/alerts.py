"""The commands of the notifications service: what a reader does with an alert, and how they want to be told."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.portal.inputs.base import Employee, Id, Input, Instant, Tick, Widget, said
from services.portal.inputs.step import Step, table
from shared.protos import notifications_pb2 as pb

REASONS = ("waiting_for_customer", "planned", "absent", "other")
DAYS = ("0", "1", "2", "3", "4", "5", "6")


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ValueError, KeyError, OSError):
        raise PydanticCustomError("zone", "write an IANA time zone, for example Europe/Berlin") from None


Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$"), Widget("clock")]
Zone = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_zone), Widget("line", "zones")]
Weekday = Annotated[int, Field(ge=0, le=6)]


class AlertOnly(Input):
    """The alert it is about."""

    alert_id: Id


class Snooze(AlertOnly):
    """Heard of again later, before its next deadline."""

    until: Instant
    reason: Annotated[
        Literal["waiting_for_customer", "planned", "absent", "other"], Widget("choice", "snooze", REASONS)
    ]


class Delegate(AlertOnly):
    """Somebody else takes it on; whoever delegates stays among its readers."""

    to: Employee


class SetPreferences(Input):
    """Channels beside the inbox, quiet hours, digest. The inbox always has everything."""

    channels: Annotated[tuple[str, ...], Widget("several", "channels")] = ()
    locale: Annotated[Literal["de", "en"], Widget("choice", "locale", ("de", "en"))]
    zone: Zone
    quiet_from: Clock
    quiet_to: Clock
    release_at: Clock
    free_days: Tick = False
    critical_consent: Tick = False
    digest_at: Clock
    digest_days: Annotated[tuple[Weekday, ...], Field(min_length=1), Widget("several", "weekdays")]


class Mute(Input):
    """Nothing of this rule, or of this account, for a time; critical alerts come all the same."""

    scope: Annotated[str, StringConstraints(min_length=1, max_length=120), Widget("choice", "scopes")]
    until: Instant | None = None


class Unmute(Input):
    """Alerts of this scope again."""

    scope: Id


def _step(name: str, method: str, request: Any, asked: type[Input]) -> Step:
    return Step(name, method, request, asked, "", said)


ALERT_STEPS = table(
    _step("see-alert", "MarkSeen", pb.AlertRequest, AlertOnly),
    _step("acknowledge-alert", "Acknowledge", pb.AlertRequest, AlertOnly),
    _step("snooze-alert", "Snooze", pb.SnoozeRequest, Snooze),
    _step("delegate-alert", "Delegate", pb.DelegateRequest, Delegate),
)
"""What a reader does with an alert."""

PREFERENCE_STEPS = table(
    _step("set-preferences", "SetPreferences", pb.SetPreferencesRequest, SetPreferences),
    _step("mute", "MuteRule", pb.MuteRuleRequest, Mute),
    _step("unmute", "UnmuteRule", pb.UnmuteRuleRequest, Unmute),
)
"""How the person who acts wants to be told."""
