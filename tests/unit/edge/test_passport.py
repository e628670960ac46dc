"""Passports: what is signed comes out, anything else is refused without a word about why."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey

from shared.edge import passport
from shared.edge.access import Caller, NotSignedIn
from shared.edge.passport import AUDIENCE, ISSUER, LIFE, Keys, Signer
from shared.errors import Invalid

WHO = Caller("u-1", ("key_account_manager",), frozenset(UUID(int=n) for n in range(1, 30)))
ALL = Caller("u-2", ("head_of_kam",), None, works_council=False)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    private, public = tmp_path / "private.json", tmp_path / "public.json"
    passport.make(private, public)
    return private, public


@pytest.mark.parametrize("who", [WHO, ALL, Caller("u-3", ("platform_operator",))])
def test_what_is_signed_comes_out(files: tuple[Path, Path], who: Caller) -> None:
    private, public = files
    keys, token = Keys(public), Signer(private).sign(who)
    assert keys.identify(f"Bearer {token}") == who
    assert keys.identify(f"Bearer {token}") == who, "remembered"
    assert private.stat().st_mode & 0o077 == 0
    assert "d" not in json.loads(public.read_text())["keys"][0]


def claims(**other: object) -> dict[str, object]:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u", "exp": now + LIFE, "roles": ["head_of_kam"], "scope": "*"}
    return {**said, "council": True, **other}


def signed(private: Path, **other: object) -> str:
    key = OKPKey.import_key(json.loads(private.read_text())["keys"][0])
    said = {k: v for k, v in claims(**other).items() if v is not None}
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, said, key, algorithms=["Ed25519"])


@pytest.mark.parametrize(
    "other",
    [
        {"iss": "somebody"}, {"aud": "somebody"}, {"exp": int(time.time()) - 60}, {"exp": None}, {"sub": None},
        {"nbf": int(time.time()) + 86_400}, {"roles": None}, {"scope": None}, {"scope": "AAAA"}, {"council": None},
    ],
)  # fmt: skip
def test_wrong_claims_are_refused(files: tuple[Path, Path], other: dict[str, object]) -> None:
    private, public = files
    assert Keys(public).identify(f"Bearer {signed(private)}").user_id == "u"
    with pytest.raises(NotSignedIn):
        Keys(public).identify(f"Bearer {signed(private, **other)}")


def test_other_algorithms_and_keys_are_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    private, public = files
    keys = Keys(public)
    kid = json.loads(public.read_text())["keys"][0]["kid"]
    bare = [base64.urlsafe_b64encode(json.dumps(x).encode()).rstrip(b"=").decode() for x in ({"alg": "none"}, claims())]
    stranger, other = tmp_path / "s.json", tmp_path / "o.json"
    passport.make(stranger, other)
    as_secret = OctKey.import_key(public.read_bytes())
    forged = [
        ".".join((*bare, "")),
        jwt.encode({"alg": "HS256", "kid": kid}, claims(), as_secret, algorithms=["HS256"]),
        jwt.encode({"alg": "RS256", "kid": kid}, claims(), RSAKey.generate_key(2048), algorithms=["RS256"]),
        Signer(stranger).sign(ALL),
        Signer(private).sign(ALL)[:-4] + "AAAA",
        "",
        "nonsense",
    ]
    for token in forged:
        with pytest.raises(NotSignedIn):
            keys.identify(f"Bearer {token}")
    for header in (None, "", f"Basic {Signer(private).sign(ALL)}"):
        with pytest.raises(NotSignedIn):
            keys.identify(header)


def test_a_key_can_be_changed_without_a_gap(files: tuple[Path, Path], tmp_path: Path) -> None:
    old, old_public = files
    new, new_public = tmp_path / "n.json", tmp_path / "np.json"
    passport.make(new, new_public)
    both = [json.loads(f.read_text())["keys"][0] for f in (old_public, new_public)]
    old_public.write_text(json.dumps({"keys": both}))
    keys = Keys(old_public)
    for private in (old, new):
        assert keys.identify(f"Bearer {Signer(private).sign(ALL)}") == ALL
    with pytest.raises(NotSignedIn):
        Keys(new_public).identify(f"Bearer {Signer(old).sign(ALL)}")


def test_files_without_keys_are_named(files: tuple[Path, Path], tmp_path: Path) -> None:
    _, public = files
    with pytest.raises(Invalid, match="no private Ed25519 key"):
        Signer(public)
    for text in ("", "{}", "[]", "hello"):
        (tmp_path / "bad").write_text(text)
        with pytest.raises(Invalid, match="no set of keys"):
            Keys(tmp_path / "bad")
    with pytest.raises(Invalid, match="no set of keys"):
        Keys(tmp_path / "missing")


def test_a_scope_that_does_not_fit_is_refused_with_what_to_do(files: tuple[Path, Path]) -> None:
    many = frozenset(UUID(int=n) for n in range(passport.MOST + 1))
    with pytest.raises(Invalid, match="a role that sees all"):
        Signer(files[0]).sign(Caller("u", ("team_member",), many))
