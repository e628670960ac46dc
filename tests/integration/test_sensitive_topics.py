"""Sensitive topics on the real service and database: there for those they concern, for nobody else on any way out."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import grpc
import grpc.aio
import pytest
from google.protobuf.message import Message
from sqlalchemy import text

from services.accounts import vault
from services.accounts.publish import publish
from services.accounts.reads import sensitive
from shared import ids
from shared.edge.access import ROLES, Caller, Verb
from shared.positions import driver
from shared.protos import accounts_pb2 as pb
from shared.relay import public_events
from tests.integration import accounts_facts as f
from tests.integration.accounts_chain import told
from tests.integration.test_access import HEAD, Guarded, guarded
from tests.integration.test_accounts_api import Api, refused, served

__all__ = ["guarded", "served"]
WORDS = "Der Einkaufsleiter wechselt im März zum Wettbewerb."
A1, A3, A4 = (str(ids.account_id("sugar", a)) for a in ("a1", "a3", "a4"))


class Room:
    """u1 flags topics of a3 for u2; both have the account on their teams. u9 has it too and is named by nobody."""

    def __init__(self, guarded: Guarded, team: frozenset[UUID]) -> None:
        self.guarded, self.service = guarded, guarded.service
        self.author, self.named, self.other = (Caller(u, ("key_account_manager",), team) for u in ("u1", "u2", "u9"))

    async def flag(self, who: Caller, account: str = A3, command: str = "", **more: Any) -> pb.CommandResult:
        request = {"text": WORDS, "audience": ["u2"], **more}
        meta = pb.CommandMeta(command_id=command or str(uuid4()), user_id="whoever")
        asked = pb.FlagSensitiveTopicRequest(meta=meta, account_id=account, **request)
        return await self.guarded.tell.FlagSensitiveTopic(asked, **self.guarded.by(who))

    async def lift(self, who: Caller, topic: str, account: str = A3, command: str = "") -> pb.CommandResult:
        meta = pb.CommandMeta(command_id=command or str(uuid4()), user_id="u1")
        asked = pb.LiftSensitiveTopicRequest(meta=meta, account_id=account, topic_id=topic)
        return await self.guarded.tell.LiftSensitiveTopic(asked, **self.guarded.by(who))

    async def topics(self, who: Caller, account: str = A3, as_of: str = "") -> list[Any]:
        asked = pb.ListSensitiveTopicsRequest(account_id=account, as_of=as_of)
        return list((await self.guarded.ask.ListSensitiveTopics(asked, **self.guarded.by(who))).topics)

    async def event(self, who: Caller, event_id: str) -> pb.GetEventResponse:
        return await self.guarded.ask.GetEvent(pb.GetEventRequest(event_id=event_id), **self.guarded.by(who))

    async def keys(self) -> list[tuple[UUID, str | None]]:
        async with self.service.engine.connect() as conn:
            found = await conn.execute(text("SELECT topic_id, key FROM topic_keys ORDER BY made_at"))
            return [(r.topic_id, r.key) for r in found]

    async def database(self) -> str:
        """Every row of every table, the stored events in plain."""
        async with self.service.engine.connect() as conn:
            names = (await conn.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).scalars()
            rows: list[Any] = []
            for name in names.all():
                plain = "*, convert_from(state, 'UTF8')" if name == "events" else "*"
                rows += (await conn.execute(text(f"SELECT (x.*)::text FROM (SELECT {plain} FROM {name}) x"))).scalars()
            return "\n".join(rows)


@pytest.fixture
async def room(guarded: Guarded) -> Room:
    await guarded.service.project()
    return Room(guarded, await guarded.scope("u1"))


async def code(call: Any) -> tuple[str, str | None]:
    """(code, message) of a refusal."""
    with pytest.raises(grpc.aio.AioRpcError) as e:
        await call
    return e.value.code().name, e.value.details()


async def test_author_and_audience_read_a_topic_with_who_else_does(room: Room) -> None:
    done = await room.flag(room.author)
    assert len(done.event_ids) == 1
    for who in (room.author, room.named):
        (topic,) = await room.topics(who)
        assert (topic.text, topic.topic_id, topic.event_id) == (WORDS, done.id, done.event_ids[0])
        assert ([e.user_id for e in topic.audience], topic.flagged_by.user_id) == (["u2"], "u1")
        event = await room.event(who, topic.event_id)
        assert (event.actor, event.type) == ("user:u1", "accounts.SensitiveTopicFlagged")
        assert WORDS not in event.data_json
    assert await room.topics(room.author, A1) == [], "it is a topic of its own account only"


async def test_the_text_is_nowhere_in_the_database(room: Room) -> None:
    await room.flag(room.author)
    await room.service.project()
    kept = await room.database()
    assert "accounts.SensitiveTopicFlagged" in kept, "every table was looked at"
    assert not [word for word in WORDS.split() if len(word) > 5 and word in kept]


async def answers(room: Room, who: Caller) -> list[Message]:
    """What every query answers somebody, without what moves by itself: the log's length and how fresh it is."""
    ask, by = room.guarded.ask, room.guarded.by(who)
    account = await ask.GetAccount(pb.GetAccountRequest(account_id=A3), **by)
    account.ClearField("freshness")
    status = await ask.GetStatus(pb.GetStatusRequest(), **by)
    found = [
        account, await ask.ListPortfolio(pb.ListPortfolioRequest(), **by),
        await ask.GetAccount(pb.GetAccountRequest(account_id=A3, as_of="2026-11-20"), **by),
        await ask.ListSensitiveTopics(pb.ListSensitiveTopicsRequest(account_id=A3), **by),
        await ask.ListSensitiveTopics(pb.ListSensitiveTopicsRequest(account_id=A3, as_of="2026-11-22"), **by),
        await ask.ListEmployees(pb.ListEmployeesRequest(), **by),
        await ask.GetTierPolicy(pb.GetTierPolicyRequest(), **by),
        *[await ask.SearchPeople(pb.SearchPeopleRequest(query=q), **by) for q in ("Einkaufsleiter", "Wettbewerb")],
    ]  # fmt: skip
    found[2].ClearField("freshness")
    return [*found, pb.GetStatusResponse(accounts=status.accounts, armed_timers=status.armed_timers)]


