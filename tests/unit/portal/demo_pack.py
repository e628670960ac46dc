"""Packs, changes and promises of the qbr service that never was."""

from __future__ import annotations

import json
from typing import Any

from shared.protos import qbr_pb2 as pb
from tests.unit.portal.demo_qbr import HASH, SECTIONS, action, demo_people, ids, qbr_id, row


def pack(frozen: bool, account_id: str, locale: str) -> pb.GetPackResponse:
    source = {"topic": "kam.crm.v1", "health": "ok", "watermark_at": "2026-11-15T03:58:38Z"}
    as_of = "2026-11-12T08:00:00Z"
    people = demo_people(account_id)

    def figure(name: str, value: Any, unit: str, of: str | None = None) -> dict[str, Any]:
        return {
            "name": name,
            "of": of,
            "value": value,
            "unit": unit,
            "as_of": as_of,
            "source": source,
            "events": ["accounts:1003", "qbr:77", "growth:12", "crm:9"],
            "internal": False,
        }

    def section(name: str) -> dict[str, Any]:
        out: dict[str, Any] = {
            "name": name,
            "status": "ok",
            "reason": None,
            "internal": name == "stakeholders",
            "source": source,
            "figures": [],
            "tables": [],
        }
        if name == "risk":
            out["figures"] = [figure("colour", "RED", "code"), figure("score", 7_215, "points")]
            out["tables"] = [
                table(
                    "causes",
                    [("cause", "code"), ("points", "points"), ("countermeasure", "text"), ("standing", "code")],
                    [["p1_72h", None, "Send the task force", "overdue"], ["service", 4_640, None, "no_countermeasure"]],
                )
            ]
        if name == "open_questions":
            out["tables"] = [
                table(
                    "questions",
                    [("rule", "code"), ("about", "text"), ("value", "number"), ("unit", "text"), ("by", "day")],
                    [
                        ["cause_unanswered", "silence", None, None, None],
                        ["secure_renewal", "GTX 2026", 20_400_000, "minor:USD", "2026-12-18"],
                    ],
                )
            ]
        if name == "whitespace":
            return out | {"status": "empty", "reason": "no_whitespace"}
        if name == "usage":
            return out | {"status": "stale", "reason": "usage_silent"}
        if name == "pipeline":
            out["figures"] = [figure("open_amount", 48_000_000, "minor:USD"), figure("open_deals", 3, "count")]
            out["tables"] = [
                table(
                    "deals",
                    [("deal", "text"), ("stage", "text"), ("amount", "minor"), ("closes", "day")],
                    [["Extension Rostock", "Proposal", 12_000_000, "2026-12-18"]] * 14,
                )
            ]
        if name == "stakeholders":
            out["figures"] = [figure("in_role", people[0], "person", "CHAMPION")]
            out["tables"] = [
                table(
                    "people",
                    [("person", "person"), ("roles", "code"), ("stale", "yes_no")],
                    [[people[0], ["CHAMPION"], False], [ids("erased"), [], True]],
                )
            ]
        if name == "goals":
            out["figures"] = [figure("goals_on_track", 1, "count"), figure("nrr", 10480, "bp")]
        return out

    def table(name: str, columns: list[tuple[str, str]], rows: list[list[Any]]) -> dict[str, Any]:
        return {
            "name": name,
            "as_of": as_of,
            "source": source,
            "internal": False,
            "columns": [{"name": c, "unit": u, "internal": False} for c, u in columns],
            "rows": [
                {"id": str(i), "cells": r, "events": ["accounts:1003"], "currency": "USD", "internal": False}
                for i, r in enumerate(rows)
            ],
        }

    body = {"as_of": as_of, "locale": locale, "account": [], "sections": [section(s) for s in SECTIONS]}
    content = json.dumps(body, sort_keys=True).encode()
    return pb.GetPackResponse(
        canonical_json=content, pack_hash=HASH, frozen=frozen, matches=True, as_of=as_of, account_id=account_id
    )


def since(account_id: str, as_of: str) -> pb.GetSinceLastQbrResponse:
    changes = [
        pb.Change(
            section="people",
            kind="person_left",
            what=demo_people(account_id)[0],
            at="2026-10-01T08:00:00Z",
            event_ids=["accounts:1003"],
        ),
        pb.Change(
            section="promises",
            kind="promise_moved",
            what="Send the migration concept",
            at="2026-10-20T08:00:00Z",
            event_ids=["qbr:220"],
            facts={"was": "2026-10-30", "now": "2026-11-12", "moved_days": "13"},
        ),
    ]
    changes.append(
        pb.Change(
            section="risk", kind="risk_colour", at="2026-11-01T08:00:00Z", event_ids=["risk:7"],
            facts={"was": "GREEN", "now": "RED"},
        )
    )  # fmt: skip
    changes.append(
        pb.Change(
            section="contracts", kind="contract_value", what="GTX 2026", at="2026-11-02T08:00:00Z", event_ids=["crm:7"],
            facts={"amount_minor": "1250000", "currency": "USD"},
        )
    )  # fmt: skip
    return pb.GetSinceLastQbrResponse(since="2026-08-12T09:00:00Z", qbr_id=qbr_id(8), changes=changes, as_of=as_of)


def ledger(account_id: str, as_of: str) -> pb.GetLedgerResponse:
    rows, sides = [], []
    for n in (6, 8):
        head = row(n)
        if account_id not in ("", head.account_id):
            continue
        decision = pb.Decision(
            decision_id=ids("decision"), text="We migrate the Rostock plant first.", event_id="qbr:210"
        )
        for i, kept in enumerate(("broken", "open", "kept")):
            promise = action(i, head.qbr_id, head.account_id, state="Done" if kept == "kept" else "Agreed")
            rows.append(
                pb.LedgerRow(
                    qbr_id=head.qbr_id,
                    held_at=head.at,
                    account_id=head.account_id,
                    account_crm_id=head.account_crm_id,
                    account=head.account,
                    decision=decision if i < 2 else None,
                    action=promise,
                    kept=kept,
                    initiative_id=promise.initiative_id,
                    initiative_state="InProgress" if promise.initiative_id else "",
                    event_ids=["qbr:210", f"qbr:{220 + i}"],
                )
            )
        alone = pb.Decision(decision_id=ids("alone"), text="We stay on GTX.", event_id="qbr:230")
        rows.append(
            pb.LedgerRow(
                qbr_id=head.qbr_id,
                held_at=head.at,
                account_id=head.account_id,
                account_crm_id=head.account_crm_id,
                account=head.account,
                decision=alone,
                event_ids=["qbr:230"],
            )
        )
        sides = [
            pb.LedgerSide(side="ours", due=3, kept=2, late=0, broken=1, open=1, dropped=0, moved=2, said_done_bp=6667),
            pb.LedgerSide(side="customer", open=1),
        ]
    return pb.GetLedgerResponse(as_of=as_of, rows=rows, sides=sides)


def preparation_times() -> pb.GetPreparationTimesResponse:
    rows = [
        pb.PreparationTime(n=9, median_minutes=38),
        pb.PreparationTime(team="u-7", team_name="Franziska Kling", n=6, median_minutes=52),
        pb.PreparationTime(team="u-9", n=3),
    ]
    return pb.GetPreparationTimesResponse(target_minutes=45, rows=rows)
