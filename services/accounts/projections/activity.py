"""Rows about the team, contacts with the customer, and use of the products."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.accounts.domain import AccountTeam, Interaction, UsageReading
from services.accounts.policy.contact import is_meaningful
from services.accounts.projections.rows import Row, on
from services.accounts.reads import tables as t
from shared.eventstore.events import Recorded

# -- team


def _theme(account: UUID, theme: str, kind: str, user: str | None, at: datetime, reason: str | None = None) -> Row:
    values = {"account_id": account, "theme": theme, "kind": kind, "user_id": user, "reason": reason}
    return Row(t.theme_steps.name, values, at)


@on(AccountTeam.ThemeOwnerAssigned, AccountTeam.ThemeOwnerReplaced)
def _owner(_: Recorded, e: AccountTeam.ThemeOwnerAssigned | AccountTeam.ThemeOwnerReplaced) -> Iterable[Row]:
    yield _theme(e.account_id, e.theme, "assigned", e.owner_id, e.at, e.assigned_from)


@on(AccountTeam.ThemeVacated)
def _vacated(_: Recorded, e: AccountTeam.ThemeVacated) -> Iterable[Row]:
    yield _theme(e.account_id, e.theme, "vacated", None, e.at, e.cause)


@on(AccountTeam.DeputyAppointed)
def _deputy(_: Recorded, e: AccountTeam.DeputyAppointed) -> Iterable[Row]:
    yield _theme(e.account_id, e.theme, "deputy", e.owner_id, e.at)


# -- interactions and usage


@on(
    Interaction.InteractionRecorded,
    Interaction.InteractionHeld,
    Interaction.InteractionCorrected,
    Interaction.InteractionReassigned,
    Interaction.InteractionRetracted,
)
def _interaction(r: Recorded, e: Any) -> Iterable[Row]:
    d = e.details
    values = {
        "interaction_id": r.stream_id,
        "account_id": e.account_id,
        "kind": d.kind,
        "direction": d.direction,
        "status": d.status,
        "done": d.done,
        "meaningful": is_meaningful(d),
        "at": d.at,
        "participants": list(d.participants),
        "retracted": isinstance(e, Interaction.InteractionRetracted),
        "actor": r.actor,
    }
    yield Row(t.interaction_states.name, values)


@on(UsageReading.UsageReported, UsageReading.UsageCorrected)
def _usage(_: Recorded, e: Any) -> Iterable[Row]:
    columns = ("account_id", "product", "metric", "period_start", "period_end", "value", "licensed", "reported_at")
    yield Row(t.usage_reports.name, {c: getattr(e, c) for c in columns})
