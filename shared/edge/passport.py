"""The caller's identity on its way between processes: a short-lived JWT that the portal signs and services verify.

Public keys come from a file (JWK set), so a service asks nobody. Several keys may stand in it: a new one is added
before the portal signs with it, the old one is taken out when nothing signed with it can be valid any more.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.clock import Clock, SystemClock
from shared.edge.access import ANYBODY, Caller, NotSignedIn, known
from shared.errors import Invalid

ISSUER, AUDIENCE, ALGORITHM = "stellwerk-portal", "stellwerk-services", "Ed25519"
LIFE = 60  # seconds a passport is valid: as long as a slow page may ask
LEEWAY = 10  # seconds that clocks of two machines may differ
MOST = 1_000  # accounts that a passport names; it travels with each call
HEADER = "authorization"
KEPT = 256  # verified passports that need not be verified again

_caller: ContextVar[Caller] = ContextVar("caller", default=ANYBODY)


def caller() -> Caller:
    """Who makes the call that is being answered."""
    return _caller.get()


@contextmanager
def acting(who: Caller) -> Iterator[None]:
    """Within it `caller()` is `who`."""
    token = _caller.set(who)
    try:
        yield
    finally:
        _caller.reset(token)


class Signer:
    """The portal's half. Raises Invalid for a file that holds no private key; the first private key signs."""

    def __init__(self, file: Path, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        key = next((k for k in _keys(file) if k.is_private and isinstance(k, OKPKey)), None)
        if key is None:
            raise Invalid(f"{file} holds no private Ed25519 key")
        self._key = key

    def sign(self, who: Caller) -> str:
        """A passport for the next minute. Raises Invalid for somebody whose accounts do not fit in."""
        if who.accounts is not None and len(who.accounts) > MOST:
            raise Invalid(
                f"{who.user_id} has {len(who.accounts)} accounts by their teams and at most {MOST} can be named: give "
                "them a role that sees all accounts",
                slug="scope-too-large",
            )
        at = int(self._clock.now().timestamp())
        said = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": who.user_id, "iat": at, "exp": at + LIFE,
            "roles": list(who.roles), "council": who.works_council, "scope": _packed(who),
        }  # fmt: skip
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid}, said, self._key, algorithms=[ALGORITHM])


class Keys:
    """The services' half: public keys of a file."""

    def __init__(self, file: Path, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._set = KeySet(_keys(file))
        self._rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            exp={"essential": True},
        )
        self._seen: dict[str, tuple[float, Caller]] = {}

    def identify(self, header: str | None) -> Caller:
        """Who the value of the header speaks for. Raises NotSignedIn, without a word about why."""
        scheme, _, token = (header or "").partition(" ")
        until, who = self._seen.get(token, (0.0, ANYBODY))
        if until > self._clock.now().timestamp():
            return who
        try:
            if scheme != "Bearer":
                raise ValueError("no bearer")
            said = jwt.decode(token, self._set, algorithms=[ALGORITHM]).claims
            self._rules.validate(said)
            who = Caller(str(said["sub"]), known(said["roles"]), _unpacked(said["scope"]), bool(said["council"]))
        except (JoseError, ValueError, KeyError, TypeError) as e:
            raise NotSignedIn("the call does not carry a passport that can be believed") from e
        if len(self._seen) >= KEPT:
            self._seen.clear()
        self._seen[token] = float(said["exp"]), who
        return who


def make(private: Path, public: Path) -> None:
    """A fresh key pair as two JWK sets; the private one is its owner's alone. Raises Invalid if one is there."""
    if private.exists() or public.exists():
        raise Invalid(f"{private} or {public} is there already: move it away first, or name other files")
    key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    private.touch(mode=0o600)
    private.write_bytes(orjson.dumps({"keys": [key.as_dict(private=True)]}))
    public.write_bytes(orjson.dumps({"keys": [key.as_dict(private=False)]}))


def _keys(file: Path) -> list[Any]:
    try:
        found = KeySet.import_key_set(orjson.loads(file.read_bytes())).keys
    except (OSError, ValueError, KeyError, TypeError, JoseError) as e:
        raise Invalid(f"{file} is no set of keys (JSON Web Key Set): {e}") from e
    return list(found)


def _packed(who: Caller) -> str:
    """16 bytes of each account, as base64: a hundred accounts are two kilobytes. `*`: all."""
    if who.accounts is None:
        return "*"
    return urlsafe_b64encode(b"".join(a.bytes for a in sorted(who.accounts))).decode()


def _unpacked(scope: str) -> frozenset[UUID] | None:
    if scope == "*":
        return None
    raw = urlsafe_b64decode(scope)
    return frozenset(UUID(bytes=raw[n : n + 16]) for n in range(0, len(raw), 16))
