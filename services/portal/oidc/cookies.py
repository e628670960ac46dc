"""What the browser keeps for us, encrypted: the session, and a sign-in on its way.

There is no store of sessions: a replica more or a restart changes nothing. A cookie that was touched, is for another
purpose, or is over counts as none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import orjson
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import Request
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.responses import Response

from shared.clock import Clock

Purpose = Literal["session", "sign-in"]
ON_THE_WAY = 600  # seconds that somebody may take at the provider's pages
LONGEST = 4_000  # bytes of a cookie that every browser keeps
_ALGORITHMS = ["dir", "A256GCM"]


class Cookies:
    """`secret`: what only the portal's replicas know; `https`: whether browsers reach the portal that way."""

    def __init__(self, secret: bytes, clock: Clock, *, https: bool) -> None:
        self._clock = clock
        self._keys = {p: _derived(secret, p) for p in ("session", "sign-in")}
        self._https = https

    def name(self, purpose: Purpose) -> str:
        """With https the browser itself sees to it that no other host and no plain http sets it."""
        return f"{'__Host-' if self._https else ''}stellwerk_{purpose.replace('-', '_')}"

    def put(self, response: Response, purpose: Purpose, said: Mapping[str, Any], seconds: int) -> None:
        """Keep `said` for so long. Raises ValueError for more than a cookie holds."""
        body = orjson.dumps({**said, "until": int(self._clock.now().timestamp()) + seconds})
        value = jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, body, self._keys[purpose], algorithms=_ALGORITHMS)
        if len(value) > LONGEST:
            raise ValueError(f"{len(value)} bytes do not fit into a cookie")
        response.set_cookie(
            self.name(purpose), value, max_age=seconds, path="/", secure=self._https, httponly=True, samesite="lax"
        )

    def get(self, request: Request, purpose: Purpose) -> dict[str, Any] | None:
        """What was kept; None: nothing, or nothing that counts."""
        value = request.cookies.get(self.name(purpose), "")
        try:
            body = jwe.decrypt_compact(value, self._keys[purpose], algorithms=_ALGORITHMS).plaintext
            said: dict[str, Any] = orjson.loads(body or b"")
        except (JoseError, ValueError, KeyError, TypeError):
            return None
        return said if said.get("until", 0) > self._clock.now().timestamp() else None

    def drop(self, response: Response, purpose: Purpose) -> None:
        """Forget it."""
        response.delete_cookie(self.name(purpose), path="/", secure=self._https, httponly=True, samesite="lax")


def _derived(secret: bytes, purpose: str) -> OctKey:
    key = HKDF(SHA256(), 32, salt=None, info=f"stellwerk cookie {purpose}".encode()).derive(secret)
    return OctKey.import_key(key)
