"""The commands of a handover: a theme goes to a colleague, who confirms what is to know and then accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from services.portal.inputs.base import Employee, Id, Input, Widget
from services.portal.inputs.step import Step, table
from shared.protos import accounts_pb2 as pb

Theme = Annotated[str, StringConstraints(min_length=1, max_length=40), Widget("choice", "owned themes")]
Note = Annotated[str, StringConstraints(max_length=120), Widget("line")]


class StartHandover(Input):
    """A theme shall go to a colleague; what they have to know is gathered by itself. It is theirs when they accept."""

    theme: Theme
    to_owner_id: Employee


class _OfHandover(Input):
    """One handover of the account."""

    handover_id: Id


class ConfirmHandoverItem(_OfHandover):
    """Whoever takes over knows what this item is about."""

    item_id: Annotated[str, StringConstraints(min_length=1, max_length=120), Widget("hidden")]
    note: Note = ""


class AcceptHandover(_OfHandover):
    """Whoever takes over takes the theme: every item is confirmed, from now on it is theirs."""


class DeclineHandover(_OfHandover):
    """Whoever should take over does not; the theme stays where it is."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=120), Widget("line")]


class WithdrawHandover(_OfHandover):
    """Whoever hands over, or a head of KAM, takes it back."""


HANDOVER_STEPS: Mapping[str, Step] = table(
    Step("start-handover", "StartHandover", pb.StartHandoverRequest, StartHandover, "account_id"),
    Step(
        "confirm-handover-item",
        "ConfirmHandoverItem",
        pb.ConfirmHandoverItemRequest,
        ConfirmHandoverItem,
        "account_id",
    ),
    Step("accept-handover", "AcceptHandover", pb.HandoverRequest, AcceptHandover, "account_id"),
    Step("decline-handover", "DeclineHandover", pb.DeclineHandoverRequest, DeclineHandover, "account_id"),
    Step("withdraw-handover", "WithdrawHandover", pb.HandoverRequest, WithdrawHandover, "account_id"),
)
"""Steps of a handover, by the name that stands in addresses."""
