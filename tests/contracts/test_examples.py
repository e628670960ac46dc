"""Every public type has an example: valid by schema and model; readers ignore what they do not know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from shared.contracts import schemas
from shared.contracts.base import Envelope
from shared.contracts.messages import MessageType, message_types

EXAMPLES = schemas.HERE / "examples"
TYPES = message_types()
CASES = [(t, path) for t in TYPES for path in sorted((EXAMPLES / t.channel).glob(f"{t.key}*.json"))]


def name(case: Any) -> str:
    return case.name if isinstance(case, Path) else case.channel


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def schema(file: str) -> Draft202012Validator:
    return Draft202012Validator(read(schemas.SCHEMAS / file), format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("message", TYPES, ids=lambda m: m.key)
def test_every_type_has_an_example(message: MessageType) -> None:
    assert [path for t, path in CASES if t == message], f"write shared/contracts/examples/{message.file}"


def test_no_example_is_without_a_type() -> None:
    strange = set(EXAMPLES.rglob("*.json")) - {path for _, path in CASES}
    assert not strange, "an example belongs to a type that exists: <channel>/<Type>.v<schema>[_<what>].json"


@pytest.mark.parametrize(("message", "path"), CASES, ids=name)
def test_an_example_is_valid_and_survives_a_round_trip(message: MessageType, path: Path) -> None:
    value = read(path)
    if not message.is_event:
        schema(message.file).validate(value)
        assert written(message.model.model_validate(value), value) == value
        return
    schema(schemas.ENVELOPE).validate(value)
    schema(message.file).validate(value["data"])
    envelope = Envelope.model_validate(value)
    assert (envelope.type, envelope.schema_) == (message.name, message.schema)
    event = envelope.event()
    assert type(event) is message.model
    assert written(event, value["data"]) == value["data"]
    assert envelope.id.partition(":")[2] == str(envelope.position), "the id is `<service>:<position>`"


def written(model: Any, like: dict[str, Any]) -> dict[str, Any]:
    """What the model writes, of the fields in the example: examples of old versions lack newer optional ones."""
    return {key: value for key, value in model.model_dump(mode="json", by_alias=True).items() if key in like}


@pytest.mark.parametrize(("message", "path"), CASES, ids=name)
def test_readers_ignore_fields_they_do_not_know(message: MessageType, path: Path) -> None:
    value = read(path)
    data = value["data"] if message.is_event else value
    known = message.model.model_validate(data)
    assert message.model.model_validate({**data, "field_of_next_year": {"a": [1]}}) == known
    schema(message.file).validate({**data, "field_of_next_year": 1})
    if message.is_event:
        assert Envelope.model_validate({**value, "field_of_next_year": 1}).event() == known


def test_a_reader_passes_over_types_and_versions_it_does_not_know() -> None:
    value = read(next(path for t, path in CASES if t.is_event))
    assert Envelope.model_validate({**value, "type": "SomethingOfNextYear"}).event() is None
    assert Envelope.model_validate({**value, "schema": 99}).event() is None


@pytest.mark.parametrize(("message", "path"), CASES, ids=name)
def test_a_broken_example_is_refused(message: MessageType, path: Path) -> None:
    """The schemas say no to something: each loses one required field."""
    data = read(path)["data"] if message.is_event else read(path)
    required = read(schemas.SCHEMAS / message.file).get("required", [])
    for missing in required:
        with pytest.raises(ValidationError):
            schema(message.file).validate({key: value for key, value in data.items() if key != missing})


@pytest.mark.parametrize(("message", "path"), CASES, ids=name)
def test_names_travel_only_on_the_people_topic(message: MessageType, path: Path) -> None:
    if message.is_event:
        assert not {"mail", "phone", "first_name", "last_name"} & set(read(path)["data"]), path.name
