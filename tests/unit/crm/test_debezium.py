"""Every form in which Debezium writes a message is read; what is none is refused with a reason."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from services.crm.consumers import Ingest
from services.crm.mapping.rows import Change, Coordinate
from tests.crm import SENT_AT, Line, capture, edition, line
from tests.unit.crm import messages as m

INGEST = Ingest(edition())
ROW = {"id": "a1", "name": "Acme", "date_modified": 1_696_140_000_000, "date_entered": 1_600_000_000_000, "deleted": 0}


def read(message: Line) -> Any:
    topic, key, value = message
    return INGEST.decode(key, value, topic)


def change(message: Line) -> Change:
    found = read(message)
    assert isinstance(found, Change)
    return found


def test_an_update_with_its_coordinate_and_business_time() -> None:
    c = change(m.change("accounts", "u", ROW, 517_568, 1_710_590_400_000, row=3, before={"id": "a1"}))
    assert (c.row, c.at, c.op, c.ts) == ("accounts/a1", Coordinate(1, 517_568, 3 * 4 + 2), "u", 1_710_590_400_000)
    assert c.cells == {"name": "Acme", "deleted": 0}
    assert c.strange == ()


def test_only_allowed_columns_are_kept_and_words_apart() -> None:
    user = {
        "id": "1",
        "user_hash": "$2y$10$secret",
        "first_name": "Vera",
        "last_name": "Kaya",
        "status": "Active",
        "phone_work": "555",
    }
    c = change(m.change("users", "c", user, 1, 1))
    assert c.cells == {"status": "Active"}
    assert c.words == {"first_name": "Vera", "last_name": "Kaya"}
    assert "secret" not in repr(c)
    assert "555" not in repr(c)


@pytest.mark.parametrize(
    "snapshot", ["true", "first", "first_in_data_collection", "last_in_data_collection", "last", "incremental", True]
)
def test_a_snapshot_row_counts_from_its_own_date(snapshot: object) -> None:
    c = change(m.change("accounts", "r", ROW, 161_694, 1_795_388_546_000, snapshot=snapshot))
    assert (c.op, c.ts, c.at) == ("r", 1_696_140_000_000, Coordinate(1, 161_694, 0))
    assert c.last is (snapshot == "last")


def test_a_snapshot_row_without_dates_says_so() -> None:
    c = change(m.change("accounts_cstm", "r", {"id_c": "a1", "nps_c": 5}, 9, 77_000, key="id_c", snapshot="true"))
    assert (c.op, c.ts) == ("s", 77_000)
    c = change(m.change("accounts", "r", ROW | {"date_modified": None}, 9, 77_000, snapshot="true"))
    assert (c.op, c.ts) == ("r", ROW["date_entered"])


def test_snapshot_and_ts_us_may_be_absent() -> None:
    topic, key, value = m.change("accounts", "c", ROW, 5, 6_000)
    message = orjson.loads(value or b"")
    del message["source"]["snapshot"], message["transaction"], message["ts_ms"]
    assert change((topic, key, orjson.dumps(message))).ts == 6_000


def test_key_change_is_a_delete_and_a_create_at_one_place() -> None:
    old = change(m.change("accounts_contacts", "d", {"id": "l1", "contact_id": "c", "account_id": "a"}, 687_923, 5))
    new = change(m.change("accounts_contacts", "c", {"id": "l2", "contact_id": "c", "account_id": "a"}, 687_923, 5))
    assert old.cells is None
    assert old.at is not None
    assert new.at is not None
    assert old.at < new.at
    assert (old.row, new.row) == ("accounts_contacts/l1", "accounts_contacts/l2")


def test_rows_of_one_statement_share_pos_and_differ_in_row() -> None:
    found = [change(m.change("accounts", "u", ROW | {"id": f"a{n}"}, 458_738, 5, row=n)).at for n in range(5_000)]
    assert found == sorted(found)  # type: ignore[type-var]
    assert len(set(found)) == 5_000


def test_tombstone_is_read_before_any_json() -> None:
    c = change(m.tombstone("accounts_cstm", "a1", "id_c"))
    assert (c.row, c.cells, c.at, c.op) == ("accounts_cstm/a1", None, None, "d")
    assert c.placed(7, SENT_AT).at == Coordinate(0, 0, 7)


def test_truncate_has_no_key() -> None:
    c = change(m.truncate("accounts", 692_193, 1_724_328_000_000))
    assert (c.row, c.op, c.cells, c.at) == ("accounts/", "t", None, Coordinate(1, 692_193, 3))


def test_heartbeat_and_ignored_tables_hold_nothing_for_us() -> None:
    assert read(line("__debezium-heartbeat.sugar", {"serverName": "sugar"}, {"ts_ms": 1})) is None
    assert read(m.change("emails_text", "c", {"email_id": "e", "description": "private"}, 1, 1, key="email_id")) is None


def test_schemas_on_in_key_and_value_and_plain_null() -> None:
    plain = m.change("accounts", "u", ROW, 517_568, 1_710_590_400_000)
    assert change(m.wrapped(plain)) == change(plain)
    topic, key, _ = m.wrapped(plain)
    assert change((topic, key, None)).row == "accounts/a1"


def test_the_scale_in_the_message_counts() -> None:
    row = {"id_c": "k", "arr_c": "Bt7k"}  # 450276
    assert change(m.wrapped(m.change("aos_contracts_cstm", "c", row, 1, 1, key="id_c"))).cells == {"arr_c": "450.276"}
    assert change(m.change("aos_contracts_cstm", "c", row, 1, 1, key="id_c")).cells == {"arr_c": "Bt7k"}


def test_flattened_with_rewrite() -> None:
    meta = {"deleted": "false", "op": "u", "table": "accounts", "source_ts_ms": 1_699_530_827_000}
    place = {"source_file": "sugar-bin.000001", "source_pos": 190_018, "source_row": 0}
    c = change(m.flat("accounts", ROW, **meta, **place))
    assert (c.at, c.op, c.ts, c.strange) == (Coordinate(1, 190_018, 2), "u", 1_699_530_827_000, ())
    gone = change(m.flat("accounts", ROW, **(meta | {"deleted": "true", "op": "d"}), **place))
    assert (gone.at, gone.cells) == (Coordinate(1, 190_018, 1), None)


def test_flattened_by_default_goes_by_dates_and_kafkas_order() -> None:
    c = change(m.flat("accounts", ROW)).placed(41, SENT_AT)
    assert (c.at, c.ts, c.op) == (Coordinate(-1, 1_696_140_000_000, 41), 1_696_140_000_000, "u")
    x = change(m.flat("accounts_cstm", {"id_c": "a1", "nps_c": 3}, key="id_c")).placed(42, SENT_AT)
    assert (x.at, x.op) == (Coordinate(-1, 0, 42), "s")
    gone = change(m.tombstone("accounts", "a1")).placed(43, SENT_AT)
    assert c.at is not None
    assert gone.at is not None
    assert c.at < gone.at < Coordinate(1, 0, 0)


def test_unknown_columns_are_named_and_not_kept() -> None:
    c = change(m.change("accounts", "u", ROW | {"tier_c": "A", "vat_no": 7}, 1, 1))
    assert c.strange == ("tier_c", "vat_no")
    assert "tier_c" not in (c.cells or {})


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"{", "unexpected end"),
        (b"[1,2]", "no object"),
        (b'{"schema":{},"payload":7}', "no object"),
        (b'{"x":1}', "no id"),
        (b'{"op":"z","after":{"id":"a1"},"source":{}}', "none of c, u, d, r, t"),
        (b'{"op":"s","after":{"id":"a1"},"source":{}}', "none of c, u, d, r, t"),
        (b'{"op":"u","after":null,"source":{}}', "without a row"),
        (b'{"op":"u","after":{"id":"a1"}}', "no source"),
        (b'{"op":"u","after":{"id":"other"},"source":{}}', "contradicts"),
        (b'{"op":"u","after":{"id":"a1"},"source":{"file":"x","pos":1}}', "not those of a binlog"),
        (b'{"op":"u","after":{"id":"a1"},"source":{"file":"b.1","pos":-1}}', "out of range"),
        (b'{"op":"u","after":{"id":"a1"},"source":{"file":"b.1","pos":true}}', "not those of a binlog"),
        (b'{"op":"u","after":{"id":"a1"},"source":{"ts_ms":"soon"}}', "no time"),
        (b'{"op":"t","after":null,"before":null,"source":{}}', "cannot be placed"),
        (b'{"id":"a1","__op":"q"}', "none of c, u, d, r"),
        (b'{"op":"c","after":{"id":"a\\u00001"},"source":{}}', "contradicts"),
    ],
)
def test_what_is_no_change_event_is_refused_with_a_reason(value: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        INGEST.decode(b'{"id":"a1"}', value, "sugar.suitecrm.accounts")


@pytest.mark.parametrize("key", [b"null", b'"a1"', b'{"id":"a1"}', b'{"id":null}', None])
def test_the_row_names_itself_where_the_key_does_not(key: bytes | None) -> None:
    topic, _, value = m.change("accounts", "c", ROW, 1, 1)
    assert change((topic, key, value)).key == "a1"


@pytest.mark.parametrize("bad", ["", "x" * 256, "a\x00b", None, 1.5, ["a1"]])
def test_a_row_needs_a_usable_key(bad: object) -> None:
    with pytest.raises(ValueError, match="no usable id"):
        read(
            line("sugar.suitecrm.accounts", None, {"op": "c", "after": {"id": bad}, "source": m.source("accounts", 1)})
        )


def test_a_schema_change_names_types_and_scales() -> None:
    found = read(m.schema("accounts_cstm", 672_591, {"id_c": ("CHAR", None), "margin_c": ("DECIMAL", 2)}))
    assert [(c.table.name, c.at, c.types["margin_c"]) for c in found] == [
        ("accounts_cstm", Coordinate(1, 672_591, 0), ("DECIMAL", 2))
    ]
    assert read(m.schema("leads", 1, {"id": ("CHAR", None)})) is None
    assert read(m.schema("accounts", 1, {}, "DROP"))[0].dropped
    with pytest.raises(ValueError, match="tableChanges"):
        read(line("sugar", {}, {"ddl": "…"}))


def test_usage_reports() -> None:
    report = {
        "account_crm_id": "LEGACY-000417",
        "product": "GTX",
        "metric": "active_users",
        "value": 154,
        "licensed": 215,
    }
    dates = {"period_start": "2024-11-04", "period_end": "2024-11-10", "reported_at": "2024-11-11T03:02:00Z"}
    c = change(line("crm.usage.v1", "x", report | dates))
    assert c.row == "crm.usage/LEGACY-000417/GTX/active_users/2024-11-04"
    assert (c.ts, c.cells and c.cells["value"]) == (1_731_294_120_000, 154)
    for wrong in (
        {"value": None},
        {"period_end": "2024-11-01"},
        {"product": ""},
        {"reported_at": "soon"},
        {"period_start": 5},
    ):
        with pytest.raises(ValueError, match="usage"):
            read(line("crm.usage.v1", "x", report | dates | wrong))


@pytest.mark.parametrize("form", ["", "_schema", "_iso_string", "_flattened"])
def test_every_captured_message_is_read(form: str) -> None:
    seen: set[str] = set()
    for message in capture(f"crm_cdc_small{form}.jsonl.gz"):
        found = read(message)
        if isinstance(found, Change):
            seen.add(found.table.name)
            assert found.strange == ()
            assert found.at is not None or found.cells is None
    assert seen == {n for n, t in INGEST.edition.tables.items() if not t.ignored} - {"crm.usage"}