READERS = [r for r, given in ROLES.items() if Verb.LOOK in given.verbs]


@pytest.mark.parametrize("role", READERS)
async def test_for_everybody_else_nothing_is_different(room: Room, role: str) -> None:
    """Whatever the role: heads and auditors too, and the same answers as before, byte by byte."""
    outsider = Caller("u9", (role,), room.author.accounts if ROLES[role].accounts == "team" else None)
    before = await answers(room, outsider)
    done = await room.flag(room.author)
    lifted = await room.flag(room.named, audience=["u1"])
    lift = await room.lift(room.author, lifted.id)
    await room.service.project()
    await room.service.settle()
    assert [a.SerializeToString(deterministic=True) for a in await answers(room, outsider)] == [
        b.SerializeToString(deterministic=True) for b in before
    ]
    for event_id in (*done.event_ids, *lifted.event_ids, *lift.event_ids):
        known, unknown = await code(room.event(outsider, event_id)), await code(room.event(outsider, "accounts:999999"))
        assert known == (unknown[0], unknown[1] and unknown[1].replace("accounts:999999", event_id))
    if Verb.DECIDE in ROLES[role].verbs:
        there, not_there = await code(room.lift(outsider, done.id)), await code(room.lift(outsider, str(uuid4())))
        assert there == not_there == ("NOT_FOUND", "there is no such thing")
    assert len(await room.topics(room.author)) == 2


async def test_nothing_goes_to_kafka_or_into_the_read_model(room: Room) -> None:
    async with room.service.engine.connect() as conn:
        head = (await conn.execute(text("SELECT max(position) FROM events"))).scalar_one()
    done = await room.flag(room.author)
    await room.lift(room.named, done.id)
    await room.service.project()
    async with room.service.engine.connect() as conn:
        await conn.begin()
        page = await public_events("accounts", publish)(driver(conn), head, 1_000)
        assert (page.scanned, page.messages) == (head + 2, [])
        tables = await conn.execute(text(
            "SELECT table_name FROM information_schema.columns"
            " WHERE column_name = 'event_id' AND table_schema = 'public'"
        ))  # fmt: skip
        names = tables.scalars().all()
        assert "timeline" in names
        for name in names:
            found = text(
                f"SELECT count(*) FROM {name} WHERE event_id IN ('accounts:{head + 1}', 'accounts:{head + 2}')"
            )
            assert (await conn.execute(found)).scalar_one() == 0, name


async def test_a_lifted_topic_is_on_record_and_its_text_is_gone(room: Room) -> None:
    done = await room.flag(room.author)
    lift = await room.lift(room.named, done.id)
    assert await room.keys() == [(UUID(done.id), None)]
    for who in (room.author, room.named):
        (topic,) = await room.topics(who)
        assert (topic.text, topic.lifted_by.user_id, topic.lifted_event_id) == ("", "u2", lift.event_ids[0])
        await room.event(who, topic.lifted_event_id)
    again = await code(room.lift(room.author, done.id))
    assert again[0] == "FAILED_PRECONDITION"


