"""Who acts: the company's identity provider says it, or on one machine the demo sign-in. Nobody else asks.

The demo sign-in takes everybody for the demo user of the settings. With STELLWERK_DEMO_SWITCH a reader may choose to
act as a colleague, so that what needs a second person can be shown. The choice is a cookie of the browser and proves
nothing, so the demo sign-in exists on a loopback address only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote

from fastapi import Request
from starlette.responses import Response

from services.portal.inputs import Actor
from services.portal.models import AccountRow
from services.portal.oidc import Cookies, OidcIdentity, Provider
from services.portal.oidc.provider import secure
from services.portal.oidc.signin import Claims
from services.portal.settings import PortalSettings
from shared.clock import Clock
from shared.edge.access import ROLES, loopback
from shared.errors import Invalid

COOKIE = "stellwerk_demo_user"
COLLEAGUE = ("key_account_manager",)
"""Roles of whoever is not the demo user of the settings."""
_USER = re.compile(r"[\w.@:-]{1,80}")


class Identity(Protocol):
    """Tells who sends a request."""

    async def identify(self, request: Request) -> Actor:
        """Whoever acts. Raises NotSignedIn if that is not known."""
        ...

    async def close(self) -> None:
        """Ends what connections there are."""
        ...

    @property
    def demo(self) -> bool:
        """Whether nobody had to prove anything."""
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
    demo: bool = True

    async def identify(self, request: Request) -> Actor:
        """By the cookie; one that cannot be read is as if there were none."""
        said = request.cookies.get(COOKIE, "") if self.switchable else ""
        user, _, name = said.partition("|")
        if not _USER.fullmatch(unquote(user)) or unquote(user) == self.default.user_id:
            return self.default
        return Actor(unquote(user), COLLEAGUE, unquote(name)[:80])

    async def close(self) -> None:
        """There are none."""

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


def identity_of(config: PortalSettings, clock: Clock) -> Identity:
    """As the settings say. Raises Invalid, with what to set, for a sign-in that would let anybody in."""
    if not config.oidc_issuer:
        if not loopback(config.http_host):
            raise Invalid(
                f"the demo sign-in lets whoever reaches {config.http_host} act as anybody: set STELLWERK_OIDC_ISSUER, "
                "or bind to 127.0.0.1",
                slug="demo-not-on-loopback",
            )
        return DemoIdentity(Actor(config.demo_user, listed(config.demo_roles)), config.demo_switch)
    missing = [n for n in ("oidc_client_id", "identity_key", "public_url") if not getattr(config, n)]
    if missing:
        wanted = ", ".join(f"STELLWERK_{n.upper()}" for n in missing)
        raise Invalid(f"a sign-in needs {wanted} too", slug="sign-in-incomplete")
    granted = {role for roles in config.oidc_group_roles.values() for role in roles}
    strange = sorted(r for r in granted if r not in ROLES or ROLES[r].internal)
    if strange:
        known = ", ".join(r for r, role in ROLES.items() if not role.internal)
        raise Invalid(
            f"STELLWERK_OIDC_GROUP_ROLES gives roles that do not exist: {', '.join(strange)}; there are {known}",
            slug="role-unknown",
        )
    secure(config.oidc_issuer, "STELLWERK_OIDC_ISSUER")
    secure(config.public_url, "STELLWERK_PUBLIC_URL")
    return OidcIdentity(
        Provider(config.oidc_issuer, config.oidc_ca_file),
        Cookies(Path(config.identity_key).read_bytes(), clock, https=config.public_url.startswith("https:")),
        Claims(config.oidc_user_claim, config.oidc_groups_claim, config.oidc_group_roles),
        client_id=config.oidc_client_id,
        secret=config.oidc_client_secret.get_secret_value(),
        audience=config.oidc_audience or config.oidc_client_id,
        public_url=config.public_url,
        scopes=config.oidc_scopes,
        seconds=config.session_hours * 3600,
    )


def listed(text: str) -> tuple[str, ...]:
    """A comma-separated setting."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
