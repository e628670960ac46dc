"""A claimed delivery → the words of its message, looked up at the last moment: permission, names, addresses of now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.app.outbox import Claimed
from services.notifications.channels.message import Line, Message
from services.notifications.domain import AlertCase, Digest
from services.notifications.domain.values import NeverActed
from services.notifications.policy.address import mail_address
from services.notifications.policy.wording import Locale, sentence
from services.notifications.reads import people
from services.notifications.settings import Settings
from shared import people as vault
from shared.eventstore.repository import aggregates_in
from shared.positions import driver

_PERSON = text("SELECT subject_id, active FROM employees WHERE user_id = :user")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {"one": "{rule}: {account}", "hidden": "{rule}", "many": "{n} Hinweise", "weekly": "Wochenübersicht",
           "footer": "Stellwerk. Hinweise und Ruhezeiten stellen Sie im Portal ein."},
    "en": {"one": "{rule}: {account}", "hidden": "{rule}", "many": "{n} alerts", "weekly": "Your week",
           "footer": "Stellwerk. Alerts and quiet hours are set in the portal."},
}  # fmt: skip

_GRAVE = ("critical", "urgent", "warning", "info")


class Composer:
    """Carries account, fact and link; no attitudes, no free text, and no name of an account if the settings say so."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._book = settings, settings.book

    async def alerts(self, conn: AsyncConnection, c: Claimed) -> tuple[UUID, ...]:
        """The alert of a delivery, or those of its digest."""
        if c.alert_id is not None:
            return (c.alert_id,)
        digest = await self._digest(conn, c)
        return digest.alerts if digest is not None else ()

    async def compose(self, conn: AsyncConnection, c: Claimed) -> Message | None:
        """None if nothing is to be said (any more), or the person has left."""
        digest = await self._digest(conn, c)
        alerts = digest.alerts if digest is not None else await self.alerts(conn, c)
        ended = digest.exhausted if digest is not None else ()
        found = await aggregates_in(driver(conn), AlertCase, {*alerts, *ended})
        row = (await conn.execute(_PERSON, {"user": c.person})).one_or_none()
        if row is not None and not row.active:
            return None
        wishes = (await people.wishes(conn, [c.person], self._settings))[c.person]
        said = [await self._line(conn, found[i], wishes.locale) for i in alerts if i in found and not found[i].silent]
        lines = sorted(said, key=lambda x: (_GRAVE.index(x.severity), x.account, x.text, x.link))
        if digest is not None:
            lines += [await self._line(conn, found[i], wishes.locale, "exhausted") for i in ended if i in found]
            lines += [self._never_acted(n, wishes.locale) for n in digest.never_acted]
        if not lines:
            return None
        to = ""
        if row is not None and c.channel == "email":
            person = (await vault.names(conn, [row.subject_id])).get(row.subject_id)
            to = mail_address(person.mail, person.name, self._settings.mail_domain) if person is not None else ""
        words = _WORDS[wishes.locale]
        subject = self._subject(lines, words, digest is not None and digest.kind == "weekly")
        return Message(c.message_id, to, " ".join(subject.split()), lines, wishes.locale, words["footer"])

    async def _digest(self, conn: AsyncConnection, c: Claimed) -> Digest | None:
        if c.digest_id is None:
            return None
        return (await aggregates_in(driver(conn), Digest, [c.digest_id])).get(c.digest_id)

    @staticmethod
    def _subject(lines: Sequence[Line], words: Mapping[str, str], weekly: bool) -> str:
        if weekly:
            return words["weekly"]
        form = words["many"] if len(lines) > 1 else words["one" if lines[0].account else "hidden"]
        return form.format(rule=lines[0].rule, account=lines[0].account, n=len(lines))

    def _never_acted(self, n: NeverActed, locale: Locale) -> Line:
        facts = {"told": n.told, "days": self._book.limits.never_acted_days}
        text_ = sentence(self._book, "never_acted", facts, locale, self._settings.zone)
        link = f"{self._settings.portal_url.rstrip('/')}/preferences?mute={n.rule}#h-never"
        return Line("", self._book.rule(n.rule).name[locale], text_, link, "info", heading=True)

    async def _line(self, conn: AsyncConnection, case: AlertCase, locale: Locale, title: str = "") -> Line:
        account = await people.account(conn, case.account_id)
        name = "" if self._settings.hide_account_name or account is None else str(account["name"])
        link = f"{self._settings.portal_url.rstrip('/')}/alerts/{case.id}"
        fact = sentence(self._book, title or case.title, case.facts, locale, self._settings.zone)
        return Line(name, self._book.rule(case.rule).name[locale], fact, link, case.severity)