async def test_a_repeated_command_gives_the_first_result_and_no_second_key(room: Room) -> None:
    command = str(uuid4())
    first = await room.flag(room.author, command=command)
    again = await room.flag(room.author, command=command, text="Something else", audience=["u1"])
    assert (list(again.event_ids), again.id, again.repeated) == (list(first.event_ids), first.id, True)
    assert [t for t, _ in await room.keys()] == [UUID(first.id)]
    assert [t.text for t in await room.topics(room.author)] == [WORDS]
    lift = str(uuid4())
    gone = await room.lift(room.author, first.id, command=lift)
    assert (await room.lift(room.author, first.id, command=lift)).event_ids == gone.event_ids
    assert (await room.flag(room.author, command=command)).repeated
    assert await room.keys() == [(UUID(first.id), None)], "no repeat brings a key back"


async def test_repeats_at_the_same_time_flag_one_topic_that_can_be_read(room: Room) -> None:
    command = str(uuid4())
    done = await asyncio.gather(*(room.flag(room.author, command=command) for _ in range(8)))
    assert len({(d.id, *d.event_ids) for d in done}) == 1
    assert sorted(d.repeated for d in done) == [False] + [True] * 7
    assert [t.text for t in await room.topics(room.author)] == [WORDS]


async def test_a_late_repeat_finds_no_key_and_makes_none(room: Room) -> None:
    """It looked for the topic before there was one, and asks for a key when it has been flagged and lifted."""
    done = await room.flag(room.author)
    async with room.service.engine.begin() as conn:
        assert await vault.key_for(conn, UUID(A3), UUID(done.id)) == (await room.keys())[0][1]
    await room.lift(room.author, done.id)
    async with room.service.engine.begin() as conn:
        assert await vault.key_for(conn, UUID(A3), UUID(done.id)) is None
        await conn.execute(text("DELETE FROM topic_keys"))
        assert await vault.key_for(conn, UUID(A3), UUID(done.id)) is None, "not even where the row was lost"


async def test_the_id_of_another_command_opens_nothing(room: Room) -> None:
    """A repeat decides nothing, so it must not shred anything either."""
    done, command = await room.flag(room.author), str(uuid4())
    await room.flag(room.other, command=command)
    answer = await room.lift(room.other, done.id, command=command)
    assert answer.repeated
    assert [t.text for t in await room.topics(room.author)] == [WORDS]


async def test_what_is_refused_leaves_no_key(room: Room) -> None:
    status, said = await code(room.flag(room.author, audience=["u2", "u77", "gone"]))
    assert (status, said) == (
        "FAILED_PRECONDITION",
        "gone, u77: no active employee of the CRM has this id. Name colleagues who work here now.",
    )
    await room.service.take(told(f.user("u2", active=False, revision=2, when="2026-01-01"), start=500))
    assert (await code(room.flag(room.author)))[0] == "FAILED_PRECONDITION", "who left can be named no more"
    for wrong in ({"audience": []}, {"audience": [" "]}):
        assert (await code(room.flag(room.author, **wrong)))[0] == "FAILED_PRECONDITION"
    for wrong in ({"text": " "}, {"text": "x" * 4_001}):
        assert (await code(room.flag(room.author, audience=["u1"], **wrong)))[0] == "INVALID_ARGUMENT"
    assert (await code(room.flag(HEAD, account=str(uuid4()), audience=["u1"])))[0] == "NOT_FOUND"
    assert await room.keys() == []


async def test_commands_are_for_who_decides_on_accounts_within_reach(room: Room) -> None:
    auditor, elsewhere = Caller("u1", ("auditor",), None), Caller("u1", ("key_account_manager",), frozenset())
    assert (await code(room.flag(auditor)))[0] == "PERMISSION_DENIED"
    assert (await code(room.flag(elsewhere)))[0] == "NOT_FOUND"
    done = await room.flag(room.author)
    assert (await code(room.lift(elsewhere, done.id)))[0] == "NOT_FOUND"
    assert await code(room.lift(room.author, done.id, account=A1)) == ("NOT_FOUND", "there is no such thing")
    away = Caller("u2", ("key_account_manager",), frozenset())
    assert (await code(room.topics(away)))[0] == "NOT_FOUND", "to be named opens no account"


async def test_who_is_named_without_a_role_for_free_text_sees_no_text(room: Room) -> None:
    await room.flag(room.author)
    (topic,) = await room.topics(Caller("u2", ("sales",), None))
    assert (topic.text, topic.flagged_by.user_id) == ("", "u1")


async def test_what_belongs_to_a_merged_duplicate_is_shown_and_lifted_at_the_survivor(room: Room) -> None:
    assert (await code(room.flag(room.author, account=A4)))[0] == "FAILED_PRECONDITION"
    done = await room.flag(room.author, account=A1)
    for account in (A1, A4):
        assert [t.topic_id for t in await room.topics(room.author, account)] == [done.id]
    await room.lift(room.author, done.id, account=A4)


