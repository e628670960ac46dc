"""The identity provider: where it is, its keys, and whether a token is really from it.

Nothing is asked of it for a token but its keys, and these are remembered. A key that is not known yet makes us look
again (it was rotated), at most every few seconds, so that invented key names do not become a flood of questions.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from services.portal.clients import ServiceDown
from shared.edge.access import NotSignedIn, loopback
from shared.errors import Broken, Invalid

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "Ed25519", "EdDSA")
"""Asymmetric ones only: no `none`, and no HMAC, whose key would be our own secret."""
LEEWAY = 30  # seconds that our clock and the provider's may differ
DEADLINE = 5.0  # seconds for an answer of the provider
KEPT = 3_600.0  # seconds for which its description and keys are taken as they are
AGAIN = 5.0  # seconds between two looks for a key that is not known
LONGEST = 16 * 1024  # characters of a token


class Provider:
    """One issuer. `ca_file`: the only CA that it is believed with (PEM); empty: the public ones. Raises ServiceDown
    while it does not answer, Broken for answers that are none, and Invalid for a file that holds no certificate."""

    service = "sign-in"

    def __init__(self, issuer: str, ca_file: str = "") -> None:
        self.issuer = issuer
        self._http = httpx.AsyncClient(timeout=DEADLINE, verify=_trusting(ca_file) or True, trust_env=False)
        self._description: tuple[float, Mapping[str, Any]] = (0.0, {})
        self._keys: tuple[float, KeySet | None] = (0.0, None)
        self._lock = asyncio.Lock()

    async def close(self) -> None:
        """Ends the connections."""
        await self._http.aclose()

    async def description(self) -> Mapping[str, Any]:
        """Its endpoints (OpenID Connect Discovery). Raises Broken if it speaks for somebody else."""
        read, found = self._description
        if found and time.monotonic() - read < KEPT:
            return found
        found = await self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise Broken(f"the provider at {self.issuer} calls itself {found.get('issuer')!r}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            secure(str(found.get(name)), f"the provider's {name}")
        self._description = time.monotonic(), found
        return found

    async def redeem(self, form: Mapping[str, str], client_id: str, secret: str) -> Mapping[str, Any]:
        """The answer of the token endpoint. Raises NotSignedIn if it does not take the code."""
        description = await self.description()
        ways = description.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        data, auth = {**form, "client_id": client_id}, None
        if secret and "client_secret_basic" in ways:
            auth = httpx.BasicAuth(client_id, secret)
        elif secret:
            data["client_secret"] = secret
        try:
            answer = await self._http.post(
                description["token_endpoint"], data=data, auth=auth or httpx.USE_CLIENT_DEFAULT
            )
            body = answer.json()
        except httpx.HTTPError as e:
            raise ServiceDown(self.service, f"the identity provider does not answer: {e!r}") from e
        except ValueError as e:
            raise Broken("the identity provider's token endpoint did not answer with JSON") from e
        if answer.status_code >= 500:
            raise ServiceDown(self.service, f"the identity provider answers with {answer.status_code}")
        if answer.status_code != 200 or not isinstance(body, dict):
            raise NotSignedIn("the identity provider did not take the code of this sign-in", slug="code-refused")
        return body

    async def verify(self, token: str, audience: str, nonce: str = "") -> Mapping[str, Any]:
        """The claims of a token that is from this provider, for us, and valid now. Raises NotSignedIn."""
        try:
            if len(token) > LONGEST:
                raise ValueError("too long")
            head = extract_compact(token.encode()).headers()
            if head.get("alg") not in ALGORITHMS:
                raise ValueError("algorithm not allowed")
            key = await self._key(head.get("kid"))
            said = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
            rules = jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": audience},
                sub={"essential": True},
                exp={"essential": True},
                nonce={"essential": bool(nonce), "value": nonce} if nonce else {},
            )
            rules.validate(said)
            if (
                isinstance(said["aud"], list)
                and len(said["aud"]) > 1
                and said.get("azp", audience) != audience
                and nonce
            ):
                raise ValueError("issued to somebody else")
        except (JoseError, ValueError, KeyError, TypeError) as e:
            why = "this token is not accepted: it is not from the sign-in of this site, not for it, or not valid now"
            raise NotSignedIn(why, slug="token-refused") from e
        return said

    async def _key(self, kid: str | None) -> Any:
        """The key of that name. Raises ValueError if the provider has none."""
        async with self._lock:
            read, keys = self._keys
            age = time.monotonic() - read
            if keys is None or age > KEPT or (age > AGAIN and not _named(keys, kid)):
                keys = KeySet.import_key_set(await self._get((await self.description())["jwks_uri"]))  # type: ignore[arg-type]
                self._keys = time.monotonic(), keys
        found = _named(keys, kid)
        if len(found) != 1:
            raise ValueError("no such key")
        return found[0]

    async def _get(self, address: str) -> dict[str, Any]:
        try:
            answer = await self._http.get(address)
            answer.raise_for_status()
            body = answer.json()
        except httpx.HTTPError as e:
            raise ServiceDown(self.service, f"the identity provider does not answer: {e!r}") from e
        except ValueError as e:
            raise Broken(f"{address} did not answer with JSON") from e
        if not isinstance(body, dict):
            raise Broken(f"{address} did not answer with a JSON object")
        return body


def _named(keys: KeySet, kid: str | None) -> list[Any]:
    """The signature keys with this name; a token that names none fits a provider with one key."""
    signing = [k for k in keys.keys if k.get("use") in (None, "sig")]
    return signing if kid is None else [k for k in signing if k.kid == kid]


def secure(address: str, what: str) -> str:
    """The address, if it is https, or http on this machine. Raises Broken: tokens would travel in the open."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and loopback(parts.hostname or "")):
        return address
    raise Broken(f"{what} is {address!r}: it must begin with https://")


def _trusting(ca_file: str) -> ssl.SSLContext | None:
    """TLS that believes one CA; None: no file is given. Raises Invalid."""
    try:
        return ssl.create_default_context(cafile=ca_file) if ca_file else None
    except OSError as e:  # a broken certificate is one, too
        raise Invalid(
            f"STELLWERK_OIDC_CA_FILE, {ca_file}, cannot be read: {e.strerror or e}; name the PEM file of a CA",
            slug="ca-file-unreadable",
        ) from e
