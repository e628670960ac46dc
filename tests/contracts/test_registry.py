"""One class for each public type and version: a second one would decode the first one's messages."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts.base import PublicEvent


def declare(name: str, type_: str, schema: int) -> type[PublicEvent]:
    values: dict[str, Any] = {"TYPE": type_, "SCHEMA": schema, "CHANNEL": "kam.crm.v1", "__module__": __name__}
    return type(name, (PublicEvent,), values)


def test_a_taken_type_is_refused_and_the_first_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PublicEvent, "registry", dict(PublicEvent.registry))
    first = declare("First", "PlantedType", 1)
    assert PublicEvent.registry["PlantedType", 1] is first
    declare("Next", "PlantedType", 2)
    with pytest.raises(TypeError, match=r"PlantedType version 1 of .*Second is taken by .*First"):
        declare("Second", "PlantedType", 1)
    assert PublicEvent.registry["PlantedType", 1] is first
