"""Names beside ids: our employees by user id, the customer's persons by pseudonym. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.portal.inputs import Actor
from services.portal.models import Account, AccountRow, Stakeholder

_OPAQUE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GONE = ("Departed", "Dismissed", "Anonymised")


@dataclass(frozen=True, slots=True)
class People:
    """Everybody a page may name. An id that tells nothing is shown as `unknown`: not known or erased."""

    users: Mapping[str, str] = field(default_factory=dict)
    persons: Mapping[str, str] = field(default_factory=dict)
    present: tuple[Stakeholder, ...] = ()  # of the customer, who may be invited
    unknown: str = ""  # the words for somebody without a name

    @classmethod
    def of(
        cls, account: Account | None, rows: Iterable[AccountRow] = (), actor: Actor | None = None, unknown: str = ""
    ) -> People:
        """From the account's team and people, the owners of other accounts, and who acts."""
        users = {actor.user_id: actor.shown} if actor else {}
        users |= {r.owner_id: r.owner for r in rows if r.owner_id and r.owner and r.owner_active is not False}
        if account is None:
            return cls(users, unknown=unknown)
        for theme in account.team:
            pairs = ((theme.user_id, theme.name), (theme.deputy_id, theme.deputy))
            users |= {user: name for user, name in pairs if user and name}
        persons = {s.subject_id: s.name for s in account.stakeholders if s.name}
        present = tuple(s for s in account.stakeholders if s.status not in _GONE)
        return cls(users, persons, present, unknown)

    def name(self, ident: str | None) -> str:
        """Who that is; an id that nobody has a name for stays readable."""
        if not ident:
            return ""
        ident = ident.removeprefix("user:")  # an actor is told with what kind it is
        found = self.users.get(ident) or self.persons.get(ident)
        return found or (self.unknown if self.unknown and _OPAQUE.fullmatch(ident) else ident)

    def known(self, ident: str | None) -> bool:
        """Whether there is a name."""
        return bool(ident) and (ident in self.users or ident in self.persons)
