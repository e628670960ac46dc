"""The sign-in itself: to the provider and back (authorization code with PKCE), bearer tokens of programs, roles."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from services.portal.inputs import Actor
from services.portal.oidc.cookies import ON_THE_WAY, Cookies
from services.portal.oidc.provider import Provider
from shared.edge.access import Forbidden, NotSignedIn
from shared.errors import StellwerkError

_USER = re.compile(r"[\w.@:|-]{1,120}")
BACK = "/sign-in/callback"


class SignInRefused(StellwerkError):
    """A sign-in that cannot be finished: begun elsewhere, over, tampered with, or ended at the provider."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Where the provider writes what we need: the employee's user id, and the groups that give roles."""

    user: str
    groups: str
    roles_of: Mapping[str, Collection[str]]

    def actor(self, said: Mapping[str, Any]) -> Actor:
        """Who a token speaks for. Raises NotSignedIn without a user id, Forbidden without a role."""
        user = _at(said, self.user)
        if not isinstance(user, str) or not _USER.fullmatch(user):
            raise NotSignedIn(f"the token has no user id in its claim {self.user!r}", slug="no-user-id")
        groups = _at(said, self.groups)
        held = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        roles = dict.fromkeys(r for g in held if isinstance(g, str) for r in self.roles_of.get(g, ()))
        if not roles:
            raise Forbidden("none of your groups gives a role here; ask who runs this platform", slug="no-role")
        name = said.get("name") or said.get("preferred_username") or ""
        return Actor(user, tuple(roles), str(name)[:80])


class OidcIdentity:
    """`Identity` by the company's provider. `audience`: for whom bearer tokens must be issued."""

    switchable = False
    demo = False

    def __init__(
        self, provider: Provider, cookies: Cookies, claims: Claims, *, client_id: str, secret: str, audience: str,
        public_url: str, scopes: str, seconds: int,
    ) -> None:  # fmt: skip
        self.provider, self._cookies, self._claims = provider, cookies, claims
        self._client, self._secret, self._audience = client_id, secret, audience
        self._url, self._scopes, self._seconds = public_url.rstrip("/"), scopes, seconds

    async def close(self) -> None:
        """Ends the connections to the provider."""
        await self.provider.close()

    async def identify(self, request: Request) -> Actor:
        """By the bearer token (only for /api), else by the session. Raises NotSignedIn."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and request.url.path.startswith("/api/"):
            return self._claims.actor(await self.provider.verify(token.strip(), self._audience))
        said = self._cookies.get(request, "session")
        if said is None:
            raise NotSignedIn("sign in first")
        return Actor(said["user"], tuple(said["roles"]), said["name"])

    async def begin(self, back: str) -> Response:
        """To the provider; `back`: the page to return to, which the caller has checked to be ours."""
        where = (await self.provider.description())["authorization_endpoint"]
        kept = {"state": token_urlsafe(24), "nonce": token_urlsafe(24), "verifier": token_urlsafe(48), "back": back}
        asked = {
            "response_type": "code", "client_id": self._client, "redirect_uri": self._url + BACK,
            "scope": self._scopes, "state": kept["state"], "nonce": kept["nonce"],
            "code_challenge": _challenge(kept["verifier"]), "code_challenge_method": "S256",
        }  # fmt: skip
        response = RedirectResponse(f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", 303)
        self._cookies.put(response, "sign-in", kept, ON_THE_WAY)
        return response

    async def finish(self, request: Request) -> Response:
        """Back from the provider: the session begins. Raises SignInRefused, NotSignedIn, Forbidden."""
        query, kept = request.query_params, self._cookies.get(request, "sign-in")
        if kept is None or not hmac.compare_digest(query.get("state", "").encode(), kept["state"].encode()):
            raise SignInRefused("this sign-in was not begun here, or too long ago: begin again", slug="state-refused")
        if query.get("iss", self.provider.issuer) != self.provider.issuer:
            raise SignInRefused("the answer is from another identity provider", slug="issuer-refused")
        if "code" not in query:
            why = re.sub(r"[^\w ]", "", query.get("error", ""))[:60] or "no code"
            raise SignInRefused(f"the identity provider ended the sign-in: {why}", slug="provider-refused")
        form = {
            "grant_type": "authorization_code", "code": query["code"], "redirect_uri": self._url + BACK,
            "code_verifier": kept["verifier"],
        }  # fmt: skip
        told = await self.provider.redeem(form, self._client, self._secret)
        said = await self.provider.verify(str(told.get("id_token", "")), self._client, kept["nonce"])
        actor = self._claims.actor(said)
        response = RedirectResponse(kept["back"], 303)
        session = {"user": actor.user_id, "roles": actor.roles, "name": actor.name}
        self._cookies.put(response, "session", session, self._seconds)
        self._cookies.drop(response, "sign-in")
        return response

    def forget(self, response: Response) -> None:
        """The session ends in this browser."""
        self._cookies.drop(response, "session")

    async def end(self) -> str:
        """Where the session at the provider ends; empty: it has no such page."""
        where = (await self.provider.description()).get("end_session_endpoint")
        asked = {"client_id": self._client, "post_logout_redirect_uri": f"{self._url}/signed-out"}
        return f"{where}?{urlencode(asked)}" if where else ""


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _at(said: Mapping[str, Any], path: str) -> Any:
    """A claim; one with dots may be a name (a URL) or lead inwards: `realm_access.roles`."""
    if path in said:
        return said[path]
    found: Any = said
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
