"""Public facts → what rules wait for, and what is over. Nothing is raised here: timers do that when all is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.app.workspace import Workspace
from services.notifications.consumers import foreign
from services.notifications.domain import COMPANY, AlertCase
from services.notifications.policy import matching
from services.notifications.policy.documents import RuleBook
from services.notifications.policy.matching import Anchored, Ended, Fact
from services.notifications.reads import people, sources, watches
from services.notifications.reads.watches import Watch
from shared import ids
from shared.clock import Clock
from shared.consumer import Message
from shared.contracts.base import Envelope
from shared.eventstore.events import Meta, NewEvent

POLICY = "policy:alert_rules"
_LAST = text("SELECT max(at) FROM contacts WHERE account_id = :account")
_LAST_WITH = text("""
SELECT person, max(at) AS at FROM contacts, unnest(participants) AS person
WHERE account_id = :account AND person = ANY(:people) AND at IS NOT NULL GROUP BY person""")
_RENEWAL_SOON = text("""
SELECT EXISTS (SELECT FROM contracts WHERE account_id = :account AND NOT over
    AND ends_on BETWEEN CAST(:on AS date) AND CAST(:on AS date) + CAST(:days AS integer))""")


class Facts:
    """The handler of every consumer of facts."""

    def __init__(self, book: RuleBook, clock: Clock) -> None:
        self._book, self._clock, self._types = book, clock, matching.types(book)
        self.types = self._types | foreign.KNOWN | sources.BEHIND | sources.BACK
        """The facts that are taken."""

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        envelopes: list[Envelope] = [m.body for m in messages]
        ours = [e for e in envelopes if e.type in self.types]
        if not ours:
            return ()
        work = Workspace(conn)
        batch = Batch(work, {w.key: w for w in await watches.open_of(conn, {_account(e) for e in ours})})
        for e in ours:
            if changed := await foreign.take(conn, e):
                work.forget(changed)
            if e.type in sources.BEHIND | sources.BACK:
                await sources.take(conn, e, self._clock.now())
                await batch.sources_changed(self._clock.now(), timedelta(minutes=self._book.limits.resume_minutes))
            if e.type in foreign.TIERS:
                batch.touch(w for w in batch.open.values() if w.account_id == _account(e) and w.state == "waiting")
            if e.type in foreign.GONE:
                await batch.account_gone(e)
            if e.type in self._types:
                fact = await self._fact(work, e)
                for ended in matching.ended(self._book, fact):
                    await batch.end(ended, e)
                for anchored in matching.anchored(self._book, fact):
                    await batch.anchor(anchored, e, self._number(anchored))
            work.keep(Meta.follow(e, POLICY).at(self._clock.now()))
        await batch.write()
        work.keep(Meta(POLICY, self._clock.now()))
        return work.events

    def _number(self, a: Anchored) -> int:
        return self._book.rule(a.rule).triggers.index(a.trigger)

    async def _fact(self, work: Workspace, e: Envelope) -> Fact:
        """With what rules may ask beside the event."""
        conn, account = work.conn, _account(e)
        row = await work.once(account, lambda: people.account(conn, account))
        contacts: dict[str | None, datetime] = {}
        if e.type in foreign.CONTACTS or e.type == "KeyAccountConfirmed":
            last = (await conn.execute(_LAST, {"account": account})).scalar_one_or_none()
            wanted = [UUID(str(p)) for p in e.data.get("participants") or ()]
            found = await conn.execute(_LAST_WITH, {"account": account, "people": wanted}) if wanted else ()
            contacts = {str(r.person): r.at for r in found}
            contacts |= {None: last} if last else {}
        more = {"$red": bool(row and row["red"])}
        if more["$red"]:
            where = {"account": account, "on": e.effective_at.date(), "days": self._book.limits.renewal_soon_days}
            more["$renewal_soon"] = bool((await conn.execute(_RENEWAL_SOON, where)).scalar_one())
        return Fact(e.id, e.type, str(e.stream), e.effective_at, e.data, more, contacts.get)


class Batch:
    """The watches that a batch of facts changes, in memory until `write`."""

    def __init__(self, work: Workspace, open_: dict[str, Watch]) -> None:
        self._work, self.open = work, open_
        self._changed: dict[str, Watch] = {}
        self._woken: dict[str, Watch] = {}

    def touch(self, found: Iterable[Watch]) -> None:
        """Have them looked at again."""
        self._woken.update({w.key: w for w in found})

    async def end(self, ended: Ended, e: Envelope) -> None:
        """A resolving event."""
        account = _uuid(ended.account)
        for w in list(self.open.values()):
            same = w.account_id == account and w.rule == ended.rule and ended.part in ("", w.part)
            if same and (w.subject in ended.ids or set(ended.ids) & {*w.refs, str(w.account_id)}):
                if ended.plans:
                    await self._plan(w, e)
                else:
                    await self._close(w, e, None)

    async def account_gone(self, e: Envelope) -> None:
        """Nothing about it matters any more."""
        gone = UUID(str(e.data.get("absorbed_id") or e.data["account_id"]))
        for w in [w for w in self.open.values() if w.account_id == gone]:
            await self._close(w, e, None)

    async def sources_changed(self, now: datetime, grace: timedelta) -> None:
        """When none is behind any more, what waited for them goes on, so long after that the facts are read that the
        gap held up: they may end it."""
        if any(s.behind_since is not None for s in await sources.known(self._work.conn)):
            return
        waited = await watches.unpause(self._work.conn)
        await watches.look_at(self._work.conn, (w for w in waited if w.state == "waiting"), now + grace, what="raise")
        for w in waited:
            if w.state == "raised" and (case := await self._work.case(AlertCase.create_id(w.key))) is not None:
                case.pause(case.paused_by, now + grace)

    async def anchor(self, a: Anchored, e: Envelope, number: int) -> None:
        """A rule waits for something, or for one thing more. The same fact again changes nothing."""
        found = self.open.get(a.key) or (await watches.by_keys(self._work.conn, [a.key])).get(a.key)
        if found is not None and (e.id in found.facts or found.state == "done"):
            return
        if found is not None and found.state != "closed" and a.trigger.reanchor:
            return  # another fact that leaves the anchor where it is
        for other in [w for w in self.open.values() if w.series == a.series and w.key != a.key]:
            await self._close(other, e, None if a.trigger.reanchor else "superseded")
        entry = _entry(a, e, number)
        if found is None or found.state == "closed":
            found = Watch(
                ids.derived("watch", a.key), a.key, a.series, a.rule, a.part, _uuid(a.account), a.subject, a.epoch,
                a.anchor, a.refs, [e.id], list(a.causes[1:]), [entry], "waiting", None,
            )  # fmt: skip
        else:
            found = found._replace(
                refs=list(dict.fromkeys((*found.refs, *a.refs))), facts=[*found.facts, e.id],
                evidence=list(dict.fromkeys((*found.evidence, *a.causes[1:]))), anchors=[*found.anchors, entry],
            )  # fmt: skip
        self.open[a.key] = self._changed[a.key] = self._woken[a.key] = found

    async def write(self) -> None:
        """All rows, and what is to be looked at."""
        await watches.save(self._work.conn, self._changed.values())
        await watches.wake(self._work.conn, self._woken.values())

    async def _plan(self, w: Watch, e: Envelope) -> None:
        if w.state == "raised" and (case := await self._work.case(AlertCase.create_id(w.key))) is not None:
            case.note_plan(e.id)

    async def _close(self, w: Watch, e: Envelope, suppressed: Any) -> None:
        """Resolved by the event, or (a newer epoch) suppressed."""
        self.open.pop(w.key, None)
        self._woken.pop(w.key, None)
        if w.key in self._changed:  # of this batch: the row comes first
            await watches.save(self._work.conn, [self._changed.pop(w.key)])
        if w.state != "raised":
            await watches.set_state(self._work.conn, w.watch_id, "closed")
            await watches.sleep(self._work.conn, w)
            return
        case = await self._work.case(AlertCase.create_id(w.key))
        if case is not None:
            if suppressed:
                case.suppress(suppressed)
            else:
                case.resolve(e.id, e.type)
            await watches.finished(self._work, case)


def _entry(a: Anchored, e: Envelope, number: int) -> Mapping[str, Any]:
    return {
        "trigger": number, "type": e.type, "title": a.title, "anchor": a.anchor.isoformat(),
        "known_at": e.effective_at.isoformat(), "token": e.id, "digest": a.digest, "facts": dict(a.facts),
        "people": dict(a.people), "named": [list(n) for n in a.named], "theme": a.theme,
        "correlation": ids.correlation(e.id, e.correlation_id),
    }  # fmt: skip


def _account(e: Envelope) -> UUID:
    return UUID(str(e.data["account_id"])) if e.data.get("account_id") else COMPANY


def _uuid(account: str) -> UUID:
    return COMPANY if account == matching.COMPANY else UUID(account)
