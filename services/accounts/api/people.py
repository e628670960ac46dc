"""The commands about people of the customer. A part of `Commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, get_args
from uuid import UUID

import grpc.aio
from sqlalchemy.ext.asyncio import AsyncEngine

from services.accounts.api.parse import Fields
from services.accounts.app import Accounts
from services.accounts.domain import Stakeholder
from services.accounts.domain.values import Line
from services.accounts.reads import records
from shared.errors import NotFound
from shared.eventstore.events import Aggregate, Meta
from shared.eventstore.repository import Repository, Result
from shared.protos import accounts_pb2 as pb

Context = grpc.aio.ServicerContext[Any, Any]
Do = Callable[[Meta], Awaitable[Result[Any]]]


class PeopleCommands:
    """What `Commands` has: the use cases, the repository, and how a command runs."""

    _app: Accounts
    _repository: Repository
    _engine: AsyncEngine
    _for_account: Callable[[str], tuple[Fields, UUID]]
    _run: Callable[[Any, Fields, type[Aggregate], UUID, Do], Awaitable[pb.CommandResult]]

    async def MapStakeholder(self, r: pb.StakeholderRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        return await self._person(r, f, account, person, lambda m: self._app.map_stakeholder(account, person, m))

    async def DismissSuggestion(self, r: pb.DismissSuggestionRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        reason = f.text("reason", r.reason)
        return await self._person(
            r, f, account, person, lambda m: self._app.dismiss_suggestion(account, person, reason, m)
        )

    async def AssignRoles(self, r: pb.AssignRolesRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        return await self._person(
            r, f, account, person, lambda m: self._app.assign_roles(account, person, list(r.roles), m)
        )

    async def AssessInfluence(self, r: pb.AssessInfluenceRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        return await self._person(r, f, account, person, lambda m: self._app.assess_influence(
            account, person, r.power, r.interest, list(r.evidence), m))  # fmt: skip

    async def AssessAttitude(self, r: pb.AssessAttitudeRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        return await self._person(r, f, account, person, lambda m: self._app.assess_attitude(
            account, person, r.value, list(r.evidence), m))  # fmt: skip

    async def ConfirmStakeholder(self, r: pb.StakeholderRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        return await self._person(r, f, account, person, lambda m: self._app.confirm_stakeholder(account, person, m))

    async def MarkDeparted(self, r: pb.StakeholderRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        return await self._person(r, f, account, person, lambda m: self._app.mark_departed(account, person, m))

    async def NameSuccessor(self, r: pb.NameSuccessorRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        successor = f.uuid("successor_id", r.successor_id)
        return await self._person(
            r, f, account, person, lambda m: self._app.name_successor(account, person, successor, m)
        )

    async def SetReportingLine(self, r: pb.SetReportingLineRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        manager = f.uuid("manager_id", r.manager_id) if r.manager_id else None
        return await self._person(r, f, account, person, lambda m: self._report(account, person, manager, m))

    async def DrawInfluence(self, r: pb.DrawInfluenceRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        to, line = f.uuid("to_subject_id", r.to_subject_id), self._line(f, r.line)
        return await self._person(
            r, f, account, person, lambda m: self._app.draw_influence(account, person, to, line, r.weight, m)
        )

    async def RemoveInfluence(self, r: pb.RemoveInfluenceRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        to, line = f.uuid("to_subject_id", r.to_subject_id), self._line(f, r.line)
        return await self._person(
            r, f, account, person, lambda m: self._app.remove_influence(account, person, to, line, m)
        )

    async def RateRelationship(self, r: pb.RateRelationshipRequest, _: Context) -> pb.CommandResult:
        f, account, person = self._for_person(r)
        member = f.text("member_id", r.member_id)
        return await self._person(
            r, f, account, person, lambda m: self._app.rate_relationship(account, person, member, r.value, m)
        )

    async def _report(self, account: UUID, person: UUID, manager: UUID | None, meta: Meta) -> Result[Stakeholder]:
        """To whom a person reports; the lines of all others are looked up, so that no circle can come about."""
        async with self._engine.begin() as conn:
            subjects = await records.subjects_of(conn, account)
        managers: dict[UUID, UUID | None] = {}
        for subject in subjects:
            try:
                found = await self._repository.get(Stakeholder, Stakeholder.create_id(account, subject))
            except NotFound:
                continue
            managers[subject] = found.manager_id
        return await self._app.set_reporting_line(account, person, manager, managers, meta)

    @staticmethod
    def _line(f: Fields, value: str) -> Line:
        line: Line = f.one_of("line", value, get_args(Line))
        return line

    def _for_person(self, r: Any) -> tuple[Fields, UUID, UUID]:
        f, account = self._for_account(r.account_id)
        return f, account, f.uuid("subject_id", r.subject_id)

    async def _person(self, r: Any, f: Fields, account: UUID, person: UUID, do: Do) -> pb.CommandResult:
        return await self._run(r, f, Stakeholder, Stakeholder.create_id(account, person), do)
