"""What every role begins with shows how many connections are in use."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from shared import version
from shared.roles import database
from shared.settings import ServiceSettings


def connections(state: str) -> float:
    return REGISTRY.get_sample_value("stellwerk_pool_connections", {"state": state}) or 0


async def test_connections_are_counted_by_what_they_do(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def newest(*_: object) -> None: ...

    monkeypatch.setattr(version, "check", newest)
    async with database(ServiceSettings(database=dsn), Path("none"), 2) as engine:
        assert [connections(s) for s in ("in_use", "idle", "limit")] == [0, 0, 5]
        async with engine.connect(), engine.connect(), engine.connect():
            assert [connections(s) for s in ("in_use", "idle")] == [3, 0]
        assert [connections(s) for s in ("in_use", "idle")] == [0, 2]
