"""Mapping files: checked when they are loaded, and complete enough for what their records need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from services.crm.mapping.edition import FOLDER, EditionSpec, load
from services.crm.policy.history import BEGIN, History, Span
from services.crm.policy.records import STATES
from services.crm.policy.world import World
from tests.crm import ROOT, edition

EDITIONS = sorted(p.stem for p in FOLDER.glob("*.yaml"))


def spec(name: str = "suitecrm-7") -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", EDITIONS)
def test_every_record_of_a_mapping_has_a_state(name: str) -> None:
    """A row with nothing but its key must not stop anything: each field that a state reads is mapped."""
    mapping = edition(name)
    for table in mapping.tables.values():
        if table.record and table.name != "crm.usage":
            world = World(mapping)
            row = f"{table.name}/x"
            at = (1, 1, 1)
            world.rows[row] = History(table, "x", [Span(0, {}, at)], lambda *_: 2, world.drift)  # type: ignore[arg-type]
            fields = world.rows[row].at(0)
            assert fields is not None
            assert STATES[table.record](world, row, fields, 0)
            assert world.instants(row, BEGIN) == [0]


@pytest.mark.parametrize("name", EDITIONS)
def test_secrets_and_texts_are_never_kept(name: str) -> None:
    never = {
        "user_hash",
        "password",
        "description",
        "description_html",
        "raw_source",
        "work_log",
        "resolution",
        "birthdate",
    }
    for table in edition(name).tables.values():
        assert not never & {*table.columns, *table.word_columns}, table.name
        if table.record == "activity":
            assert "name" not in set(table.columns) - {c for c, _ in table.coded}, "a subject line may name persons"
        names = {"first_name", "last_name", "title", "department", "email_address"}
        if table.personal:
            assert not names & {*table.columns}, "words are kept apart"


def test_the_worker_reads_a_fixed_list_of_topics() -> None:
    topics = edition().topics()
    assert {"sugar", "__debezium-heartbeat.sugar", "crm.usage.v1", "sugar.suitecrm.accounts"} <= {*topics}
    assert len(topics) == len({*topics}) == len(spec()["tables"]) + 3
    assert load("suitecrm-7", "crm2", "EUR").schema_topic == "crm2"


def test_currencies() -> None:
    mapping = edition()
    assert [mapping.currency(x) for x in ("-99", None, "", "b1946ac9")] == ["USD", "USD", "USD", "XXX"]


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("tables", "accounts", "record"), "customer", "record"),
        (("tables", "accounts", "lookup"), True, "exactly one of"),
        (("tables", "accounts_cstm", "extends"), "companies", "not mapped"),
        (("tables", "accounts", "fields", "owner", "refers"), "people", "not mapped"),
        (("tables", "accounts_contacts", "part_of"), "person", "part_of must name"),
        (("tables", "accounts", "fields", "name", "type"), "string", "type"),
        (("tables", "accounts", "colour"), "red", "colour"),
        (("won",), None, "won"),
    ],
)
def test_a_wrong_mapping_is_refused_with_a_reason(path: tuple[str, ...], value: object, why: str) -> None:
    found = spec()
    place = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(ValidationError, match=why):
        EditionSpec.model_validate(found)


def test_an_unknown_edition_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="suitecrm-7"):
        load("vtiger", "sugar", "USD")


def test_the_connectors_capture_what_the_mapping_reads() -> None:
    import json
    import re

    for name in ("sugar-mysql", "sugar-mariadb"):
        config = json.loads((ROOT / f"deploy/connect/{name}.json").read_text())["config"]
        captured = re.compile(config["table.include.list"])
        excluded = re.compile("|".join(config["column.exclude.list"].split(",")))
        for table in edition().tables.values():
            if table.ignored or table.name == "crm.usage":
                continue
            assert captured.fullmatch(f"suitecrm.{table.name}"), table.name
            stamps = [c for c in (table.changed, table.entered, table.key) if c]
            for column in (*table.columns, *table.word_columns, *stamps):
                assert not excluded.fullmatch(f"suitecrm.{table.name}.{column}"), (
                    f"{table.name}.{column} is read by the mapping"
                )
        assert excluded.fullmatch("suitecrm.users.user_hash")
        assert config["topic.prefix"] == edition().system


def test_a_mapping_may_lie_anywhere(tmp_path: Path) -> None:
    """A CRM of one's own needs no change of the program."""
    path = tmp_path / "ours.yaml"
    path.write_text((FOLDER / "suitecrm-7.yaml").read_text("utf-8").replace("edition: suitecrm-7", "edition: ours", 1))
    assert load(str(path), "sugar", "USD").name == "ours"
    with pytest.raises(ValueError, match=r"no CRM edition .*missing\.yaml.* path of a mapping file"):
        load(str(tmp_path / "missing.yaml"), "sugar", "USD")
