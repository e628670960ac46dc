"""Queries about our people: to whom an alert can be delegated, and whom no channel reaches."""

from __future__ import annotations

from typing import Any

import grpc.aio

from services.notifications.api.base import Base
from services.notifications.api.parse import Fields
from services.notifications.policy.address import mail_address
from services.notifications.reads import people
from services.notifications.settings import Settings
from shared import ids
from shared import people as vault
from shared.contracts.people import Person
from shared.protos import notifications_pb2 as pb

Context = grpc.aio.ServicerContext[Any, Any]


def has_mail(known: Person | None, settings: Settings) -> bool:
    """Whether we know where somebody's mail goes."""
    return known is not None and bool(mail_address(known.mail, known.name, settings.mail_domain))


class PeopleQueries(Base):
    """Mixed into `Queries`."""

    async def ListColleagues(self, r: pb.ListColleaguesRequest, _: Context) -> pb.ListColleaguesResponse:
        f = Fields()
        account = self.account(f, r)
        f.done()
        async with self.snapshot() as conn:
            team = await people.team(conn, account, "", self._clock.now(), self._settings)
            roles: dict[str, list[str]] = {}
            for prefix, holders in (("", team.owners), ("deputy:", team.deputies)):
                for theme, person in sorted(holders.items()):
                    roles.setdefault(person, []).append(prefix + theme)
            for head in team.heads or ([m] if (m := team.managers.get(team.owners.get("COMMERCIAL", ""))) else []):
                roles.setdefault(head, []).append("head_of_kam")
            subjects = {p: ids.subject_id(self._settings.crm_system, "user", p) for p in roles}
            known = await vault.names(conn, subjects.values())
        return pb.ListColleaguesResponse(
            colleagues=[
                pb.Colleague(
                    user_id=p, name=found.name or "" if (found := known.get(subjects[p])) else "", roles=mine,
                    away=p in team.away,
                )
                for p, mine in roles.items() if p not in team.inactive
            ]
        )  # fmt: skip

    async def ListUnreachable(self, r: pb.ListUnreachableRequest, _: Context) -> pb.ListUnreachableResponse:
        if not self._settings.configured:
            return pb.ListUnreachableResponse()  # nobody is reached but by the inbox, and that is as it was wanted
        async with self.snapshot() as conn:
            members = await people.members(conn)
            wishes = await people.wishes(conn, members, self._settings)
            revoked = await people.revoked(conn, members)
            subjects = {p: ids.subject_id(self._settings.crm_system, "user", p) for p in members}
            known = await vault.names(conn, subjects.values())
        found = []
        for person, accounts in members.items():
            words, channels = known.get(subjects[person]), set(wishes[person].channels) - {"in_app"}
            if channels - {"email"} or ("email" in channels and has_mail(words, self._settings)):
                continue
            why = "no_mail" if "email" in channels else "revoked" if revoked[person] else "inbox_only"
            name = (words.name if words is not None else None) or ""
            found.append(pb.Unreachable(user_id=person, name=name, why=why, accounts=accounts))
        return pb.ListUnreachableResponse(people=found)
