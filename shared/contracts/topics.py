"""The Kafka topics. Their names and partition counts are part of the contract: a key that moves to another partition
escapes the positions that readers keep, so a count is changed only as `docs/runbook.md` tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: who writes it, who reads it, and what a message on it means."""

    name: str
    partitions: int
    key: str
    producer: str
    consumers: tuple[str, ...]
    meaning: str
    compacted: bool = False
    """State by key (the newest value counts, null removes it) instead of a history."""


def _by_name(*topics: Topic) -> Mapping[str, Topic]:
    return {topic.name: topic for topic in topics}


TOPICS = _by_name(
    Topic(
        "kam.crm.v1",
        4,
        "account id",
        "crm",
        ("accounts", "growth", "insights", "notifications", "qbr", "risk"),
        "Facts about the records of the CRM, and the health of its connection.",
    ),
    Topic(
        "kam.accounts.v1",
        4,
        "account id",
        "accounts",
        ("growth", "insights", "notifications", "qbr", "risk"),
        "Judgements about accounts: tier, team, stakeholders, contracts, interactions.",
    ),
    Topic(
        "kam.qbr.v1",
        4,
        "account id",
        "qbr",
        ("accounts", "growth", "insights", "notifications", "risk"),
        "Quarterly business reviews: series, preparation, packs, meetings held, decisions, actions.",
    ),
    Topic(
        "kam.growth.v1",
        4,
        "account id",
        "growth",
        ("accounts", "insights", "notifications", "qbr", "risk"),
        "Growth plans: goals, initiatives, milestones and what is overdue, plays, whitespace.",
    ),
    Topic(
        "kam.risk.v1",
        4,
        "account id",
        "risk",
        ("accounts", "insights", "notifications", "qbr"),
        "The traffic light: score, colour and its reasons, risks, countermeasures, escalations.",
    ),
    Topic(
        "kam.notifications.v1",
        4,
        "account id",
        "notifications",
        ("insights",),
        "Alerts: raised, delivered, suppressed and why, acknowledged, escalated, resolved.",
    ),
    Topic(
        "kam.kpi.v1",
        4,
        "KPI and scope",
        "insights",
        (),
        "KPI values: computed for a period, and restated openly when a late or corrected fact changes them.",
    ),
    Topic(
        "kam.bi.v1",
        4,
        "table and key of the row",
        "insights",
        (),
        "Rows of the BI tables as they are now; null: the row is gone. The same rows as in the schema `bi`.",
        compacted=True,
    ),
    Topic(
        "kam.people.v1",
        4,
        "subject id",
        "crm",
        ("accounts", "notifications", "qbr"),
        "The words about a person (name, title, mail); null: erased. The only place in which names travel.",
        compacted=True,
    ),
)
"""What our services publish."""

SOURCES = _by_name(
    Topic(
        "sugar.suitecrm.<table>",
        1,
        "primary key of the row",
        "Debezium",
        ("crm",),
        "Row changes of one CRM table, as Debezium captures them.",
    ),
    Topic("sugar", 1, "database name", "Debezium", ("crm",), "Schema changes of the CRM's database."),
    Topic("__debezium-heartbeat.sugar", 1, "server name", "Debezium", ("crm",), "Sign of life of the connector."),
    Topic("crm.usage.v1", 1, "account id in the CRM", "the product", ("crm",), "Weekly product usage by account."),
)
"""What others publish for us: messages with neither `position` nor `prev`; `<table>` stands for each mapped table."""

_OF_ANOTHER_CRM = {
    r"[\w-]+\.[\w-]+\.[\w-]+": "sugar.suitecrm.<table>",
    r"__debezium-heartbeat\.[\w-]+": "__debezium-heartbeat.sugar",
    r"[\w-]+": "sugar",
}
"""Debezium names its topics after the connection (`STELLWERK_CRM_SYSTEM`) and its database; they mean the same."""


def topic(name: str) -> Topic:
    """The contract of one topic. Raises KeyError for a name that is in neither table: add it there first."""
    found = TOPICS.get(name) or SOURCES.get(name)
    if found is None and not name.startswith("kam."):
        like = next((known for form, known in _OF_ANOTHER_CRM.items() if re.fullmatch(form, name)), None)
        found = replace(SOURCES[like], name=name) if like else None
    if found is None:
        raise KeyError(f"{name!r} is in no topic table; describe it in shared/contracts/topics.py")
    return found
