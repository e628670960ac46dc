"""An OpenID provider of our own for tests: discovery, keys, authorization with PKCE, tokens; real HTTP on 127.0.0.1.

It is strict where a real one is, and can be made to lie.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.certificates import Files

CLIENT, SECRET = "stellwerk-portal", "s3cret-of-the-portal"


class FakeProvider:
    """`who`: claims of the person that signs in; `wrong`: claims that replace right ones; `asked`: paths, in order."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key: Any = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
        self.keys: list[Any] = [self.key]
        self.algorithm = "RS256"
        self.who: dict[str, Any] = {"sub": "u-1", "name": "Rosalina Dieter", "groups": ["kam"]}
        self.wrong: dict[str, Any] = {}
        self.refuse = ""
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def rotate(self) -> None:
        """Sign with a new key of another kind; the old one is no longer published."""
        self.key = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
        self.keys, self.algorithm = [self.key], "ES256"

    def claims(self, **other: Any) -> dict[str, Any]:
        """What a good token says, with something else in places; None leaves a claim out."""
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, **self.who, **self.wrong, **other}
        return {k: v for k, v in said.items() if v is not None}

    def token(self, key: Any = None, algorithm: str = "", **other: Any) -> str:
        """A signed token."""
        key, algorithm = key or self.key, algorithm or self.algorithm
        header = {"alg": algorithm, "kid": key.kid, "typ": "JWT"}
        return jwt.encode(header, self.claims(**other), key, algorithms=[algorithm])

    def unsigned(self) -> str:
        """A token of the algorithm `none`."""
        return _parts({"alg": "none", "kid": self.key.kid}, self.claims()) + "."

    def by_secret(self, secret: bytes) -> str:
        """A token signed with HMAC, by a key that is no secret of the provider's."""
        signed = _parts({"alg": "HS256", "kid": self.key.kid}, self.claims())
        return f"{signed}.{_plain(hmac.digest(secret, signed.encode(), 'sha256'))}"

    async def describe(self, request: Request) -> Response:
        self.asked.append("description")
        at = self.issuer
        return JSONResponse({
            "issuer": self.wrong.get("issuer", at), "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/keys", "end_session_endpoint": f"{at}/logout",
        })  # fmt: skip

    async def publish(self, request: Request) -> Response:
        self.asked.append("keys")
        return JSONResponse({"keys": [k.as_dict(private=False) for k in self.keys]})

    async def authorize(self, request: Request) -> Response:
        """The person is signed in at once."""
        q = dict(request.query_params)
        assert q["response_type"] == "code"
        assert q["code_challenge_method"] == "S256"
        assert "openid" in q["scope"].split()
        if self.refuse:
            return RedirectResponse(f"{q['redirect_uri']}?{urlencode({'error': self.refuse, 'state': q['state']})}")
        code = f"code-{len(self._codes)}"
        self._codes[code] = q
        return RedirectResponse(f"{q['redirect_uri']}?{urlencode({'code': code, 'state': q['state']})}")

    async def redeem(self, request: Request) -> Response:
        self.asked.append("token")
        form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        q = self._codes.pop(form.get("code", ""), None)
        own = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = _plain(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        good = (
            q is not None
            and form.get("grant_type") == "authorization_code"
            and request.headers.get("authorization") == own
        )
        if q is None or not good or challenge != q["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if form.get("redirect_uri") != q["redirect_uri"] or q["client_id"] != CLIENT:
            return JSONResponse({"error": "invalid_grant"}, 400)
        said = {"nonce": q["nonce"], **{k: v for k, v in self.wrong.items() if k == "nonce"}}
        return JSONResponse({"token_type": "Bearer", "access_token": "opaque", "id_token": self.token(**said)})

    @property
    def app(self) -> Starlette:
        """The provider as an application."""
        return Starlette(routes=[
            Route("/.well-known/openid-configuration", self.describe), Route("/keys", self.publish),
            Route("/authorize", self.authorize), Route("/token", self.redeem, methods=["POST"]),
        ])  # fmt: skip


def _parts(*parts: dict[str, Any]) -> str:
    return ".".join(_plain(json.dumps(p).encode()) for p in parts)


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@asynccontextmanager
async def serving(provider: FakeProvider, files: Files | None = None) -> AsyncIterator[FakeProvider]:
    """Serves it on a free port of 127.0.0.1 and sets its issuer; with a certificate over TLS."""
    tls: dict[str, Any] = {"ssl_certfile": files.certificate, "ssl_keyfile": files.key} if files else {}
    server = uvicorn.Server(uvicorn.Config(provider.app, log_config=None, lifespan="off", **tls))
    listener = socket.create_server(("127.0.0.1", 0))  # it takes calls from now on, served or not yet
    provider.issuer = f"{'https' if files else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield provider
    finally:
        server.should_exit = True
        await task
