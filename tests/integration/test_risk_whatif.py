"""What-if of a draft risk model over gRPC: over all history, beside the one in force; it publishes nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from copy import deepcopy
from datetime import timedelta
from typing import Any
from uuid import uuid4

import grpc.aio
import pytest

from services.risk.shipped import default_model
from shared.protos import risk_pb2 as pb
from shared.protos.accounts_pb2 import CommandMeta
from tests.integration.risk_world import ACME, BEGIN, World, a_world, case, slug


@pytest.fixture
async def world(dsn: str) -> AsyncIterator[World]:
    async with a_world(dsn) as made:
        opened = BEGIN + timedelta(hours=1)
        await made.tell((case(7, opened), opened))
        await made.service.at(opened + timedelta(days=12))
        yield made


def draft(**changes: Any) -> dict[str, Any]:
    """The shipped model, with a P1 that may stay open longer before it forces red."""
    document = deepcopy(default_model())
    for floor in document["floors"]["RED"]:
        if floor["code"] == "p1_72h":
            floor["hours"] = {"value": changes.get("hours", 9_999)}
    return document


async def run(world: World, document: dict[str, Any] | None = None, version: int = 0) -> pb.WhatIf:
    meta = CommandMeta(command_id=str(uuid4()), user_id="u1")
    text = json.dumps(document) if document else ""
    ask = pb.StartWhatIfRequest(meta=meta, document_json=text, version=version)
    begun: pb.WhatIf = await world.commands.StartWhatIf(ask)
    await world.whatifs.idle()
    done: pb.WhatIf = await world.queries.GetWhatIf(pb.GetWhatIfRequest(whatif_id=begun.whatif_id))
    return done


async def test_the_model_in_force_moves_nobody(world: World) -> None:
    done = await run(world, version=1)
    report = json.loads(done.report_json)
    assert (done.status, done.done, done.total, done.against) == ("done", 1, 1, 1)
    assert report["moved"] == []
    assert {a for b in report["by_colour"].values() for a in b} == {0, 1}
    told = await world.service.path(ACME)
    assert report["by_colour"]["RED"] == [1, 1]
    assert told[-1][1] == "RED", "the fold from nothing ends where the running one stands"


async def test_a_draft_tells_who_moves_when_and_which_alerts_would_not_have_fired(world: World) -> None:
    before = await world.service.rows("SELECT count(*) AS n, max(position) AS last FROM events")
    done = await run(world, draft())
    report = json.loads(done.report_json)
    (moved,) = report["moved"]
    assert (moved["account_id"], moved["name"], moved["active"]) == (str(ACME), "Acme", "RED")
    assert moved["draft"] != "RED"
    assert moved["first_different_at"] == "2026-01-08T10:00:00+00:00", "when the P1 was open for 72 hours"
    days = report["colour_days"]
    assert sum(d[0] for d in days.values()) == sum(d[1] for d in days.values()), "every day has a colour"
    assert days["RED"][0] > days["RED"][1]
    red = [a for a in report["alerts"] if a["event"] in ("RiskTurnedRed", "RiskPlanMissed")]
    assert {(a["month"], a["event"], a["active"], a["draft"]) for a in red} == {
        ("2026-01", "RiskTurnedRed", 1, 0), ("2026-01", "RiskPlanMissed", 1, 0),
    }  # fmt: skip
    after = await world.service.rows("SELECT count(*) AS n, max(position) AS last FROM events")
    assert list(after[0]) == list(before[0]), "nothing of it is an event"


async def test_the_same_inputs_give_the_same_report_and_hash(world: World) -> None:
    first, second, other = await run(world, draft()), await run(world, draft()), await run(world, draft(hours=9_998))
    assert first.report_json == second.report_json
    assert first.input_hash == second.input_hash
    assert len(first.input_hash) == 64
    assert other.input_hash != first.input_hash
    listed = (await world.queries.ListWhatIfs(pb.ListWhatIfsRequest())).rows
    assert [(w.status, w.report_json) for w in listed] == [("done", "")] * 3


async def test_a_cancelled_run_stops_without_a_report(world: World) -> None:
    meta = CommandMeta(command_id=str(uuid4()), user_id="u1")
    ask = pb.StartWhatIfRequest(meta=meta, document_json=json.dumps(draft()))
    async with world.whatifs.turn:  # nothing folds before the cancellation is there
        begun = await world.commands.StartWhatIf(ask)
        await world.commands.CancelWhatIf(pb.CancelWhatIfRequest(meta=meta, whatif_id=begun.whatif_id))
    await world.whatifs.idle()
    done = await world.queries.GetWhatIf(pb.GetWhatIfRequest(whatif_id=begun.whatif_id))
    assert (done.status, done.report_json) == ("cancelled", "")


async def test_a_draft_that_cannot_be_used_is_refused_with_its_faults(world: World) -> None:
    document = draft()
    document["factors"]["service"]["weight"] = {"value": 1}
    meta = CommandMeta(command_id=str(uuid4()), user_id="u1")
    with pytest.raises(grpc.aio.AioRpcError) as e:
        await world.commands.StartWhatIf(pb.StartWhatIfRequest(meta=meta, document_json=json.dumps(document)))
    assert "not to 10000" in str(e.value.details())
    assert "model-invalid" in slug(e.value)
