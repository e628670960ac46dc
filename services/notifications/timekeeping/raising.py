"""A watch whose time has come: raise its alert, or add to it, or wait on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.notifications import process
from services.notifications.app.workspace import Workspace
from services.notifications.domain import AlertCase
from services.notifications.domain.values import Step, Told
from services.notifications.policy import recipients
from services.notifications.policy.calendar import WorkCalendar
from services.notifications.policy.documents import RuleBook
from services.notifications.reads import people, sources, watches
from services.notifications.reads.sources import Source
from services.notifications.reads.watches import Watch
from services.notifications.settings import Settings
from shared import timers
from shared.timers import Timer

_LOOK_AGAIN = timedelta(days=1)  # at a source that is behind and never says that it is back
_PLAYER = text("SELECT roles, power, gone FROM players WHERE account_id = :account AND subject_id = :subject")
_CAUSES = text("""
SELECT key, watch_id FROM watches WHERE account_id = :account AND state = 'raised' AND under IS NULL
    AND key <> :key AND evidence && CAST(:facts AS text[]) ORDER BY anchor, key LIMIT 1""")
_CHILDREN = text("""
SELECT key FROM watches WHERE account_id = :account AND state = 'raised' AND under IS NULL AND key <> :key
    AND facts && CAST(:evidence AS text[]) ORDER BY key""")


class Raising:
    """Lives as long as one transaction."""

    def __init__(
        self, work: Workspace, settings: Settings, book: RuleBook, calendar: WorkCalendar, now: datetime,
        live_since: datetime,
    ) -> None:  # fmt: skip
        self._work, self._settings, self._book, self._calendar = work, settings, book, calendar
        self._now, self._live = now, live_since
        self._sources: Sequence[Source] = ()
        self._grace = timedelta(minutes=book.limits.resume_minutes)

    async def look(self, timer: Timer) -> Watch | None:
        """Raise what is due; without anything due, look again when it is. Returns what was looked at."""
        conn, watch = self._work.conn, timer.subject
        w = await self._work.once(("watch", watch), lambda: watches.by_id(conn, watch))
        if w is None or w.state not in ("waiting", "raised"):
            return None
        account = await self._work.once(w.account_id, lambda: people.account(conn, w.account_id))
        tier = str(account["tier"]) if account and account["tier"] else None
        steps = tuple(s for a in w.anchors for s in self._steps(w, a, tier))
        case = await self._work.case(AlertCase.create_id(w.key)) if w.state == "raised" else None
        if case is not None:
            self._extend(case, w, steps)
        elif steps and (first := min(s.due_at for s in steps)) > self._now:
            waits = watches.timer(w, timer.due_version + 1, first, step=0, what="raise", tier=tier)
            await timers.arm(self._work.conn, [waits])
        elif steps:
            if not await self._applies(w, account):
                await watches.set_state(self._work.conn, w.watch_id, "closed")
            elif (gap := await self._gap(w.rule)) is not None:
                await self._wait_for(gap, w, timer)
            else:
                await self._raise(w, steps, tier)
        return w

    async def _gap(self, rule: str) -> Source | None:
        """The source that the rule has to wait for."""
        if not self._book.rule(rule).waits_for_sources:
            return None
        self._sources = await self._work.once("sources", lambda: sources.known(self._work.conn))
        return next((s for s in self._sources if s.silent(self._now, self._grace)), None)

    async def _wait_for(self, gap: Source, w: Watch, timer: Timer) -> None:
        """Look again when the source is back; the consumer that hears of it says so earlier than this."""
        at = gap.back_at + self._grace if gap.back_at is not None else self._now + _LOOK_AGAIN
        await watches.pause(self._work.conn, w.watch_id)
        waits = watches.timer(w, timer.due_version + 1, at, step=0, what="raise", paused_by=gap.system)
        await timers.arm(self._work.conn, [waits])

    def _steps(self, w: Watch, a: Mapping[str, Any], tier: str | None) -> tuple[Step, ...]:
        anchor = process.Anchor(
            w.rule, int(a["trigger"]), datetime.fromisoformat(a["anchor"]), datetime.fromisoformat(a["known_at"]),
            str(a["token"]), bool(a["digest"]),
        )  # fmt: skip
        return process.schedule(self._book, anchor, tier, self._live, self._calendar)

    async def _applies(self, w: Watch, account: Mapping[str, Any] | None) -> bool:
        """Whether the rule is meant for this account (and person) now."""
        trigger = self._book.rule(w.rule).triggers[int(w.anchors[-1]["trigger"])]
        if account is not None and account["gone"]:
            return False
        if trigger.only is None:
            return True
        if account is None or account["key_since"] is None:
            return False
        if trigger.only == "key_account":
            return True
        where = {"account": w.account_id, "subject": UUID(w.subject)}
        row = (await self._work.conn.execute(_PLAYER, where)).one_or_none()
        return row is not None and not row.gone and recipients.key_player(row.roles, row.power)

    async def _raise(self, w: Watch, steps: Sequence[Step], tier: str | None) -> None:
        rule, last, conn = self._book.rule(w.rule), w.anchors[-1], self._work.conn
        again, trigger = rule.realert(tier), rule.triggers[int(last["trigger"])]
        severity = trigger.severity or rule.severity
        due = [s.due_at for s in steps if s.due_at <= self._now]
        case = AlertCase(
            w.account_id, w.key, w.rule, self._book.version, w.part, str(last["type"]), str(last["title"]), w.subject,
            w.epoch, severity, tier, str(last["theme"]), dict(last["facts"]), (*w.facts, *w.evidence),
            tuple(w.refs), {k: v for a in w.anchors for k, v in a["people"].items()}, _named(last), _persons(w),
            tuple(steps), process.expires(rule, int(last["trigger"]), steps, self._calendar),
            f"{again.amount} {again.unit}" if again else None,
            int((self._now - min(due)).total_seconds()), status="Raised",
        )  # fmt: skip
        self._work.add(case)
        await watches.set_state(conn, w.watch_id, "raised")
        if process.stale(steps, self._now, timedelta(hours=self._settings.fresh_hours), self._held(w.rule)):
            case.suppress("stale")
            await watches.finished(self._work, case)
            return
        found = (await conn.execute(_CAUSES, {"account": w.account_id, "key": w.key, "facts": list(w.facts)})).first()
        if found is not None:
            await watches.fold(self._work, w, AlertCase.create_id(found.key))
        elif w.evidence:
            where = {"account": w.account_id, "key": w.key, "evidence": list(w.evidence)}
            keys = list((await conn.execute(_CHILDREN, where)).scalars())
            for child in (await watches.by_keys(conn, keys)).values():
                await watches.fold(self._work, child, case.id)

    def _held(self, rule: str) -> Callable[[datetime], bool]:
        waits = self._book.rule(rule).waits_for_sources
        return lambda due: waits and any(s.silent(due, self._grace) for s in self._sources)

    def _extend(self, case: AlertCase, w: Watch, steps: Sequence[Step]) -> None:
        new = [s for s in steps if s.key not in case.known]
        if new and not case.ended:
            last = w.anchors[-1]
            case.extend(
                str(last["type"]), str(last["title"]), dict(last["facts"]), tuple(w.facts), dict(last["people"]),
                _named(last), new, process.expires(self._book.rule(w.rule), int(last["trigger"]), new, self._calendar),
            )  # fmt: skip


def _named(anchor: Mapping[str, Any]) -> tuple[Told, ...]:
    return tuple(Told(person=str(p), role=str(r)) for p, r in anchor["named"])


def _persons(w: Watch) -> tuple[UUID, ...]:
    """The customer's person that the alert is about, if it is about one."""
    return (UUID(w.subject),) if w.rule in ("R11", "R12", "R13") else ()
