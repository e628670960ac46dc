"""What `reads` found → protobuf messages. Absent values are empty strings or unset optionals, as the .proto says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.qbr.domain.review.states import OPEN
from services.qbr.reads.accounts import Card
from services.qbr.reads.ledger import Chain, Score
from services.qbr.reads.states import Row
from shared.contracts.people import Person
from shared.protos import qbr_pb2 as pb


def instant(at: datetime | None) -> str:
    """RFC 3339 in UTC."""
    return "" if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day(on: date | None) -> str:
    """ISO 8601."""
    return "" if on is None else on.isoformat()


def words(value: Any) -> str:
    """Empty for what is not known."""
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Names:
    """Words that rows only name: accounts, employees, persons of the customer, texts."""

    cards: Mapping[UUID, Card]
    zone: ZoneInfo
    staff: Mapping[str, str] = field(default_factory=dict)
    persons: Mapping[UUID, Person] = field(default_factory=dict)
    texts: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)

    def card(self, account_id: UUID) -> Card:
        return self.cards.get(account_id) or Card(account_id)

    def zone_of(self, account_id: UUID) -> ZoneInfo:
        said = self.card(account_id).time_zone
        return ZoneInfo(said) if said else self.zone

    def person(self, subject: UUID) -> str:
        found = self.persons.get(subject)
        return found.name if found else ""

    def owner(self, side: str, owner: str) -> str:
        return self.staff.get(owner, "") if side == "ours" else self.person(UUID(owner))

    def text(self, ref: str | None) -> str:
        found = self.texts.get(UUID(ref)) if ref else None
        return found["body"] if found else ""


def qbr_row(r: Row, known: Names, now: datetime, counted: tuple[int, int]) -> pb.QbrRow:
    card, zone = known.card(r["account_id"]), known.zone_of(r["account_id"])
    on = r["at"].astimezone(zone).date() if r["at"] else r["due_by"]
    late = r["state"] in OPEN and r["due_by"] is not None and now.astimezone(zone).date() > r["due_by"]
    return pb.QbrRow(
        qbr_id=str(r["qbr_id"]), account_id=str(r["account_id"]), account_crm_id=card.crm_id, account=card.name,
        tier=words(card.tier), state=r["state"], due_by=day(r["due_by"]), grace_days=r["grace_days"],
        at=instant(r["at"]), on=day(on), overdue=late, moves=r["moves"], owner_id=card.owner_id,
        owner=known.staff.get(card.owner_id, ""), open_actions=counted[1], actions=counted[0], event_id=r["event_id"],
        time_zone=zone.key,
    )  # fmt: skip


def series_row(r: Row, known: Names, open_qbr: UUID | None) -> pb.SeriesRow:
    card = known.card(r["account_id"])
    return pb.SeriesRow(
        account_id=str(r["account_id"]), account_crm_id=card.crm_id, account=card.name, state=r["state"],
        tier=r["tier"], interval_days=r["interval_days"], grace_days=r["grace_days"], due_by=day(r["due_by"]),
        last_held_on=day(r["last_held_on"]), open_qbr_id=words(open_qbr), paused_until=day(r["paused_until"]),
        event_id=r["event_id"], owner_id=card.owner_id, owner=known.staff.get(card.owner_id, ""),
        pull_forward_to=day(r["pull_forward_to"]),
    )  # fmt: skip


def action(r: Row, known: Names, today: date, told: Mapping[str, Any] | None = None) -> pb.Action:
    """`told`: the data of the event that closed it."""
    told, open_ = told or {}, r["state"] in ("Agreed", "InProgress")
    return pb.Action(
        action_id=str(r["action_id"]), qbr_id=str(r["qbr_id"]), account_id=str(r["account_id"]), state=r["state"],
        side=r["side"], owner=r["owner"], owner_name=known.owner(r["side"], r["owner"]), due=day(r["due"]),
        first_due=day(r["first_due"]), moved=r["moves"], overdue=open_ and r["due"] < today,
        blocked=r["blocked"] is not None, blocked_reason=words(r["blocked"]), title=r["title"],
        decision_id=words(r["decision_id"]), initiative_id=words(r["initiative_id"]), done_at=day(r["done_on"]),
        evidence_ref=told.get("evidence_ref", ""), reason=told.get("reason", ""), event_id=r["event_id"],
    )  # fmt: skip


def decision(r: Row, known: Names) -> pb.Decision:
    data = r["data"]
    return pb.Decision(
        decision_id=data["decision_id"], text=known.text(data["text_ref"]), agreed_by=data["agreed_by"],
        at=instant(r["effective_at"]), event_id=r["event_id"],
    )  # fmt: skip


def template(r: Row) -> pb.Template:
    document = r["document"]
    return pb.Template(
        template_id=r["template_id"], version=r["template_version"], state=r["state"],
        agenda=[pb.Section(**_some(s, ("key", "title_de", "title_en", "minutes"))) for s in document["agenda"]],
        result_fields=[
            pb.ResultField(**_some(f, ("key", "title_de", "title_en", "required")))
            for f in document.get("result_fields", ())
        ],
        pack_sections=document.get("pack_sections", ()), event_id=r["event_id"],
    )  # fmt: skip


def _some(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def chain(c: Chain, known: Names, today: date, held: Mapping[UUID, datetime]) -> pb.LedgerRow:
    card = known.card(c.account_id)
    return pb.LedgerRow(
        qbr_id=str(c.qbr_id), held_at=instant(held.get(c.qbr_id)),
        account_id=str(c.account_id), account_crm_id=card.crm_id, account=card.name,
        decision=decision(c.decision, known) if c.decision else None,
        action=action(c.action, known, today) if c.action else None,
        initiative_id=words(c.action["initiative_id"]) if c.action else "", initiative_state=c.initiative,
        outcome=c.outcome, kept=c.kept, event_ids=c.event_ids,
    )  # fmt: skip


def side(s: Score) -> pb.LedgerSide:
    return pb.LedgerSide(
        side=s.side, due=s.due, kept=s.kept, late=s.late, broken=s.broken, open=s.open, dropped=s.dropped,
        moved=s.moved, said_done_bp=s.said_done_bp,
    )  # fmt: skip


HIDDEN = frozenset({"QBROpened", "QBRActionNoted"})
"""Technical events that no history shows."""


def history(told: Sequence[Row]) -> list[pb.HistoryEntry]:
    """Newest first. Only plain values; words and names are elsewhere."""
    return [
        pb.HistoryEntry(
            at=instant(r["effective_at"]), recorded_at=instant(r["recorded_at"]), what=r["type"], actor=r["actor"],
            event_id=r["event_id"], facts={k: _plain(v) for k, v in r["data"].items() if _is_plain(v)},
        )
        for r in reversed(told)
        if r["type"] not in HIDDEN
    ]  # fmt: skip


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, bool))


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def window(first: str, on: str, last: str) -> bool:
    """Whether a day lies between two, both included; empty: unbounded."""
    return (not first or first <= on) and (not last or on <= last)
