"""Who acts. The one seam that a sign-in replaces: pages and JSON ask `Identity` and nobody else.

Until there is a sign-in everybody is the demo user of the settings. On a local demo (STELLWERK_DEMO_SWITCH) a reader
may choose to act as a colleague, so that what needs a second person can be shown. The choice is a cookie of the browser
and proves nothing, so it must be off wherever real people work.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, unquote

from fastapi import Request
from starlette.responses import Response

from services.portal.inputs import Actor
from services.portal.models import AccountRow
from shared.errors import Invalid

COOKIE = "stellwerk_demo_user"
COLLEAGUE = ("key_account_manager",)
"""Roles of whoever is not the demo user of the settings."""
_USER = re.compile(r"[\w.@:-]{1,80}")


class Identity(Protocol):
    """Tells who sends a request."""

    def actor(self, request: Request) -> Actor:
        """Whoever acts. A sign-in raises here if nobody is signed in."""
        ...

    @property
    def switchable(self) -> bool:
        """Whether a reader may choose who they are: on a demo only."""
        ...


@dataclass(frozen=True, slots=True)
class DemoIdentity:
    """The demo user, or the colleague that this browser chose. `switchable`: whether it may choose."""

    default: Actor
    switchable: bool = False

    def actor(self, request: Request) -> Actor:
        """By the cookie; one that cannot be read is as if there were none."""
        said = request.cookies.get(COOKIE, "") if self.switchable else ""
        user, _, name = said.partition("|")
        if not _USER.fullmatch(unquote(user)) or unquote(user) == self.default.user_id:
            return self.default
        return Actor(unquote(user), COLLEAGUE, unquote(name)[:80])

    def remember(self, response: Response, user: str, rows: Sequence[AccountRow]) -> None:
        """From now on this browser acts as `user`. Raises Invalid for somebody who is not a colleague."""
        if user == self.default.user_id:
            response.delete_cookie(COOKIE)
            return
        names = colleagues(rows)
        if not self.switchable or user not in names:
            raise Invalid(fields={"user": "choose somebody of the list"})
        value = f"{quote(user, safe='')}|{quote(names[user], safe='')}"
        response.set_cookie(COOKIE, value, samesite="lax", httponly=True)


def colleagues(rows: Sequence[AccountRow]) -> dict[str, str]:
    """Active owners of accounts by user id, in the order of their names."""
    found = {r.owner_id: r.owner for r in rows if r.owner_id and r.owner and r.owner_active is not False}
    return dict(sorted(found.items(), key=lambda u: u[1].casefold()))
