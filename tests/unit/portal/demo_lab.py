"""Versions of policies and what-ifs for the fakes: one run that goes on, one report of each kind."""

from __future__ import annotations

import json
from typing import Any

from shared.protos import accounts_pb2 as apb
from shared.protos import insights_pb2 as ipb
from shared.protos import notifications_pb2 as npb
from shared.protos import risk_pb2 as rpb
from tests.unit.portal import demo

RUNNING = "018f0000-0000-7000-8000-0000000000a1"
DONE = "018f0000-0000-7000-8000-0000000000a2"
HASH = "5f" * 32
STATES = ("Active", "Draft", "Submitted", "SignedOff")
"""Of the tier policy's versions 1 to 4 in the demo."""


def tier_policy(version: int) -> apb.GetTierPolicyResponse | None:
    """Version 1 in force, and one in each state on the way."""
    number = version or 1
    if number > len(STATES):
        return None
    answer = demo.tier_policy()
    document = json.loads(answer.document_json)
    if number > 1:
        document["weights"]["strategic"]["value"] -= 500
        document["weights"]["growth"] = {"value": 2_000, "why": "whitespace is what we sell next", "source": "changed"}
    answer.version, answer.status, answer.document_json = number, STATES[number - 1], json.dumps(document)
    for n, state in enumerate(STATES, 1):
        row = answer.versions.add(version=n, status=state, author="u1" if n > 1 else "system:accounts")
        row.signed_off, row.event_id = state == "SignedOff", f"accounts:{n}"
        if state == "SignedOff":
            row.functions.extend(["sales", "service", "management"])
            row.signers.extend(["u2", "u3", "u4"])
        if state == "Active":
            row.effective_from = "1970-01-01T00:00:00Z"
    return answer


def _run(cls: Any, id: str, report: dict[str, Any], **more: Any) -> Any:
    common = {"whatif_id": id, "version": 2, "asked_by": "demo", "asked_at": "2026-11-20T09:00:00Z", "total": 85}
    if id == RUNNING:
        return cls(**common, status="running", done=34, **more)
    return cls(
        **common, status="done", done=85, input_hash=HASH, report_json=json.dumps(report),
        ended_at="2026-11-20T09:00:30Z", **more,
    )  # fmt: skip


def model_run(id: str) -> Any:
    """A what-if of the risk service."""
    moved = {
        "account_id": "x", "crm_id": "acc-1", "name": "=Kan-code", "tier": "A", "team": "u9", "active": "RED",
        "draft": "AMBER", "active_score": 5210, "draft_score": 4020, "first_different_at": "2026-03-08T10:00:00+00:00",
        "active_days": {"RED": 40, "AMBER": 10}, "draft_days": {"AMBER": 50}, "active_changes": 3, "draft_changes": 1,
        "active_alerts": 2, "draft_alerts": 0,
    }  # fmt: skip
    colours = {"RED": [3, 1], "AMBER": [10, 12], "GREEN": [70, 70], "GREY": [2, 2]}
    report = {
        "accounts": 85, "moved": [moved], "by_colour": colours, "colour_days": colours, "changes": [40, 30],
        "changes_per_account_year_c": [512, 388], "until": "2026-11-15T18:00:00+00:00",
        "alerts": [{"month": "2026-03", "team": "u9", "event": "RiskTurnedRed", "active": 2, "draft": 1}],
    }  # fmt: skip
    return _run(rpb.WhatIf, id, report, against=1)


def tier_run(id: str) -> Any:
    """A what-if of the insights service."""
    moved = {
        "account_id": "x", "at": "2026-09-01T00:00:00+00:00", "event_id": "accounts:9", "told": "A", "told_score": 7100,
        "draft": "B", "draft_score": 6890, "first_different_at": "2026-05-01T00:00:00+00:00", "owner": "u1",
        "name": "Kan-code", "crm_id": "acc-1",
    }  # fmt: skip
    report = {
        "assessments": 400, "accounts": 85, "different_assessments": 9, "moved": [moved],
        "by_tier_told": {"A": 10, "B": 20, "C": 40, "N": 15}, "by_tier_draft": {"A": 9, "B": 21, "C": 40, "N": 15},
        "by_owner": {"u1": {"told": {"A": 6}, "draft": {"A": 5, "B": 8}, "over": True}},
        "alerts": [{"month": "2026-05", "team": "u1", "event": "TierChanged", "active": 1, "draft": 2}],
    }  # fmt: skip
    return _run(ipb.WhatIf, id, report, kind="tier_policy")


HOOK = "018f0000-0000-7000-8000-0000000000b1"
SECRET = "whsec_" + "c2VjcmV0" * 4


def webhooks(hook_id: str) -> npb.ListWebHooksResponse | None:
    """One that delivers, and one whose receiver has failed for too long."""
    rows = [
        npb.WebHook(
            hook_id=HOOK, name="BI loader", url="https://bi.example.com/stellwerk?x=<1>", types=["RiskTurnedRed"],
            state="active", position=4_711, waiting=2, sent_at="2026-11-20T09:00:00Z", generation=2,
            overlap_until="2026-11-21T09:00:00Z",
        ),
        npb.WebHook(
            hook_id=HOOK[:-1] + "2", name="ERP", url="https://erp.example.com/", types=["QBRHeld"], account_ids=["x"],
            state="disabled", why="HTTP 503", position=12, waiting=4_700, attempts=40, generation=1,
            failing_since="2026-11-16T09:00:00Z", error="HTTP 503",
        ),
    ]  # fmt: skip
    found = [r for r in rows if hook_id in ("", r.hook_id)]
    if not found:
        return None
    offered = [npb.OfferedTypes(topic="kam.risk.v1", types=["RiskTurnedRed", "RiskTurnedAmber"])]
    return npb.ListWebHooksResponse(rows=found, newest=4_713, offered=offered)


def attempts() -> npb.ListWebHookAttemptsResponse:
    """One that arrived, one that did not."""
    common = {"position": 4_711, "event_id": "risk:41", "type": "RiskTurnedRed", "replay": 0}
    rows = [
        npb.WebHookAttempt(at="2026-11-20T09:00:05Z", attempt=2, outcome="sent", millis=31, **common),
        npb.WebHookAttempt(
            at="2026-11-20T09:00:00Z", attempt=1, outcome="failed", why="HTTP 503", millis=8, **common
        ),
    ]  # fmt: skip
    return npb.ListWebHookAttemptsResponse(rows=rows)


def feed() -> npb.ListFeedResponse:
    """One event."""
    body = json.dumps({"type": "RiskTurnedRed", "sequence": 1, "data": {}})
    row = npb.FeedEntry(position=1, event_id="risk:41", type="RiskTurnedRed", body_json=body)
    return npb.ListFeedResponse(rows=[row], newest=1)
