"""`kam.accounts.v1` → what we know of accounts, and what follows from it (`process.onboard`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr import process
from services.qbr.app import Company, Unit, execute
from services.qbr.app.wake import wake_accounts
from services.qbr.consumers import facts
from services.qbr.domain import Series
from services.qbr.reads import accounts as known
from services.qbr.reads.accounts import KnownAccounts
from shared import ids
from shared.clock import Clock
from shared.consumer import Message
from shared.contracts.accounts import account, people, tiers
from shared.contracts.base import Envelope
from shared.eventstore.events import Meta, NewEvent


def aspects(fact: Any, account_id: UUID) -> dict[str, str | None]:
    """What an event says about an account, for `account_aspects`."""
    match fact:
        case account.AccountRegistered():
            return {"name": fact.name, "time_zone": fact.time_zone, "life": "Active"}
        case account.AccountLinkedToCrm():
            return {"crm_id": fact.crm_id}
        case account.AccountRenamed():
            return {"name": fact.name}
        case account.AccountTimeZoneChanged():
            return {"time_zone": fact.time_zone}
        case account.AccountEnded():
            return {"life": "Ended"}
        case account.AccountArchived():
            return {"life": "Archived"}
        case account.AccountsMerged(absorbed_id=absorbed) if absorbed == account_id:
            return {"life": "Merged", "merged_into": str(fact.survivor_id)}
        case account.AccountReopened() | account.AccountRestored():
            return {"life": "Active"}
        case account.AccountMergeReverted(absorbed_id=absorbed) if absorbed == account_id:
            return {"life": "Active", "merged_into": None}
        case tiers.TierChanged() | tiers.TierOverridden() | tiers.TierOverrideExpired() | tiers.TierOverrideLifted():
            return {"tier": fact.to_tier}
        case tiers.KeyAccountConfirmed():
            return {"key": "yes", "tier": fact.tier}
        case tiers.KeyAccountDeclassified():
            return {"key": "no"}
        case people.ThemeOwnerAssigned() | people.ThemeOwnerReplaced():
            return {f"owner:{fact.theme}": fact.owner_id}
        case people.ThemeVacated():
            return {f"owner:{fact.theme}": None}
    return {}


class AccountFacts:
    """The handler of the consumer `qbr.accounts`."""

    def __init__(self, reads: KnownAccounts, company: Company, clock: Clock) -> None:
        self._reads, self._company, self._clock = reads, company, clock

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        await facts.keep(conn, messages)
        unit = Unit(conn, self._reads, self._company, self._clock.now())
        moved: set[UUID] = set()
        for m in messages:
            fact = m.body.event()
            if isinstance(fact, tiers.StandardsActivated):
                await known.add_standards(conn, _standards(m.body, fact))
            of = getattr(fact, "account_id", None)
            if of is None:
                continue
            said = aspects(fact, of)
            if said:
                await self._follow(unit, m.body, fact, of)
                await known.add_aspects(conn, [_row(m.body, of, k, v) for k, v in said.items()])
            if "time_zone" in said:
                moved.add(of)
        await wake_accounts(conn, moved)
        return unit.events

    async def _follow(self, unit: Unit, e: Envelope, fact: Any, account_id: UUID) -> None:
        """Asks the process before the event is noted: its state is what we knew until then."""
        if not isinstance(fact, _ASKED):
            return
        card = (await known.cards(unit.conn, [account_id])).get(account_id)
        series = await unit.find(Series, Series.create_id(account_id))
        state = process.Standing(card.key, card.tier, series) if card else process.Standing(series=series)  # type: ignore[arg-type]
        day = e.recorded_at.astimezone(await unit.zone(account_id)).date()
        for n, command in enumerate(process.onboard(state, fact, account_id, day)):
            step = ids.command_id(e.id, "onboard", str(n))
            await execute(unit, command, Meta.follow(e, "system:qbr", command_id=step, effective_at=e.recorded_at))


_ASKED = (
    tiers.KeyAccountConfirmed, tiers.KeyAccountDeclassified, tiers.TierChanged, tiers.TierOverridden,
    tiers.TierOverrideExpired, tiers.TierOverrideLifted, account.AccountEnded, account.AccountArchived,
    account.AccountsMerged, account.AccountReopened, account.AccountRestored, account.AccountMergeReverted,
)  # fmt: skip


def _row(e: Envelope, account_id: UUID, aspect: str, value: str | None) -> dict[str, Any]:
    return {
        "account_id": account_id, "aspect": aspect, "value": value, "effective_at": e.effective_at,
        "recorded_at": e.recorded_at, "event_id": e.id, "position": e.position,
    }  # fmt: skip


def _standards(e: Envelope, fact: tiers.StandardsActivated) -> dict[str, Any]:
    return {
        "policy_version": fact.policy_version, "document": fact.document, "effective_from": fact.effective_from,
        "event_id": e.id,
    }  # fmt: skip
