"""Handovers on a database: started, confirmed, accepted with the theme in one transaction; begun by the CRM's change of
owner; overdue once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import grpc
import pytest
from sqlalchemy import text

from services.accounts.reads.asof import AsOf
from services.accounts.reads.scope import scope
from shared import ids
from shared.contracts.base import Envelope, PublicEvent
from shared.contracts.qbr.actions import ActionItemAgreed
from shared.contracts.risk.escalations import EscalationOpened
from shared.ids import derived
from shared.protos import accounts_pb2 as pb
from tests.integration import accounts_facts as f
from tests.integration.accounts_chain import record, told
from tests.integration.test_accounts_api import ACCOUNT, Api, meta, refused, serving

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROLE = "head_of_kam"


@pytest.fixture
async def served(dsn: str) -> AsyncIterator[Api]:
    facts = (
        f.user(), f.user("u2"), f.user("u3", active=False), f.account(), f.contract(),
        f.contract("c2", starts_on=datetime(2026, 1, 1).date(), ends_on=datetime(2027, 12, 31).date()),
        f.contact(buying_role="decision_maker"), f.meeting(when="2026-11-20"),
    )  # fmt: skip
    async with serving(dsn, *facts, now=NOW) as api:
        yield api


async def keep(api: Api, *facts: PublicEvent) -> None:
    """Facts of other services."""
    for n, fact in enumerate(facts, 1):
        envelope = Envelope(
            id=f"x:{n}", type=fact.TYPE, position=n, stream=derived("test", fact.TYPE), version=1, effective_at=NOW,
            recorded_at=NOW, actor="user:u1", data=fact.model_dump(mode="json"),
        )  # fmt: skip
        headers = [("position", str(n).encode()), ("prev", b"0")]
        value = envelope.model_dump_json(by_alias=True).encode()
        await api.service.matters.apply([record(fact.CHANNEL, 0, n, ACCOUNT.encode(), value, headers)])


async def handovers(api: Api, **asked: Any) -> list[pb.HandoverRow]:
    await api.service.project()
    return list((await api.ask.ListHandovers(pb.ListHandoversRequest(crm_id="a1", **asked))).handovers)


def start(user: str = "u1", to: str = "u2", theme: str = "COMMERCIAL", **more: Any) -> pb.StartHandoverRequest:
    said = meta(*more.pop("roles", ()), user_id=user, **more)
    return pb.StartHandoverRequest(meta=said, account_id=ACCOUNT, theme=theme, to_owner_id=to)


async def confirm_all(api: Api, row: pb.HandoverRow, user: str = "u2") -> None:
    for item in row.items:
        command = pb.ConfirmHandoverItemRequest(
            meta=meta(user_id=user), account_id=ACCOUNT, handover_id=row.handover_id, item_id=item.item_id, note="seen"
        )
        await api.tell.ConfirmHandoverItem(command)


def about(row: pb.HandoverRow, user: str = "u2", **more: Any) -> pb.HandoverRequest:
    return pb.HandoverRequest(meta=meta(user_id=user, **more), account_id=ACCOUNT, handover_id=row.handover_id)


async def owner(api: Api, theme: str = "COMMERCIAL") -> str:
    return next((t.user_id for t in (await api.page()).team if t.theme == theme), "")


async def log(api: Api, *kinds: str) -> list[str]:
    async with api.service.engine.connect() as conn:
        rows = await conn.execute(text("SELECT topic FROM events ORDER BY position"))
        found = [r.topic.partition(".")[2] for r in rows]
    return [k for k in found if not kinds or k in kinds]


async def test_a_theme_is_handed_over_item_by_item(served: Api) -> None:
    action = ActionItemAgreed.model_validate(
        {
            "account_id": ACCOUNT, "qbr_id": derived("q"), "action_id": derived("act"), "side": "ours", "owner": "u1",
            "owner_subject": derived("s"), "due": "2026-12-10", "title": "Send the plan", "due_version": 1,
        }
    )  # fmt: skip
    escalated = EscalationOpened.model_validate(
        {
            "account_id": ACCOUNT, "escalation_id": derived("esc"), "severity": "high", "title": "Line down",
            "cause": "other", "by": "user:u1", "update_due_at": "2026-11-25T09:00:00Z",
        }
    )  # fmt: skip
    await keep(served, action)
    await keep(served, escalated)
    command = start()
    done = await served.tell.StartHandover(command)
    again = await served.tell.StartHandover(command)
    assert (list(again.event_ids), again.repeated, again.id) == (list(done.event_ids), True, done.id)
    (row,) = await handovers(served)
    assert (row.state, row.from_owner_id, row.to_owner_id, row.due_on) == ("Started", "u1", "u2", "2026-12-07")
    assert [(i.kind, i.what, i.label) for i in row.items if i.kind != "timer"] == [
        ("escalation", "high", "Line down"),
        ("promise", "ours", "Send the plan"),
        ("contract", "notice_deadline", "Acme GTX"),
        ("stakeholder", "DECIDER", ""),
    ]
    assert "tier_review" in {i.what for i in row.items}
    assert await refused(served.tell.StartHandover(start())) == (
        grpc.StatusCode.FAILED_PRECONDITION, "handover-open", {}
    )  # fmt: skip
    assert (await refused(served.tell.AcceptHandover(about(row))))[1] == "items-open"
    assert await owner(served) == "u1", "nothing moves before it is accepted"

    await confirm_all(served, row)
    (row,) = await handovers(served)
    assert (row.confirmed, {i.note for i in row.items}) == (len(row.items), {"seen"})
    assert (await refused(served.tell.AcceptHandover(about(row, "u1"))))[1] == "not-the-receiver"
    command_id = str(uuid4())
    accepted = await served.tell.AcceptHandover(about(row, command_id=command_id))
    repeated = await served.tell.AcceptHandover(about(row, command_id=command_id))
    assert (list(repeated.event_ids), repeated.repeated) == (list(accepted.event_ids), True)
    assert len(accepted.event_ids) == 2, "the answer and the theme, at once"
    assert await owner(served) == "u2"
    (row,) = await handovers(served)
    assert row.state == "Accepted"
    await served.service.look_at_handovers()
    assert len(await handovers(served)) == 1, "what was accepted needs no other handover"
    assert (await log(served)).count("ThemeOwnerReplaced") == 1


async def test_both_sides_see_the_account_until_it_is_over(served: Api) -> None:
    service = served.service

    async def reach(user: str) -> bool:
        async with service.engine.connect() as conn:
            found = await scope(conn, AsOf.at(service.clock.now(), service.settings.zone), user)
        return ids.account_id("sugar", "a1") in found

    assert (await reach("u1"), await reach("u2")) == (True, False)
    await served.tell.StartHandover(start())
    await service.project()
    assert (await reach("u1"), await reach("u2")) == (True, True)
    (row,) = await handovers(served)
    decline = pb.DeclineHandoverRequest(
        meta=meta(user_id="u2"), account_id=ACCOUNT, handover_id=row.handover_id, reason="no capacity"
    )
    await served.tell.DeclineHandover(decline)
    (row,) = await handovers(served)
    assert (row.state, row.reason, await owner(served)) == ("Declined", "no capacity", "u1")
    assert (await reach("u1"), await reach("u2")) == (True, False)


@pytest.mark.parametrize(
    ("command", "slug"),
    [
        (start(to="u1"), "receiver-is-giver"),
        (start(to="u3"), "receiver-not-active"),
        (start(to="nobody"), "receiver-not-active"),
        (start(user="u2", to="u2"), "not-the-giver"),
        (start(theme="LEGAL"), "theme-vacant"),
    ],
)
async def test_who_cannot_hand_over(served: Api, command: pb.StartHandoverRequest, slug: str) -> None:
    assert (await refused(served.tell.StartHandover(command)))[:2] == (grpc.StatusCode.FAILED_PRECONDITION, slug)
    assert await handovers(served) == []


async def test_a_head_hands_over_and_takes_back(served: Api) -> None:
    done = await served.tell.StartHandover(start(user="boss", roles=[ROLE]))
    row = pb.HandoverRow(handover_id=done.id)
    assert (await refused(served.tell.WithdrawHandover(about(row, "u2"))))[1] == "not-the-giver"
    head = pb.HandoverRequest(meta=meta(ROLE, user_id="boss"), account_id=ACCOUNT, handover_id=done.id)
    await served.tell.WithdrawHandover(head)
    second = await served.tell.StartHandover(start())
    assert second.id != done.id, "the next one is another"
    assert [(r.state, r.withdrawn_because) for r in await handovers(served)] == [
        ("Started", ""),
        ("Withdrawn", "taken_back"),
    ]
    stranger = pb.HandoverRequest(
        meta=meta(user_id="u2"), account_id=str(ids.account_id("sugar", "b")), handover_id=second.id
    )
    assert (await refused(served.tell.WithdrawHandover(stranger)))[0] == grpc.StatusCode.NOT_FOUND


async def crm_says(api: Api, *facts: f.Told, position: int = 50) -> None:
    records = told(*facts, start=position)
    for r in records:
        r.headers = [(k, b"0" if k == "prev" else v) for k, v in r.headers]
    await api.service.take(records)
    await api.service.settle()
    await api.service.look_at_handovers()


async def test_the_crms_change_of_owner_is_right_at_once_and_begins_a_handover(served: Api) -> None:
    await crm_says(served, f.account(when="2026-11-20", revision=2, owner_id="u2"))
    assert await owner(served) == "u2"
    (row,) = await handovers(served)
    assert (row.from_owner_id, row.to_owner_id, row.cause, row.due_on) == ("u1", "u2", "owner_replaced", "2026-12-04")
    await served.service.look_at_handovers()
    assert len(await handovers(served)) == 1
    await confirm_all(served, row)
    done = await served.tell.AcceptHandover(about(row))
    assert len(done.event_ids) == 1, "the theme was theirs already"
    assert (await log(served)).count("ThemeOwnerReplaced") == 1


async def test_history_begins_none(served: Api) -> None:
    await crm_says(served, f.account(when="2026-11-06", revision=2, owner_id="u2"))
    assert await owner(served) == "u2"
    assert await handovers(served) == [], "after ten business days it is history"


async def test_whoever_follows_an_owner_who_left_takes_over_from_them(served: Api) -> None:
    await crm_says(served, f.user(active=False, when="2026-11-18", revision=2))
    assert (await owner(served), await handovers(served)) == ("", [])
    await crm_says(served, f.account(when="2026-11-20", revision=2, owner_id="u2"), position=60)
    (row,) = await handovers(served)
    assert (row.from_owner_id, row.to_owner_id, row.cause) == ("u1", "u2", "owner_left")


async def test_what_the_crm_takes_back_is_withdrawn(served: Api) -> None:
    await crm_says(served, f.account(when="2026-11-19", revision=2, owner_id="u2"))
    await crm_says(served, f.account(when="2026-11-20", revision=3, owner_id="u1"), position=60)
    (row,) = await handovers(served)
    assert (row.state, row.withdrawn_because, await owner(served)) == ("Withdrawn", "owner_changed", "u1")


async def test_an_assigned_owner_takes_over_too_and_a_third_one_from_the_first(served: Api) -> None:
    def assign(to: str) -> pb.AssignThemeOwnerRequest:
        return pb.AssignThemeOwnerRequest(meta=meta(), account_id=ACCOUNT, theme="COMMERCIAL", owner_id=to)

    await served.tell.AssignThemeOwner(assign("u2"))
    await served.service.look_at_handovers()
    await served.tell.AssignThemeOwner(assign("u4"))
    await served.service.look_at_handovers()
    assert [(r.state, r.from_owner_id, r.to_owner_id) for r in await handovers(served)] == [
        ("Started", "u1", "u4"),
        ("Withdrawn", "u1", "u2"),
    ]


async def test_overdue_is_told_once_at_its_midnight_and_it_may_still_be_accepted(served: Api) -> None:
    await served.tell.StartHandover(start())
    service = served.service
    await service.project()
    for at, told_ in ((datetime(2026, 12, 7, 22, 50, tzinfo=UTC), 0), (datetime(2026, 12, 9, tzinfo=UTC), 1)):
        service.clock.set(at)
        for _ in range(3):
            await service.look_at_handovers()
        assert (await log(served)).count("HandoverOverdue") == told_
    (row,) = await handovers(served)
    assert row.state == "Overdue"
    async with service.engine.connect() as conn:
        at = (await conn.execute(text("SELECT effective_at FROM events WHERE topic LIKE '%HandoverOverdue'"))).scalar()
    assert at == datetime(2026, 12, 7, 23, tzinfo=UTC), "the first instant after the last day, in Berlin"
    (row,) = await handovers(served, as_of="2026-12-07")
    assert row.state == "Started"
    await confirm_all(served, row)
    await served.tell.AcceptHandover(about(row))
    assert await owner(served) == "u2"


async def test_two_that_start_at_once_are_one(served: Api) -> None:
    calls = [served.tell.StartHandover(start()) for _ in range(8)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(not isinstance(a, BaseException) for a in answers) == 1
    assert (await log(served)).count("HandoverStarted") == 1
