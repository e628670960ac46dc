"""The library that comes with the portal is the one of its package, unchanged, and its licence lies beside it."""

from __future__ import annotations

import hashlib

import pytest

from services.portal.render import STATIC

VENDOR = STATIC / "vendor"
HASHES = {
    "uplot.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uplot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
}
"""Of dist/ in uplot 1.6.32."""


@pytest.mark.parametrize("name", HASHES)
def test_it_is_unchanged(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == HASHES[name]


def test_it_needs_no_evaluation_and_loads_nothing() -> None:
    text = (VENDOR / "uplot.min.js").read_text()
    assert not [word for word in ("eval(", "new Function", "import(", "XMLHttpRequest", "fetch(") if word in text]
    assert "url(" not in (VENDOR / "uplot.min.css").read_text()


def test_its_licence_is_named() -> None:
    assert "The MIT License" in (VENDOR / "LICENSE.uplot.txt").read_text()
    assert {p.name for p in VENDOR.iterdir()} == {*HASHES, "LICENSE.uplot.txt"}
