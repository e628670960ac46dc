"""The generated files match the models, are valid JSON Schema, and leave no field unexplained."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from shared.contracts import schemas, vocabulary
from shared.contracts.base import Envelope
from shared.contracts.messages import MessageType, message_types, schema_of

TYPES = message_types()


def test_generated_files_are_up_to_date() -> None:
    assert schemas.differences() == [], "run `make schemas`"


def test_check_reports_a_difference_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = schemas.files()
    path = schemas.SCHEMAS / TYPES[0].file
    monkeypatch.setattr(schemas, "files", lambda: {**wanted, path: "{}"})
    before = path.read_text()
    assert schemas.main(["--check"]) == 1
    assert TYPES[0].file in capsys.readouterr().out
    assert path.read_text() == before


def test_check_reports_a_schema_without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = schemas.files()
    gone = schemas.SCHEMAS / TYPES[0].file
    monkeypatch.setattr(schemas, "files", lambda: {path: text for path, text in wanted.items() if path != gone})
    assert schemas.differences() == [gone.relative_to(schemas.ROOT).as_posix()]


def test_writing_brings_a_stale_tree_up_to_date(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(schemas, "SCHEMAS", tmp_path / "schemas")
    monkeypatch.setattr(schemas, "ROOT", tmp_path)
    stale = tmp_path / "schemas" / "kam.crm.v1" / "CrmAccountUpdated.v1.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}")
    schemas.write()
    assert not stale.exists()
    assert schemas.differences() == []


def test_unknown_arguments_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert schemas.main(["--chek"]) == 2
    assert "--check" in capsys.readouterr().out


@pytest.mark.parametrize("message", TYPES, ids=lambda m: m.key)
def test_schema_is_valid_and_says_what_it_means(message: MessageType) -> None:
    schema = json.loads((schemas.SCHEMAS / message.file).read_text())
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["$id"] == f"{message.channel}/{message.key}"
    assert message.model.__dict__.get("__doc__"), f"{message.name} in {message.model.__module__} needs a docstring"
    assert inspect.cleandoc(message.model.__doc__ or "") == schema["description"]


@pytest.mark.parametrize("message", TYPES, ids=lambda m: m.key)
def test_every_field_is_explained(message: MessageType) -> None:
    schema = schema_of(message.model, "x", vocabulary.FIELDS)
    silent = [
        f"{part.get('title')}.{name}"
        for part in (schema, *schema.get("$defs", {}).values())
        for name, field in part.get("properties", {}).items()
        if not field.get("description")
    ]
    assert not silent, "explain them in shared/contracts/vocabulary.py (or by Field(description=…))"


def test_the_envelope_is_explained() -> None:
    schema = schema_of(Envelope, "x", vocabulary.ENVELOPE)
    Draft202012Validator.check_schema(schema)
    assert not [name for name, field in schema["properties"].items() if not field.get("description")]


def test_the_vocabulary_has_no_word_that_nobody_uses() -> None:
    used = {name for t in TYPES for name in _fields(schema_of(t.model, "x", {}))}
    assert set(vocabulary.FIELDS) - used == set()


def test_schemas_let_unknown_fields_pass() -> None:
    for message in TYPES:
        schema = schema_of(message.model, "x", {})
        for part in (schema, *schema.get("$defs", {}).values()):
            assert part.get("additionalProperties", True) is not False, message.key


def test_the_asyncapi_document_holds_every_type_and_resolves_its_references() -> None:
    document = json.loads((schemas.ROOT / "docs" / "asyncapi.json").read_text())
    assert document["asyncapi"] == "3.0.0"
    assert set(document["components"]["messages"]) == {t.key for t in TYPES}
    listed = {name for channel in document["channels"].values() for name in channel["messages"]}
    assert listed == {t.key for t in TYPES}
    for reference in _references(document):
        part: object = document
        for step in reference.removeprefix("#/").split("/"):
            assert isinstance(part, dict), reference
            assert step in part, f"{reference} leads nowhere"
            part = part[step]


def _fields(schema: dict[str, dict]) -> set[str]:
    return {name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", {})}


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [r for value in node.values() for r in _references(value)]
    if isinstance(node, list):
        return [r for value in node for r in _references(value)]
    return []
