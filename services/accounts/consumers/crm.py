"""`kam.crm.v1` → commands on our aggregates, and rows of our own tables. One transaction for a batch of facts.

Order between Kafka partitions is not given, so nothing here needs another fact to have come before: streams have
derived ids, revisions decide what is newer, and whatever looks at several records at once (owners, contracts that
follow each other, tiers) is only noted as a timer, which fires when nothing is left to read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts import process
from services.accounts.consumers import values
from services.accounts.consumers.foreign import ForeignRows, owned_by
from services.accounts.consumers.hierarchy import settle_parents
from services.accounts.consumers.streams import object_of, streams_of
from services.accounts.consumers.workspace import Workspace
from services.accounts.domain import Account, Contract, Interaction, Stakeholder, UsageReading
from shared import ids, timers
from shared.consumer import Message
from shared.contracts.base import Envelope
from shared.contracts.crm import (
    CrmAccountSeen,
    CrmActivityLogged,
    CrmContactSeen,
    CrmContractSeen,
    CrmFact,
    CrmOpportunitySeen,
    CrmRecordDeleted,
    CrmRecordMerged,
    CrmRecordMoved,
    CrmUsageReported,
    CrmUserSeen,
    SourceEvent,
)
from shared.eventstore.events import Aggregate, Meta, NewEvent
from shared.timers import Timer

Seen = tuple[Envelope, Any]

# A later fact must win over an earlier one and over what a firing timer arms for itself (its version + 1): the
# database's clock, in microseconds, is the one clock that all workers share.
_VERSION = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")


class CrmFacts:
    """The handler of the consumer `accounts.crm`. `time_zone`: what a new account gets."""

    def __init__(self, time_zone: str) -> None:
        self._time_zone = time_zone

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        ours = (m.body for m in messages if m.body.type in TYPES)
        facts: list[Seen] = [(e, fact) for e in ours if (fact := e.event()) is not None]
        batch = _Batch(conn, self._time_zone)
        await batch.load(facts)
        for envelope, fact in facts:
            batch.take(envelope, fact)
        await batch.finish()
        return batch.work.events


class _Batch:
    def __init__(self, conn: AsyncConnection, time_zone: str) -> None:
        self.work, self.foreign = Workspace(conn), ForeignRows()
        self._conn, self._time_zone = conn, time_zone
        self._accounts: set[UUID] = set()
        self._parents_changed: Envelope | None = None
        self._users: set[str] = set()
        self._noted: set[tuple[str, UUID]] = set()

    async def load(self, facts: Sequence[Seen]) -> None:
        wanted: dict[type[Aggregate], set[UUID]] = defaultdict(set)
        for _, fact in facts:
            for cls, stream in streams_of(fact):
                wanted[cls].add(stream)
            if isinstance(fact, CrmAccountSeen) and fact.account_id:
                self._accounts.add(fact.account_id)
        await self.work.load(wanted)
        survivors = {a.survivor_id for i in wanted[Account] if (a := self.work.get(Account, i)) and a.survivor_id}
        await self.work.load({Account: survivors})
        await self.foreign.known_wishes(self._conn, self._accounts)

    def take(self, e: Envelope, fact: Any) -> None:
        """One fact; its events follow from it."""
        take = _TAKE.get(type(fact))
        if take is None and isinstance(fact, SourceEvent):
            self.foreign.source(e, fact)
        if take is None:
            return
        take(self, e, fact)
        if self.work.touched:
            source = {
                "system": fact.system,
                "object": object_of(fact),
                "record_id": fact.crm_id,
                "change_id": str(fact.revision),
            }
            self.work.keep(Meta.follow(e, f"crm:{fact.system}", source=source))

    async def finish(self) -> None:
        """What needs the whole batch: own rows, the group of each account, and the timers."""
        await self.foreign.write(self._conn, self._accounts)
        if self._parents_changed is not None:
            await settle_parents(self.work, self._parents_changed)
        for account in await owned_by(self._conn, sorted(self._users)) if self._users else ():
            self._note(process.OWNER, account)
        if self._noted:
            version = (await self._conn.execute(_VERSION)).scalar_one()
            await timers.arm(self._conn, [Timer(rule, subject, version, process.WAKE) for rule, subject in self._noted])

    def _note(self, rule: str, subject: UUID) -> None:
        """Look at it again as soon as everything is read."""
        self._noted.add((rule, subject))

    # -- accounts

    def _account(self, account_id: UUID, system: str, crm_id: str, name: str = "") -> Account:
        known = self.work.get(Account, account_id)
        return known or self.work.add(Account.register(account_id, name, self._time_zone, system, crm_id))

    def account(self, e: Envelope, fact: CrmAccountSeen) -> None:
        account_id = fact.account_id or ids.account_id(fact.system, fact.crm_id)
        account = self._account(account_id, fact.system, fact.crm_id, fact.name)
        first = account.profile is None
        was_merged_into = account.survivor_id if account.presence == "merged" else None
        type_before = account.profile.account_type if account.profile else None
        account.observe(fact.revision, fact.name, values.profile(fact))
        if was_merged_into and account.presence == "live" and (survivor := self.work.get(Account, was_merged_into)):
            survivor.release(account_id, fact.crm_id, fact.revision)
        parent_before = self.foreign.parent_of(account_id)
        self.foreign.wish(e, fact)
        if self.foreign.parent_of(account_id) != parent_before:
            self._parents_changed = e
        self._note(process.OWNER, account_id)
        if first or fact.account_type != type_before:
            self._note(process.ASSESSMENT, account_id)

    def merged(self, _: Envelope, fact: CrmRecordMerged) -> None:
        if fact.object != "account":
            return  # a doubled contact: each account keeps its own view of the person
        absorbed_id = fact.absorbed_account_id or ids.account_id(fact.system, fact.crm_id)
        survivor_id = fact.survivor_account_id or ids.account_id(fact.system, fact.survivor_crm_id)
        absorbed = self._account(absorbed_id, fact.system, fact.crm_id)
        before = absorbed.survivor_id
        absorbed.merge_into(survivor_id, fact.survivor_crm_id, fact.revision)
        if absorbed.survivor_id != survivor_id:
            return  # the absorbed record is known to live again, or to have gone elsewhere, at a higher revision
        if before not in (None, survivor_id) and (old := self.work.get(Account, before)):
            old.release(absorbed_id, fact.crm_id, fact.revision)
        self._account(survivor_id, fact.system, fact.survivor_crm_id).absorb(absorbed_id, fact.crm_id, fact.revision)

    # -- people, contracts, contacts, use

    def contact(self, e: Envelope, fact: CrmContactSeen) -> None:
        if fact.account_id is None:
            return  # its old account hears of it by CrmRecordMoved
        stream = Stakeholder.create_id(fact.account_id, fact.subject_id)
        suggestion = values.suggestion(fact)
        known = self.work.get(Stakeholder, stream)
        if known is not None:
            known.observe(fact.revision, suggestion, e.effective_at)
        else:
            self.work.add(Stakeholder.suggest(fact.account_id, fact.subject_id, fact.crm_id, fact.revision, suggestion))

    def contract(self, e: Envelope, fact: CrmContractSeen) -> None:
        known = self.work.get(Contract, Contract.create_id(fact.system, fact.crm_id))
        terms = values.terms(fact)
        if known is not None and fact.account_id is not None:
            known.observe(fact.account_id, fact.revision, terms)
        elif known is not None:
            known.move(None, fact.revision)
        elif fact.account_id is not None:
            known = self.work.add(Contract.record(fact.system, fact.crm_id, fact.account_id, fact.revision, terms))
        if known is not None:
            self._note(process.CONTRACTS, known.account_id)
            self._note(process.ASSESSMENT, known.account_id)

    def activity(self, _: Envelope, fact: CrmActivityLogged) -> None:
        details = values.details(fact)
        known = self.work.get(Interaction, Interaction.create_id(fact.system, fact.crm_id))
        if details is None:
            return
        if known is not None and fact.account_id is not None:
            known.observe(fact.account_id, fact.revision, details)
        elif known is not None:
            known.move(None, fact.revision)
        elif fact.account_id is not None:
            self.work.add(Interaction.record(fact.system, fact.crm_id, fact.account_id, fact.revision, details))

    def usage(self, _: Envelope, fact: CrmUsageReported) -> None:
        if fact.account_id is None:
            return
        stream = UsageReading.create_id(fact.account_id, fact.product, fact.metric, fact.period_start)
        known = self.work.get(UsageReading, stream)
        if known is not None:
            known.report(fact.value, fact.licensed, fact.reported_at, fact.reported_under)
            return
        self.work.add(
            UsageReading(
                fact.account_id, fact.product, fact.metric, fact.period_start, fact.period_end, fact.value,
                fact.licensed, fact.reported_at, fact.reported_under,
            )
        )  # fmt: skip

    # -- records that went

    def deleted(self, e: Envelope, fact: CrmRecordDeleted) -> None:
        match fact.object:
            case "account":
                account_id = fact.account_id or ids.account_id(fact.system, fact.crm_id)
                self._account(account_id, fact.system, fact.crm_id).archive(fact.revision)
            case "opportunity":
                self.foreign.deal_gone(e, fact)
            case "user":
                self.foreign.employee_gone(e, fact)
                self._users.add(fact.crm_id)
            case _:
                self._gone(e, fact, None, "deleted")

    def moved(self, e: Envelope, fact: CrmRecordMoved) -> None:
        if fact.object == "opportunity":
            self.foreign.deal_gone(e, fact)
        else:
            self._gone(e, fact, fact.to_account_id, "moved" if fact.to_account_id else "unlinked")

    def _gone(self, e: Envelope, fact: CrmRecordDeleted | CrmRecordMoved, to: UUID | None, cause: Any) -> None:
        match fact.object:
            case "contact" if fact.account_id is not None:
                person = ids.subject_id(fact.system, "contact", fact.crm_id)
                if known := self.work.get(Stakeholder, Stakeholder.create_id(fact.account_id, person)):
                    known.depart(cause, fact.revision, e.effective_at)
            case "contract":
                if contract := self.work.get(Contract, Contract.create_id(fact.system, fact.crm_id)):
                    self._note(process.CONTRACTS, contract.account_id)
                    contract.move(to, fact.revision)
                    self._note(process.CONTRACTS, contract.account_id)
            case "activity":
                if interaction := self.work.get(Interaction, Interaction.create_id(fact.system, fact.crm_id)):
                    interaction.move(to, fact.revision)

    # -- what has no aggregate

    def deal(self, e: Envelope, fact: CrmOpportunitySeen) -> None:
        self.foreign.deal(e, fact)
        if fact.account_id is not None and fact.motion == "renewal":
            self._note(process.CONTRACTS, fact.account_id)

    def user(self, e: Envelope, fact: CrmUserSeen) -> None:
        self.foreign.employee(e, fact)
        self._users.add(fact.crm_id)


_TAKE: dict[type[CrmFact], Callable[[_Batch, Envelope, Any], None]] = {
    CrmAccountSeen: _Batch.account,
    CrmRecordMerged: _Batch.merged,
    CrmContactSeen: _Batch.contact,
    CrmContractSeen: _Batch.contract,
    CrmActivityLogged: _Batch.activity,
    CrmUsageReported: _Batch.usage,
    CrmRecordDeleted: _Batch.deleted,
    CrmRecordMoved: _Batch.moved,
    CrmOpportunitySeen: _Batch.deal,
    CrmUserSeen: _Batch.user,
}
"""What is not here (cases, stages of deals, `CrmUserDeactivated` beside its `CrmUserSeen`) is no business of ours
yet.
"""

TYPES = frozenset(cls.TYPE for cls in (*_TAKE, *SourceEvent.__subclasses__()))
"""The facts that are taken."""
