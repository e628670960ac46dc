"""Alerts and their ledger, as of any instant: the newest row until then is the state."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.domain.values import ENDS

Row = Mapping[str, Any]
_HEADS = """
SELECT a.*, coalesce(c.name, '') AS account_name, coalesce(c.crm_id, '') AS crm_id, s.status
FROM alerts a
CROSS JOIN LATERAL (SELECT status FROM alert_log l WHERE l.alert_id = a.alert_id AND l.effective_at <= :at
                    ORDER BY position DESC LIMIT 1) s
LEFT JOIN accounts c ON c.account_id = a.account_id
WHERE (CAST(:account AS uuid) IS NULL OR a.account_id = :account)
    AND (CAST(:person AS text) IS NULL OR EXISTS (SELECT FROM alert_log l WHERE l.alert_id = a.alert_id
            AND l.person = :person AND l.effective_at <= :at))
    AND (CAST(:rules AS text[]) IS NULL OR a.rule = ANY(CAST(:rules AS text[])))
    AND (CAST(:states AS text[]) IS NULL OR s.status = ANY(CAST(:states AS text[])))
    AND (CAST(:ids AS uuid[]) IS NULL OR a.alert_id = ANY(CAST(:ids AS uuid[])))
    AND (CAST(:after AS bigint) IS NULL OR a.position < :after)
    AND (CAST(:within AS uuid[]) IS NULL OR a.account_id = ANY(CAST(:within AS uuid[])))
ORDER BY a.position DESC LIMIT :n"""
_LOG = text("""
SELECT *, CAST(data AS jsonb) AS data FROM alert_log
WHERE alert_id = ANY(CAST(:ids AS uuid[])) AND effective_at <= :at ORDER BY position""")
_INBOX = text("""
SELECT DISTINCT alert_id FROM alert_log
WHERE person = ANY(CAST(:people AS text[])) AND type = 'AlertDelivered' AND channel = 'in_app'""")
_CHILDREN = text("""
SELECT alert_id FROM (SELECT DISTINCT ON (alert_id) alert_id, type, data FROM alert_log
    WHERE account_id = :account AND type IN ('AlertFolded', 'AlertUnfolded') AND effective_at <= :at
    ORDER BY alert_id, position DESC) f
WHERE type = 'AlertFolded' AND data ->> 'under' = :alert""")


@dataclass
class Case:
    """One alert as its ledger tells it. `people`: (role, delivered at, seen, digest) by person."""

    head: Row
    log: list[Row] = field(default_factory=list)
    level: int = 0
    title: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    acknowledged_by: str = ""
    snoozed_until: str = ""
    snoozes: int = 0
    under: str = ""
    by_event: str = ""
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether it is not over."""
        return self.head["status"] not in ENDS

    def take(self, row: Row) -> None:
        """One line of the ledger."""
        self.log.append(row)
        d, person = row["data"], row["person"]
        self.steps.update({s["key"]: {**s, "state": "waiting"} for s in d.get("steps", ())})
        match row["type"]:
            case "AlertRaised" | "AlertScheduleExtended":
                self.title, self.facts = d["title"], d["facts"]
                self.why += [e for e in d["why"] if e not in self.why]
                self.acknowledged_by = ""
            case "AlertStepReached" | "AlertEscalated":
                self.level = max(self.level, d["level"])
                self.steps.get(d["step"], {})["state"] = "reached"
                for told in d["to"]:
                    self.people.setdefault(told["person"], {})["role"] = told["role"]
            case "AlertStepSkipped":
                self.steps.get(d["step"], {})["state"] = f"skipped: {d['why']}"
            case "AlertDelivered" if row["channel"] == "in_app":
                self.people.setdefault(person, {}).update(at=row["effective_at"], digest=d.get("digest_id"))
            case "AlertSeen":
                self.people.setdefault(person, {})["seen"] = True
            case "AlertAcknowledged":
                self.acknowledged_by, self.snoozed_until = person, ""
                self.people.setdefault(person, {})["seen"] = True
            case "AlertReopened":
                self.acknowledged_by = ""
            case "AlertSnoozed":
                self.snoozed_until, self.snoozes = d["until"], self.snoozes + 1
            case "AlertSnoozeEnded":
                self.snoozed_until = ""
            case "AlertDelegated":
                self.people.setdefault(d["to"], {})["role"] = "delegate"
            case "AlertFolded":
                self.under = d["under"]
            case "AlertUnfolded":
                self.under = ""
            case "AlertResolved":
                self.by_event = d["by_event"]


async def find(
    conn: AsyncConnection, at: datetime, *, account: UUID | None = None, person: str | None = None,
    rules: Sequence[str] = (), states: Sequence[str] = (), ids: Sequence[UUID] | None = None,
    after: int | None = None, n: int = 200, within: Collection[UUID] | None = None,
) -> list[Case]:  # fmt: skip
    """The newest first, each with its ledger until `at`. `within`: of these accounts only."""
    where = {
        "at": at, "account": account, "person": person, "rules": list(rules) or None, "states": list(states) or None,
        "ids": None if ids is None else list(ids), "after": after, "n": n,
        "within": None if within is None else list(within),
    }  # fmt: skip
    found = {r["alert_id"]: Case(dict(r)) for r in (await conn.execute(text(_HEADS), where)).mappings()}
    for row in (await conn.execute(_LOG, {"ids": list(found), "at": at})).mappings():
        found[row["alert_id"]].take(dict(row))
    return list(found.values())


async def inbox(
    conn: AsyncConnection, at: datetime, people: Sequence[str], n: int, everything: bool,
    within: Collection[UUID] | None = None,
) -> list[Case]:  # fmt: skip
    """What the inboxes of these people hold: all that is open (and delivered), or everything."""
    ids = list((await conn.execute(_INBOX, {"people": list(people)})).scalars())
    found = await find(conn, at, ids=ids, n=max(n, len(ids)), within=within)
    return [c for c in found if everything or c.open][:n]


async def children(conn: AsyncConnection, at: datetime, case: Case) -> list[Case]:
    """What an alert explains."""
    where = {"account": case.head["account_id"], "alert": str(case.head["alert_id"]), "at": at}
    ids = list((await conn.execute(_CHILDREN, where)).scalars())
    return await find(conn, at, ids=ids)


_CALM = text("""
SELECT type, channel, person, effective_at, data ->> 'why' AS why, data ->> 'digest_id' AS digest, alert_id
FROM alert_log WHERE effective_at >= :first AND effective_at < :last""")
_RULES = text("""
SELECT a.rule, l.type, count(DISTINCT a.alert_id) AS n FROM alerts a JOIN alert_log l USING (alert_id)
WHERE l.effective_at >= :first AND l.effective_at < :last GROUP BY a.rule, l.type""")


async def calm(conn: AsyncConnection, first: datetime, last: datetime) -> tuple[list[Row], list[Row]]:
    """Every line of the ledger in a period, short; and per rule how many alerts had which event."""
    where = {"first": first, "last": last}
    lines: list[Row] = [dict(r) for r in (await conn.execute(_CALM, where)).mappings()]
    return lines, [dict(r) for r in (await conn.execute(_RULES, where)).mappings()]
