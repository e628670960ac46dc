"""A claimed delivery → the words of its message, looked up at the last moment: permission, names, addresses of now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.app.outbox import Claimed
from services.notifications.channels.message import Line, Message
from services.notifications.domain import AlertCase, Digest
from services.notifications.policy.documents import shipped
from services.notifications.policy.wording import sentence
from services.notifications.reads import people
from services.notifications.settings import Settings
from shared import people as vault
from shared.eventstore.repository import aggregates_in
from shared.positions import driver

_PERSON = text("SELECT subject_id, active FROM employees WHERE user_id = :user")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {"one": "{rule}: {account}", "hidden": "{rule}", "many": "{n} Hinweise",
           "footer": "Stellwerk. Hinweise und Ruhezeiten stellen Sie im Portal ein."},
    "en": {"one": "{rule}: {account}", "hidden": "{rule}", "many": "{n} alerts",
           "footer": "Stellwerk. Alerts and quiet hours are set in the portal."},
}  # fmt: skip


class Composer:
    """Carries account, fact and link; no attitudes, no free text, and no name of an account if the settings say so."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._book = settings, shipped()

    async def alerts(self, conn: AsyncConnection, c: Claimed) -> tuple[UUID, ...]:
        """The alert of a delivery, or those of its digest."""
        if c.alert_id is not None:
            return (c.alert_id,)
        if c.digest_id is None:
            return ()
        found = (await aggregates_in(driver(conn), Digest, [c.digest_id])).get(c.digest_id)
        return found.alerts if found is not None else ()

    async def compose(self, conn: AsyncConnection, c: Claimed) -> Message | None:
        """None if nothing is to be said (any more), or the person has left."""
        found = await aggregates_in(driver(conn), AlertCase, await self.alerts(conn, c))
        cases = [case for case in found.values() if not case.ended and case.under is None]
        row = (await conn.execute(_PERSON, {"user": c.person})).one_or_none()
        if not cases or (row is not None and not row.active):
            return None
        wishes = (await people.wishes(conn, [c.person], self._settings))[c.person]
        to = ""
        if row is not None and c.channel == "email":
            person = (await vault.names(conn, [row.subject_id])).get(row.subject_id)
            to = (person.mail if person else None) or ""
        lines = [await self._line(conn, case, wishes.locale) for case in sorted(cases, key=lambda x: str(x.id))]
        words, first = _WORDS[wishes.locale], lines[0]
        form = words["many"] if len(lines) > 1 else words["one" if first.account else "hidden"]
        subject = form.format(rule=first.rule, account=first.account, n=len(lines))
        return Message(c.message_id, to, " ".join(subject.split()), lines, wishes.locale, words["footer"])

    async def _line(self, conn: AsyncConnection, case: AlertCase, locale: Any) -> Line:
        account = await people.account(conn, case.account_id)
        name = "" if self._settings.hide_account_name or account is None else str(account["name"])
        where = account["crm_id"] if account is not None and account["crm_id"] else case.account_id
        link = f"{self._settings.portal_url.rstrip('/')}/accounts/{where}#alert-{case.id}"
        fact = sentence(self._book, case.title, case.facts, locale, self._settings.zone)
        return Line(name, self._book.rule(case.rule).name[locale], fact, link, case.severity)