async def test_on_an_earlier_day_a_topic_is_as_it_was_without_what_is_gone(room: Room) -> None:
    done = await room.flag(room.author)
    today = room.service.clock.now().date().isoformat()
    assert await room.topics(room.author, as_of="2026-01-01") == []
    assert [t.text for t in await room.topics(room.author, as_of=today)] == [WORDS]
    await room.lift(room.author, done.id)
    assert [bool(t.lifted_at) for t in await room.topics(room.author, as_of=today)] == [True]


async def test_versions_are_told_to_nobody(room: Room) -> None:
    done = await room.flag(room.author)
    meta = pb.CommandMeta(command_id=str(uuid4()), expected_version=1)
    asked = pb.LiftSensitiveTopicRequest(meta=meta, account_id=A3, topic_id=done.id)
    for who in (room.author, room.other):
        status, _, fields = await refused(room.guarded.tell.LiftSensitiveTopic(asked, **room.guarded.by(who)))
        assert (status, list(fields)) == (grpc.StatusCode.INVALID_ARGUMENT, ["meta.expected_version"])


async def test_open_topics_are_those_that_concern_somebody(room: Room) -> None:
    done, other = await room.flag(room.author), await room.flag(room.author, audience=["u1"])
    async with room.service.engine.connect() as conn:
        assert set(await sensitive.open_topics(conn, UUID(A3), "u1")) == {UUID(done.id), UUID(other.id)}
        assert await sensitive.open_topics(conn, UUID(A3), "u2") == [UUID(done.id)]
        assert await sensitive.open_topics(conn, UUID(A3), "") == []
    await room.lift(room.named, done.id)
    async with room.service.engine.connect() as conn:
        assert await sensitive.open_topics(conn, UUID(A3), "u2") == []


async def test_what_a_dead_process_left_is_swept(room: Room) -> None:
    """A key of a topic that was lifted, and one that sealed nothing."""
    kept, lifted = await room.flag(room.author), await room.flag(room.author)
    await room.lift(room.author, lifted.id)
    async with room.service.engine.begin() as conn:
        await conn.execute(text("UPDATE topic_keys SET key = 'still here' WHERE key IS NULL"))
        await conn.execute(text(
            "INSERT INTO topic_keys (topic_id, account_id, key, made_at)"
            " SELECT gen_random_uuid(), account_id, 'unused', now() - make_interval(hours => h)"
            " FROM topic_keys, generate_series(0, 2, 2) h"
        ))  # fmt: skip
    assert await vault.sweep(room.service.engine) == 3
    keys = dict(await room.keys())
    assert keys.pop(UUID(lifted.id)) is None
    assert keys.pop(UUID(kept.id))
    assert list(keys.values()) == ["unused", "unused"], "a command may be about to use what is young"
    assert await vault.sweep(room.service.engine) == 0


async def test_where_nobody_proves_who_they_are_nobody_is_shown_anything(served: Api) -> None:
    account = str(ids.account_id("sugar", "a1"))
    meta = pb.CommandMeta(command_id=str(uuid4()), user_id="u1")
    flag = pb.FlagSensitiveTopicRequest(meta=meta, account_id=account, text=WORDS, audience=["u2"])
    done = await served.tell.FlagSensitiveTopic(flag)
    assert not (await served.ask.ListSensitiveTopics(pb.ListSensitiveTopicsRequest(account_id=account))).topics
    asked = served.ask.GetEvent(pb.GetEventRequest(event_id=done.event_ids[0]))
    assert (await refused(asked))[0] == grpc.StatusCode.NOT_FOUND


async def test_a_handover_tells_each_side_of_its_own_topics_and_nobody_else(room: Room) -> None:
    await room.flag(room.author)
    await room.flag(room.author, audience=["u1"])
    meta = pb.CommandMeta(command_id=str(uuid4()), user_id="whoever")
    asked = pb.StartHandoverRequest(meta=meta, account_id=A3, theme="COMMERCIAL", to_owner_id="u1")
    await room.guarded.tell.StartHandover(asked, **room.guarded.by(room.named))
    await room.service.project()

    async def told(who: Caller) -> int:
        request = pb.ListHandoversRequest(account_id=A3)
        (row,) = (await room.guarded.ask.ListHandovers(request, **room.guarded.by(who))).handovers
        assert "topic" not in {i.kind for i in row.items}
        return len(row.topic_ids)

    head = Caller("u9", ("head_of_kam",), None)
    assert [await told(who) for who in (room.named, room.author, room.other, head)] == [1, 2, 0, 0]
