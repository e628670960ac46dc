"""A missing prerequisite of `make run` gets one clear sentence."""

from __future__ import annotations

import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest

from deploy.local.plan import PORTS, Plan, Refused
from tests.e2e.stack import free_ports


def plan(**environment: str) -> Plan:
    return Plan.read(environment)


def test_defaults() -> None:
    p = plan()
    assert (p.home.name, p.port, p.data, p.shift, p.kafka) == (".stellwerk", 8400, "small", "now", None)
    assert p.url == "http://127.0.0.1:8400"


def test_every_port_follows_from_the_portal_s() -> None:
    p = plan(STELLWERK_PORT="9000")
    assert [p.port_of(name) for name in PORTS] == list(range(9000, 9000 + len(PORTS)))


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("STELLWERK_PORT", "http", "STELLWERK_PORT=http is no port: give a number"),
        ("STELLWERK_PORT", "80", "STELLWERK_PORT=80 is no port"),
        ("STELLWERK_PORT", "65535", "STELLWERK_PORT=65535 is no port"),
        ("DATA", "huge", "DATA=huge is unknown: give small or full"),
        ("SHIFT", "soon", "SHIFT=soon is neither now, none nor a date"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(variable: str, value: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        plan(**{variable: value})


def test_a_taken_port_is_named_with_its_use(tmp_path: Path) -> None:
    base = free_ports()
    p = plan(STELLWERK_HOME=str(tmp_path), STELLWERK_PORT=str(base))
    p.check_ports()
    with socket.socket() as s:
        s.bind(("127.0.0.1", base + PORTS.index("postgres")))
        s.listen()
        port = base + PORTS.index("postgres")
        with pytest.raises(Refused, match=rf"Port {port} \(postgres\) is taken.*STELLWERK_PORT"):
            p.check_ports()


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match=r"file/home cannot be written \(Not a directory\): set STELLWERK_HOME"):
        plan(STELLWERK_HOME=str(tmp_path / "file" / "home")).check_home()


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 999_000_000))
    with pytest.raises(Refused, match=r"Only 999 MB are free at .* and 1 GB is needed"):
        plan(STELLWERK_HOME=str(tmp_path)).check_home()
