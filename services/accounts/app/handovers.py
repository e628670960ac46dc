"""The use cases of handovers. Who answers for a theme and what became of its handover are written at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.accounts.app.together import Work, together
from services.accounts.domain import Account, AccountTeam, Handover
from services.accounts.domain.base import need
from services.accounts.domain.values import HandoverItem, Theme
from shared.clock import Clock
from shared.errors import NotFound, Rejected
from shared.eventstore.events import Meta
from shared.eventstore.repository import Repository

HEAD = "head_of_kam"
Find = Callable[[type[Handover], UUID], Awaitable[Handover | None]]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command led to; `handover_id`: the handover that it was about."""

    event_ids: tuple[str, ...]
    repeated: bool
    handover_id: UUID


async def latest(find: Find, account_id: UUID, theme: Theme) -> tuple[Handover | None, int]:
    """(the last handover of a theme, the number that the next one gets)."""
    last, number = None, 1
    while (found := await find(Handover, Handover.create_id(account_id, theme, number))) is not None:
        last, number = found, number + 1
    return last, number


class Handovers:
    """As `Accounts`; each command about a handover names the account too, and must fit it."""

    def __init__(self, repository: Repository, clock: Clock) -> None:
        self._store, self._clock = repository.store, clock

    async def start(
        self, account_id: UUID, theme: Theme, receiver: str, items: Sequence[HandoverItem], due_on: date,
        roles: Sequence[str], meta: Meta,
    ) -> Done:  # fmt: skip
        """Whoever owns the theme, their deputy or a head of KAM hands it over. `items`: what is known at the account
        now; `due_on`: until when it shall be accepted."""

        async def decide(work: Work) -> None:
            account = await self._live(work, account_id)
            team = await work.find(AccountTeam, AccountTeam.create_id(account_id))
            owner = team.owner(theme) if team else None
            if team is None or owner is None:
                raise Rejected("theme-vacant", f"Nobody owns {theme}: assign an owner, as nobody can hand it over.")
            theirs = meta.actor in (f"user:{owner}", f"user:{team.deputies.get(theme)}")
            need(
                theirs or HEAD in roles,
                "not-the-giver",
                "Only who owns the theme, their deputy or a head of KAM can hand it over.",
            )
            last, number = await latest(work.find, account_id, theme)
            need(
                last is None or not last.open,
                "handover-open",
                f"A handover of {theme} runs already: it has to be answered or taken back first.",
            )
            at = self._at(meta)
            work.add(
                Handover.start(account_id, theme, number, account.system, owner, receiver, "person", items, at, due_on)
            )

        event_ids, repeated = await together(self._store, self._clock, meta, decide)
        last, _ = await latest(Work(self._store).find, account_id, theme)
        return Done(event_ids, repeated, last.id if last else UUID(int=0))

    async def confirm_item(self, account_id: UUID, handover_id: UUID, item_id: str, note: str, meta: Meta) -> Done:
        """The receiver knows what an item is about."""
        at = self._at(meta)
        return await self._on(account_id, handover_id, meta, lambda h: h.confirm_item(item_id, note, meta.actor, at))

    async def accept(self, account_id: UUID, handover_id: UUID, meta: Meta) -> Done:
        """The receiver takes the theme: from now on it is theirs."""
        at = self._at(meta)

        async def decide(work: Work) -> None:
            account, stream = await self._live(work, account_id), AccountTeam.create_id(account_id)
            team = await work.find(AccountTeam, stream) or work.add(AccountTeam.form(account_id, account.system))
            handover = await self._of(work, account_id, handover_id)  # last, so that its event is the last one
            if handover.accept(team.owner(handover.theme), meta.actor, at):
                team.assign(handover.theme, handover.to_owner_id, at)

        return Done(*await together(self._store, self._clock, meta, decide), handover_id)

    async def decline(self, account_id: UUID, handover_id: UUID, reason: str, meta: Meta) -> Done:
        """The receiver does not take it; the theme stays where it is."""
        at = self._at(meta)
        return await self._on(account_id, handover_id, meta, lambda h: h.decline(reason, meta.actor, at))

    async def take_back(self, account_id: UUID, handover_id: UUID, roles: Sequence[str], meta: Meta) -> Done:
        """The giver or a head of KAM ends it."""
        at = self._at(meta)
        return await self._on(account_id, handover_id, meta, lambda h: h.take_back(meta.actor, HEAD in roles, at))

    def _at(self, meta: Meta) -> datetime:
        return meta.effective_at or self._clock.now()

    async def _on(self, account_id: UUID, handover_id: UUID, meta: Meta, do: Callable[[Handover], object]) -> Done:
        async def decide(work: Work) -> None:
            do(await self._of(work, account_id, handover_id))

        return Done(*await together(self._store, self._clock, meta, decide), handover_id)

    @staticmethod
    async def _of(work: Work, account_id: UUID, handover_id: UUID) -> Handover:
        """The handover; one of another account is as if there were none. Raises NotFound."""
        handover = await work.get(Handover, handover_id)
        if handover.account_id != account_id:
            raise NotFound("There is no such handover at this account.", slug="handover-unknown")
        return handover

    @staticmethod
    async def _live(work: Work, account_id: UUID) -> Account:
        """Raises NotFound, and Rejected for an account that ended, was merged or archived."""
        account = await work.get(Account, account_id)
        need(
            account.lifecycle in ("Registered", "Active"),
            "account-not-live",
            f"The account is {account.lifecycle}: reopen it, or use the survivor.",
        )
        return account
