"""The commands: parse, call the use case, answer with the events it led to. Roles are checked by the domain."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import grpc.aio
from sqlalchemy.ext.asyncio import AsyncEngine

from services.accounts.api.handovers import HandoverCommands
from services.accounts.api.parse import Fields
from services.accounts.api.people import PeopleCommands
from services.accounts.api.topics import TopicCommands
from services.accounts.app import Accounts
from services.accounts.app.handovers import Handovers
from services.accounts.domain import Account, AccountTeam, AccountTier, TierPolicy
from services.accounts.reads import states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.history import histories, standings
from services.accounts.reads.portfolio import load
from services.accounts.settings import Settings
from services.accounts.vault import SensitiveTopics
from shared.clock import Clock
from shared.errors import Conflict, NotFound
from shared.eventstore.events import Aggregate, Meta
from shared.eventstore.repository import Repository, Result
from shared.protos import accounts_pb2 as pb
from shared.protos.accounts_pb2_grpc import AccountCommandsServicer

Context = grpc.aio.ServicerContext[Any, Any]
Do = Callable[[Meta], Awaitable[Result[Any]]]


class Commands(PeopleCommands, TopicCommands, HandoverCommands, AccountCommandsServicer):
    """`AccountCommands` of the .proto."""

    def __init__(
        self, app: Accounts, repository: Repository, engine: AsyncEngine, settings: Settings, clock: Clock
    ) -> None:
        self._app, self._repository, self._engine = app, repository, engine
        self._settings, self._clock, self._handovers = settings, clock, Handovers(repository, clock)
        self._topics = SensitiveTopics(repository, engine, clock)

    # -- tier

    async def RateTierCriterion(self, r: pb.RateTierCriterionRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        criterion, note = f.text("criterion", r.criterion), f.text("note", r.note)
        return await self._tier(r, f, account, lambda m: self._app.rate_tier_criterion(
            account, criterion, r.value_bp, note, list(r.evidence), m))  # fmt: skip

    async def AssessTier(self, r: pb.AssessTierRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        return await self._tier(r, f, account, lambda m: self._assess(account, m))

    async def ApproveTierChange(self, r: pb.ApproveTierChangeRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        return await self._tier(r, f, account, lambda m: self._app.approve_tier_change(
            account, list(r.meta.roles), r.strategic_reason, r.second_signer, m))  # fmt: skip

    async def RejectTierChange(self, r: pb.RejectTierChangeRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        reason = f.text("reason", r.reason)
        return await self._tier(r, f, account, lambda m: self._app.reject_tier_change(account, reason, m))

    async def ReaffirmTier(self, r: pb.ReaffirmTierRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        return await self._tier(r, f, account, lambda m: self._app.reaffirm_tier(account, m))

    async def OverrideTier(self, r: pb.OverrideTierRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        to, reason = f.tier("to", r.to), f.text("reason", r.reason)
        until = (
            f.instant("until", r.until)
            if "T" in r.until
            else AsOf.end_of(f.day("until", r.until), self._settings.zone).before
        )
        return await self._tier(r, f, account, lambda m: self._app.override_tier(
            account, to, reason, until, list(r.meta.roles), m))  # fmt: skip

    async def LiftTierOverride(self, r: pb.LiftTierOverrideRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        return await self._tier(r, f, account, lambda m: self._app.lift_tier_override(account, m))

    async def NominateKeyAccount(self, r: pb.AccountReasonRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        reason = f.text("reason", r.reason)
        return await self._tier(r, f, account, lambda m: self._app.nominate_key_account(account, reason, m))

    async def RejectNomination(self, r: pb.AccountReasonRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        reason = f.text("reason", r.reason)
        return await self._tier(r, f, account, lambda m: self._app.reject_nomination(account, reason, m))

    async def Declassify(self, r: pb.AccountReasonRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        reason = f.text("reason", r.reason)
        return await self._tier(r, f, account, lambda m: self._app.declassify(account, reason, m))

    # -- tier policy

    async def DraftTierPolicy(self, r: pb.DraftTierPolicyRequest, _: Context) -> pb.CommandResult:
        f = Fields()
        document = f.document("document_json", r.document_json)
        done = await self._policy(r, f, lambda m: self._app.draft_tier_policy(document, m))
        policy = await self._app.tier_policy()
        done.id = str(max(policy.versions))
        return done

    async def SubmitTierPolicy(self, r: pb.TierPolicyRequest, _: Context) -> pb.CommandResult:
        f = Fields()
        version = f.version("version", r.version)
        return await self._policy(r, f, lambda m: self._app.submit_tier_policy(version, m))

    async def SignOffTierPolicy(self, r: pb.SignOffTierPolicyRequest, _: Context) -> pb.CommandResult:
        f = Fields()
        version, function = f.version("version", r.version), f.text("function", r.function)
        return await self._policy(
            r, f, lambda m: self._app.sign_off_tier_policy(version, function, list(r.meta.roles), m)
        )

    async def RejectTierPolicy(self, r: pb.RejectTierPolicyRequest, _: Context) -> pb.CommandResult:
        f = Fields()
        version, reason = f.version("version", r.version), f.text("reason", r.reason)
        return await self._policy(r, f, lambda m: self._app.reject_tier_policy(version, reason, m))

    async def ActivateTierPolicy(self, r: pb.ActivateTierPolicyRequest, _: Context) -> pb.CommandResult:
        f = Fields()
        version = f.version("version", r.version)
        begin = f.instant("effective_from", r.effective_from) if r.effective_from else None
        return await self._policy(r, f, lambda m: self._app.activate_tier_policy(version, begin, m))

    # -- account

    async def EndAccount(self, r: pb.EndAccountRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        reason = f.end_reason("reason", r.reason)

        async def end(meta: Meta) -> Result[Account]:
            value = await self._arr(account, meta)
            return await self._app.end_account(account, reason, value, self._settings.company_currency, meta)

        return await self._run(r, f, Account, account, end)

    async def ReopenAccount(self, r: pb.AccountReasonRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        reason = f.text("reason", r.reason)
        return await self._run(r, f, Account, account, lambda m: self._app.reopen_account(account, reason, m))

    async def ChangeAccountTimeZone(self, r: pb.ChangeAccountTimeZoneRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        zone = f.text("time_zone", r.time_zone)
        return await self._run(r, f, Account, account, lambda m: self._app.change_time_zone(account, zone, m))

    # -- team

    async def AssignThemeOwner(self, r: pb.AssignThemeOwnerRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        theme, owner = f.theme("theme", r.theme), f.text("owner_id", r.owner_id)
        return await self._team(r, f, account, lambda m: self._app.assign_theme_owner(account, theme, owner, m))

    async def RemoveThemeOwner(self, r: pb.RemoveThemeOwnerRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        theme = f.theme("theme", r.theme)
        return await self._team(r, f, account, lambda m: self._app.remove_theme_owner(account, theme, m))

    async def AppointDeputy(self, r: pb.AppointDeputyRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        theme, deputy = f.theme("theme", r.theme), f.text("deputy_id", r.deputy_id)
        return await self._team(r, f, account, lambda m: self._app.appoint_deputy(account, theme, deputy, m))

    async def RecordAbsence(self, r: pb.RecordAbsenceRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        user, first, last = f.text("user_id", r.user_id), f.day("from", getattr(r, "from")), f.day("until", r.until)
        return await self._team(r, f, account, lambda m: self._app.record_absence(account, user, first, last, m))

    # -- how each of them runs

    def _for_account(self, account_id: str) -> tuple[Fields, UUID]:
        f = Fields()
        return f, f.uuid("account_id", account_id)

    async def _tier(self, r: Any, f: Fields, account: UUID, do: Do) -> pb.CommandResult:
        return await self._run(r, f, AccountTier, AccountTier.create_id(account), do)

    async def _team(self, r: Any, f: Fields, account: UUID, do: Do) -> pb.CommandResult:
        return await self._run(r, f, AccountTeam, AccountTeam.create_id(account), do)

    async def _policy(self, r: Any, f: Fields, do: Do) -> pb.CommandResult:
        return await self._run(r, f, TierPolicy, TierPolicy.create_id(), do)

    async def _run(self, r: Any, f: Fields, cls: type[Aggregate], stream: UUID, do: Do) -> pb.CommandResult:
        meta = f.meta(r.meta, self._clock)
        f.done()
        if r.meta.HasField("expected_version"):
            await self._expect(cls, stream, r.meta.expected_version)
        done = await do(meta)
        return pb.CommandResult(event_ids=list(done.event_ids), repeated=done.repeated, id=str(stream))

    async def _expect(self, cls: type[Aggregate], stream: UUID, version: int) -> None:
        """The caller decided on what they saw: refuse if it changed since."""
        try:
            found = (await self._repository.get(cls, stream)).version
        except NotFound:
            found = 0
        if found != version:
            raise Conflict(
                f"you saw version {version}, it is {found} now: look again, then decide", slug="version-changed"
            )

    async def _assess(self, account: UUID, meta: Meta) -> Result[AccountTier]:
        assert meta.effective_at is not None
        async with self._engine.begin() as conn:
            found = await histories(conn, self._settings.zone, [account])
            facts = found.facts(account, meta.effective_at, self._settings.company_currency)
            if facts is None:
                raise NotFound(f"nothing is known of account {account} at that time", slug="account-unknown")
            others = await standings(conn, meta.effective_at, self._settings.zone)
            ratings = await states.rating_events(conn, account)
        owner = found.owner(account, meta.effective_at)
        return await self._app.assess_tier(account, facts, list(others.values()), owner, ratings, meta)

    async def _arr(self, account: UUID, meta: Meta) -> int:
        assert meta.effective_at is not None
        asof = AsOf.at(meta.effective_at, self._settings.zone)
        async with self._engine.begin() as conn:
            rows = (await load(conn, asof, [account], currency=self._settings.company_currency)).rows
        return rows[0].arr_minor if rows else 0
