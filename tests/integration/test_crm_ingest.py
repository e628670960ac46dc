"""Change events that the demo capture does not have, through mirror and log."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.crm.consumers import Watch, rebuild
from shared.contracts import crm as facts
from shared.ids import subject_id
from tests.crm import Crm, Line, capture, install, line, newest, timelines
from tests.unit.crm import messages as m

T0 = 1_700_000_000_000
HOUR = 3_600_000


def ms(hours: float) -> int:
    return T0 + round(hours * HOUR)


def when(hours: float) -> datetime:
    return datetime.fromtimestamp(ms(hours) / 1000, UTC)


def account(id_: str, pos: int, hours: float, op: str = "u", **cells: Any) -> Line:
    row = {"id": id_, "name": id_.upper(), "deleted": 0, "assigned_user_id": None, "parent_id": None} | cells
    return m.change("accounts", op, row | {"date_modified": ms(hours)}, pos, ms(hours))


def contact(id_: str, pos: int, hours: float, op: str = "u", **cells: Any) -> Line:
    row = {"id": id_, "first_name": "Rosa", "last_name": "Jansen", "title": "CIO", "deleted": 0} | cells
    return m.change("contacts", op, row, pos, ms(hours))


def link(id_: str, who: str, where: str, pos: int, hours: float, deleted: Any = 0, op: str = "c") -> Line:
    row = {"id": id_, "contact_id": who, "account_id": where, "date_modified": ms(hours), "deleted": deleted}
    return m.change("accounts_contacts", op, row, pos, ms(hours))


def contract(id_: str, where: str, pos: int, hours: float) -> Line:
    row = {"id": id_, "name": "C", "status": "Signed", "contract_account_id": where, "currency_id": "-99", "deleted": 0}
    return m.change("aos_contracts", "c", row, pos, ms(hours))


@pytest.fixture
async def crm(engine: AsyncEngine) -> Crm:
    await install(engine)
    return Crm(engine)


async def told(crm: Crm, model: type[Any], **fields: Any) -> list[Any]:
    return [
        f for _, f in await crm.public() if isinstance(f, model) and all(getattr(f, k) == v for k, v in fields.items())
    ]


async def test_links_and_custom_fields_come_before_their_record(crm: Crm) -> None:
    await crm.deliver([link("l1", "c1", "a1", 10, 0)])
    await crm.deliver(
        [
            m.change(
                "contacts_cstm",
                "c",
                {"id_c": "c1", "buying_role_c": "champion", "champion_c": True},
                11,
                ms(0),
                key="id_c",
            )
        ]
    )
    assert {type(f) for _, f in await crm.public()} == {facts.SourceConnected}
    await crm.deliver([contact("c1", 12, 0, "c")])
    [seen] = await told(crm, facts.CrmContactSeen)
    assert (seen.account_crm_id, seen.buying_role, seen.champion) == ("a1", "champion", True)


@pytest.mark.parametrize("deleted", [1, True, "1", "true"])
async def test_soft_delete_restore_and_relink_by_a_new_row(crm: Crm, deleted: Any) -> None:
    await crm.deliver([account("a1", 1, 0, "c"), contact("c1", 2, 0, "c"), link("l1", "c1", "a1", 3, 0)])
    await crm.deliver([link("l1", "c1", "a1", 4, 1, deleted, "u"), contact("c1", 5, 1, deleted=deleted)])
    assert [f.object for f in await told(crm, facts.CrmRecordDeleted)] == ["contact"]
    await crm.deliver([contact("c1", 6, 2, deleted=0), link("l2", "c1", "a1", 7, 2)])
    states = [
        (r.effective_at, type(f), f.account_crm_id) for r, f in await crm.public() if getattr(f, "crm_id", "") == "c1"
    ]
    assert states == [
        (when(0), facts.CrmContactSeen, "a1"),
        (when(1), facts.CrmRecordDeleted, "a1"),
        (when(2), facts.CrmContactSeen, "a1"),
    ]


async def test_a_link_to_a_deleted_account_is_dead_even_if_left_live(crm: Crm) -> None:
    await crm.deliver([account("a1", 1, 0, "c"), contact("c1", 2, 0, "c"), link("l1", "c1", "a1", 3, 0)])
    await crm.deliver([account("a1", 4, 1, deleted=1)])
    assert [(f.crm_id, f.to_account_crm_id) for f in await told(crm, facts.CrmRecordMoved)] == [("c1", None)]
    await crm.deliver([account("a1", 5, 2, deleted=0)])
    assert (await told(crm, facts.CrmContactSeen))[-1].account_crm_id == "a1"


async def test_an_activity_follows_the_account_of_its_contact_from_then_on(crm: Crm) -> None:
    call = {"id": "k1", "status": "Held", "direction": "Inbound", "parent_type": "Contacts", "parent_id": "c1"}
    await crm.deliver([m.change("calls", "c", call, 1, ms(0))])
    await crm.deliver([contact("c1", 2, 0, "c"), link("l1", "c1", "a1", 3, 0)])
    await crm.deliver([link("l1", "c1", "a1", 4, 5, 1, "u"), link("l2", "c1", "a2", 5, 5)])
    found = [
        (r.effective_at, f.account_crm_id) for r, f in await crm.public() if isinstance(f, facts.CrmActivityLogged)
    ]
    assert found == [(when(0), None), (when(0), "a1"), (when(5), "a2")]
    moved = await told(crm, facts.CrmRecordMoved, object="activity")
    assert [(f.account_crm_id, f.to_account_crm_id) for f in moved] == [("a1", "a2")]


async def test_a_second_snapshot_does_not_overwrite_what_is_newer(crm: Crm) -> None:
    row = {"id": "a1", "name": "Old", "date_modified": ms(0), "deleted": 0}
    await crm.deliver([account("a1", 50, 1, name="New")])
    await crm.deliver([m.change("accounts", "r", row, 40, ms(9), snapshot="true")])
    assert {k: r.event.name for k, r in newest(await crm.log()).items()}.popitem()[1] == "New"  # type: ignore[attr-defined]
    await crm.deliver(
        [m.change("accounts", "r", row | {"name": "Newest", "date_modified": ms(2)}, 60, ms(9), snapshot="incremental")]
    )
    last = (await crm.log())[-1]
    assert (last.event.name, last.effective_at) == ("Newest", when(2))  # type: ignore[attr-defined]


async def test_a_late_change_is_told_and_the_present_again_after_it(crm: Crm) -> None:
    await crm.deliver([account("a1", 10, 0, "c", name="One")])
    await crm.deliver([account("a1", 30, 2, name="Three")])
    await crm.deliver([account("a1", 20, 1, name="Two")])
    found = [(r.effective_at, f.name, f.revision) for r, f in await crm.public() if isinstance(f, facts.CrmAccountSeen)]
    assert found == [(when(0), "One", 1), (when(2), "Three", 2), (when(1), "Two", 3), (when(2), "Three", 4)]


async def test_key_change_of_a_link(crm: Crm) -> None:
    await crm.deliver([contact("c1", 1, 0, "c"), link("l1", "c1", "a1", 2, 0)])
    before = len(await crm.log())
    gone = {"id": "l1", "contact_id": "c1", "account_id": "a1", "deleted": 0}
    await crm.deliver(
        [
            m.change("accounts_contacts", "d", gone, 9, ms(1)),
            m.tombstone("accounts_contacts", "l1"),
            link("l2", "c1", "a1", 9, 1),
        ]
    )
    assert len(await crm.log()) == before, "the contact belongs to the account as before"


async def test_truncate_ends_every_row_of_the_table_and_only_older_ones(crm: Crm) -> None:
    lines = [contact("c1", 1, 0, "c"), link("l1", "c1", "a1", 2, 0), m.truncate("accounts_contacts", 5, ms(1))]
    after = [contact("c2", 6, 2, "c"), link("l2", "c2", "a1", 7, 2)]
    await crm.deliver([*lines, *after], 1)
    expected = timelines(await crm.log())
    assert [s[2]["account_crm_id"] for t in expected.values() for s in t] == ["a1", None, "a1"]
    for seed in range(6):
        other = Crm(crm.engine)
        await other.run(
            "TRUNCATE versions, refs, words, schemas; ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events"
        )
        shuffled = [*lines, *after]
        random.Random(seed).shuffle(shuffled)
        await other.deliver(shuffled, 1 + seed % 3)
        assert timelines(await other.log()) == expected


async def test_flattened_by_default_converges_by_dates_and_kafkas_order(crm: Crm) -> None:
    row = {"id": "a1", "name": "One", "date_modified": ms(0), "date_entered": ms(0), "deleted": 0}
    await crm.deliver([m.flat("accounts", row | {"name": "Two", "date_modified": ms(1)}), m.flat("accounts", row)])
    await crm.deliver([m.flat("accounts_cstm", {"id_c": "a1", "nps_c": 7}, key="id_c")])
    found = [(s[0], s[2]["name"], s[2]["nps"]) for t in timelines(await crm.log()).values() for s in t]
    assert found == [(when(0), "One", 7), (when(1), "Two", 7)]
    await crm.deliver([m.tombstone("accounts", "a1")])
    assert [f.object for f in await told(crm, facts.CrmRecordDeleted)] == ["account"]
    await crm.deliver([m.flat("accounts", row)])  # sent again, late
    assert len(await told(crm, facts.CrmRecordDeleted)) == 1


async def test_mergers_are_followed_transitively_and_undone_by_a_restore(crm: Crm) -> None:
    def merge(loser: str, heir: str, pos: int, hours: float, old: str) -> list[Line]:
        return [
            link(f"l{pos}", "c1", heir, pos, hours),
            link(old, "c1", loser, pos + 1, hours, 1, "u"),
            account(loser, pos + 2, hours, deleted=1),
        ]

    call = {
        "id": "k1",
        "status": "Held",
        "direction": "Inbound",
        "parent_type": "Accounts",
        "parent_id": "a1",
        "deleted": 0,
        "date_start": ms(0),
    }
    usage = {
        "account_crm_id": "a1",
        "product": "GTX",
        "metric": "users",
        "value": 3,
        "period_start": "2023-11-06",
        "period_end": "2023-11-12",
    }
    report = line("crm.usage.v1", "a1", usage | {"reported_at": "2023-11-14T00:00:00Z"})
    start = [account(a, n, 0, "c") for n, a in enumerate(("a1", "a2", "a3"), 1)] + [
        contact("c1", 4, 0, "c"),
        link("l0", "c1", "a1", 5, 0),
    ]
    await crm.deliver([*start, m.change("calls", "c", call, 6, ms(0)), report])
    await crm.deliver(merge("a1", "a2", 20, 24, "l0"))
    await crm.deliver(merge("a2", "a3", 40, 48, "l20"))
    merged = [
        (r.effective_at, f.crm_id, f.survivor_crm_id)
        for r, f in await crm.public()
        if isinstance(f, facts.CrmRecordMerged)
    ]
    assert merged == [(when(24), "a1", "a2"), (when(48), "a2", "a3"), (when(48), "a1", "a3")]
    last = {f.crm_id: f for model in (facts.CrmActivityLogged, facts.CrmUsageReported) for f in await told(crm, model)}
    assert {f.account_crm_id for f in last.values()} == {"a3"}
    await crm.deliver([account("a2", 60, 72, deleted=0)])
    last = {f.crm_id: f for f in await told(crm, facts.CrmActivityLogged)}
    assert last["calls/k1"].account_crm_id == "a2"


async def test_decimals_follow_the_schema_of_their_time_and_a_contradiction_is_drift(crm: Crm) -> None:
    def arr(raw: str, pos: int, hours: float, key: str) -> Line:
        return m.change("aos_contracts_cstm", "c", {"id_c": key, "arr_c": raw}, pos, ms(hours), key="id_c")

    columns = {"id_c": ("CHAR", None), "arr_c": ("DECIMAL", 2), "tier_c": ("VARCHAR", None)}
    await crm.deliver([contract("k1", "a1", 10, 0), arr("AJiWgA==", 10, 0, "k1")])  # 10,000,000 unscaled
    assert (await told(crm, facts.CrmContractSeen))[-1].arr == 1_000  # scale 6 by the mapping: 10.00
    await crm.deliver([m.schema("aos_contracts_cstm", 5, columns)])
    assert (await told(crm, facts.CrmContractSeen))[-1].arr == 10_000_000  # scale 2 by the source
    wider: dict[str, tuple[str, int | None]] = {
        "id_c": ("CHAR", None),
        "arr_c": ("DECIMAL", 4),
        "tier_c": ("VARCHAR", None),
    }
    await crm.deliver([m.schema("aos_contracts_cstm", 50, wider)])
    await crm.deliver([contract("k2", "a1", 60, 1), arr("AJiWgA==", 60, 1, "k2")])
    found = {f.crm_id: f.arr for f in await told(crm, facts.CrmContractSeen)}
    assert found == {"k1": 10_000_000, "k2": 100_000}
    drift = {(f.table, f.column, f.what) for f in await told(crm, facts.SchemaDriftDetected)}
    assert drift == {
        ("aos_contracts_cstm", "tier_c", "unknown column"),
        ("aos_contracts_cstm", "arr_c", "the decimal scale is 2, the mapping says 6"),
        ("aos_contracts_cstm", "arr_c", "the decimal scale is 4, the mapping says 6"),
    }
    before = len(await crm.log())
    await crm.deliver([m.schema("aos_contracts_cstm", 50, wider), m.schema("aos_contracts_cstm", 5, columns)])
    assert len(await crm.log()) == before, "each drift is told once"


async def test_a_cell_of_another_type_is_empty_and_drift_not_the_end(crm: Crm) -> None:
    await crm.deliver([account("a1", 1, 0, "c", employees={"a": [1]}, account_type=True, new_column_c="x")])
    [seen] = await told(crm, facts.CrmAccountSeen)
    assert (seen.name, seen.account_type, seen.employees) == ("A1", None, None)
    drift = {(f.column, f.what) for f in await told(crm, facts.SchemaDriftDetected)}
    assert drift == {("employees", "no text"), ("account_type", "no text"), ("new_column_c", "unknown column")}
    await crm.deliver([account("a1", 2, 1, employees={"a": [2]}, new_column_c="y")])
    assert len(await told(crm, facts.SchemaDriftDetected)) == 3


async def test_an_erased_person_does_not_come_back_with_a_late_message(crm: Crm) -> None:
    row = {"id_c": "c1", "attitude_c": "opponent"}
    cstm = m.change("contacts_cstm", "c", row, 3, ms(0), key="id_c")
    address = {"id": "e1", "email_address": "rosa@acme.example.com", "deleted": 0}
    held = {"id": "r1", "email_address_id": "e1", "bean_id": "c1", "bean_module": "Contacts", "primary_address": 1}
    mail = [m.change("email_addresses", "c", address, 4, ms(0)), m.change("email_addr_bean_rel", "c", held, 5, ms(0))]
    await crm.deliver([contact("c1", 2, 0, "c"), cstm, *mail])
    [person] = await crm.fetch("SELECT * FROM people")
    assert person["words"] == {
        "name": "Rosa Jansen", "title": "CIO", "department": None, "mail": "rosa@acme.example.com",
    }  # fmt: skip
    erase = [
        m.change("contacts_cstm", "d", {"id_c": "c1", "attitude_c": "opponent"}, 20, ms(5), key="id_c"),
        m.change("email_addresses", "d", {"id": "e1", "email_address": "rosa@acme.example.com"}, 21, ms(5)),
        m.change("contacts", "d", {"id": "c1", "first_name": "Rosa", "last_name": "Jansen"}, 22, ms(5)),
        m.tombstone("contacts", "c1"),
    ]
    await crm.deliver(erase)
    await crm.deliver([contact("c1", 10, 1, title="CEO"), cstm])  # late, and again
    [person] = await crm.fetch("SELECT * FROM people")
    assert (person["subject_id"], person["words"]) == (subject_id("sugar", "contact", "c1"), None)
    for table in ("versions", "words"):
        cells = [
            r["cells"] for r in await crm.fetch(f"SELECT cells FROM {table} WHERE row ~ '^(contacts|email_addresses)'")
        ]
        assert not [c for c in cells if c and (b"Rosa" in c or b"CEO" in c or b"opponent" in c or b"rosa@" in c)]
    assert [f.object for f in await told(crm, facts.CrmRecordDeleted)] == ["contact"]


async def test_personal_words_and_secrets_reach_no_table_and_no_event(crm: Crm) -> None:
    """Texts of columns that are not allowed are nowhere; names are in the vault and in its part of the mirror only."""
    await crm.deliver(capture("crm_cdc_small.jsonl.gz"))
    user = {
        "id": "u9",
        "user_hash": "$2y$10$topsecret",
        "last_name": "Quux",
        "status": "Active",
        "phone_work": "555 0199",
    }
    await crm.deliver([m.change("users", "c", user, 99_999_999, ms(0))])
    nowhere = ["topsecret", "555 01", "slow pages in the morning", "Planning call", "Merged with Sunnamplex"]
    persons = ["Quux", "Haddad", "Kowalska", "@sunnamplex.example.com"]
    tables = [r["tablename"] for r in await crm.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    assert {"events", "versions", "words", "people", "dead_letters"} <= {*tables}
    for table in tables:
        rows = str([tuple(r) for r in await crm.fetch(f"SELECT * FROM {table}")])
        found = [word for word in nowhere + persons if word in rows]
        assert found == (persons if table in ("words", "people") else []), table


async def test_watch_reports_unknown_tables_and_rejected_messages_once(crm: Crm) -> None:
    await crm.deliver([account("a1", 1, 0, "c")])
    await crm.run(
        """INSERT INTO dead_letters
        (consumer, topic, cluster, partition, kafka_offset, position, value, headers, reason, sent_at) VALUES
        ('crm.changes', 'sugar.suitecrm.accounts', 'c', 0, 7, 8, '\\x7b', '[]', 'ValueError: no row', now())"""
    )

    async def topics() -> list[str]:
        return ["sugar.suitecrm.accounts", "sugar.suitecrm.kam_plans", "sugar", "kam.crm.v1"]

    watch = Watch(crm.engine, crm.edition, "crm.changes", topics)
    assert [await watch.look(), await watch.look()] == [2, 0]
    [drift] = await told(crm, facts.SchemaDriftDetected)
    assert (drift.table, drift.column, drift.what) == ("kam_plans", None, "unknown table")
    [rejected] = await told(crm, facts.CrmFactRejected)
    assert (rejected.topic, rejected.offset, rejected.reason) == ("sugar.suitecrm.accounts", 7, "ValueError: no row")
    newest_at = max(r.effective_at for r in await crm.log())
    assert newest_at == when(0), "health must not push the readers' watermark ahead of the rows"


async def test_rebuild_finds_nothing_to_tell_but_what_is_missing(crm: Crm) -> None:
    await crm.deliver(capture("crm_cdc_small.jsonl.gz"), 2_000)
    before = timelines(await crm.log())
    assert await rebuild(crm.engine, crm.edition, 300) == 0
    await crm.run("ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events WHERE topic = 'crm.Contract.Seen'")
    await crm.run(
        """CREATE TABLE moved AS SELECT position AS old, row_number() OVER (ORDER BY position) AS new FROM events;
        UPDATE events SET position = -position; UPDATE events SET position = new FROM moved WHERE position = -old"""
    )
    assert await rebuild(crm.engine, crm.edition, 300) > 80
    assert timelines(await crm.log()) == before
