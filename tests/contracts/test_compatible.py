"""Contracts only grow by optional fields: `breaking` sees every other change; no released schema is broken."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Literal

import pytest
from pydantic import BaseModel, create_model

from shared.contracts import schemas
from shared.contracts.compatible import breaking


class Line(BaseModel):
    product: str
    seats: int = 1


class Signed(BaseModel):
    """The old contract in these tests."""

    account: str
    kind: Literal["new", "renewal"]
    amount: int | None = None
    currency: str = "USD"
    lines: tuple[Line, ...] = ()
    first: Line | None = None


OLD = Signed.model_json_schema()


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    schema = copy.deepcopy(OLD)
    change(schema)
    return schema


def with_fields(**fields: Any) -> dict[str, Any]:
    return create_model("Signed", __base__=Signed, **fields).model_json_schema()


def test_no_change_breaks_nothing() -> None:
    assert breaking(OLD, copy.deepcopy(OLD)) == []


def test_an_added_optional_field_breaks_nothing() -> None:
    assert breaking(OLD, with_fields(note=(str | None, None))) == []


def test_an_added_optional_field_in_a_nested_model_breaks_nothing() -> None:
    assert breaking(OLD, changed(lambda s: s["$defs"]["Line"]["properties"].update(note={"type": "string"}))) == []


def test_texts_and_the_order_of_alternatives_break_nothing() -> None:
    def reorder(schema: dict[str, Any]) -> None:
        schema["description"] = "Better words."
        schema["properties"]["amount"]["anyOf"].reverse()
        schema["properties"]["kind"]["enum"].reverse()
        schema["required"].reverse()

    assert breaking(OLD, changed(reorder)) == []


def test_a_renamed_nested_model_breaks_nothing() -> None:
    def rename(schema: dict[str, Any]) -> None:
        schema["$defs"]["Item"] = schema["$defs"].pop("Line")
        schema["properties"]["lines"]["items"]["$ref"] = "#/$defs/Item"
        schema["properties"]["first"]["anyOf"][0]["$ref"] = "#/$defs/Item"

    assert breaking(OLD, changed(rename)) == []


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (with_fields(note=(str, ...)), "$.note: became required"),
        (with_fields(amount=(int | None, ...)), "$.amount: became required"),
        (with_fields(account=(str, "?")), "$.account: became optional"),
        (with_fields(amount=(str | None, None)), "$.amount.anyOf: no alternative like"),
        (with_fields(amount=(int | str | None, None)), "$.amount.anyOf: new alternative"),
        (with_fields(currency=(str, "EUR")), "$.currency: default"),
        (with_fields(kind=(Literal["new", "renewal", "upsell"], ...)), "$.kind: enum"),
        (with_fields(kind=(Literal["new"], ...)), "$.kind: "),
        (with_fields(account=(int, ...)), "$.account: type"),
        (changed(lambda s: s["properties"].pop("currency")), "$.currency: removed"),
        (changed(lambda s: s["properties"]["account"].update(maxLength=5)), "$.account: maxLength"),
        (changed(lambda s: s["properties"]["account"].update(format="uuid")), "$.account: format"),
        (changed(lambda s: s.update(additionalProperties=False)), "$: additionalProperties"),
        (changed(lambda s: s["$defs"]["Line"]["properties"].pop("seats")), "$.lines[].seats: removed"),
        (changed(lambda s: s["$defs"]["Line"]["required"].append("seats")), "$.lines[].seats: became required"),
        (changed(lambda s: s["properties"]["lines"].update(minItems=1)), "$.lines: minItems"),
    ],
)
def test_every_other_change_is_seen(new: dict[str, Any], says: str) -> None:
    assert any(line.startswith(says) for line in breaking(OLD, new)), breaking(OLD, new)


def test_recursive_models_are_compared_to_the_end() -> None:
    def tree(leaf: str) -> dict[str, Any]:
        node = {"properties": {"below": {"$ref": "#/$defs/Node"}, "name": {"type": leaf}}, "type": "object"}
        return {"$ref": "#/$defs/Node", "$defs": {"Node": node}}

    assert breaking(tree("string"), tree("string")) == []
    assert breaking(tree("string"), tree("integer")) == ["$.name: type 'string' -> 'integer'"]


def test_a_type_that_vanished_is_a_breakage_and_a_new_one_is_not() -> None:
    old, new = {"a.json": OLD}, {"a.json": OLD, "b.json": OLD}
    assert schemas.breakages(old, new) == []
    assert schemas.breakages(new, old) == ["b.json: removed; keep the type for one release beside its successor"]


def test_nothing_breaks_the_readers_of_the_last_release() -> None:
    old = schemas.baseline()
    assert old, "shared/contracts/baseline is empty"
    assert schemas.breakages(old, schemas.current()) == []


def test_the_check_names_what_breaks(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    old = schemas.baseline()
    name = next(name for name in sorted(old) if name.startswith("kam.crm.v1/CrmAccountSeen"))
    old[name]["properties"]["grade"] = {"type": "string"}
    monkeypatch.setattr(schemas, "baseline", lambda: old)
    assert schemas.main(["--check"]) == 1
    assert f"breaks readers of the last release: {name}: $.grade: removed" in capsys.readouterr().out
