"""From what a record was at every instant, and what has been told of it, to the facts that are still to be told.

The told facts are read back from the record's stream, so there is no second truth. A fact is told only where the state
in force differs from the told one, at the instant from which it holds: facts come late, but never twice. If a change of
the past was told, the newest state is told again after it, so that the highest revision is always the present.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from services.crm.mapping.edition import Edition
from services.crm.policy.history import BEGIN
from services.crm.policy.records import STATES
from services.crm.policy.world import World

STATE_NAMES = frozenset(("Seen", "Deleted", "Merged"))
"""Facts that say what the record is; the others say what happened."""


class Told(NamedTuple):
    """A fact of a stream: its name, its fields as stored, and its instant in milliseconds."""

    name: str
    raw: bytes
    instant: int


class Fact(NamedTuple):
    """A fact to tell; `data` are its fields."""

    name: str
    raw: bytes
    instant: int
    data: Mapping[str, Any]


class _State:
    """What a record is: the name of the fact that says so, and its fields."""

    __slots__ = ("_data", "name", "raw")

    def __init__(self, name: str, raw: bytes, data: Mapping[str, Any] | None = None) -> None:
        self.name, self.raw, self._data = name, raw, data

    @property
    def data(self) -> Mapping[str, Any]:
        if self._data is None:
            self._data = orjson.loads(self.raw)
        return self._data

    def same(self, other: _State | None) -> bool:
        return other is not None and self.raw == other.raw and self.name == other.name


def facts(world: World, kind: str, record: str, since: int, told: Sequence[Told]) -> list[Fact]:
    """What is to be told of a record after rows that say something from `since` on have arrived."""
    published = {t.instant: _State(t.name, t.raw) for t in told if t.name in STATE_NAMES}
    want = have = _before(published, since)
    states = _states(world, kind, record, since)
    crm_id = crm_id_of(kind, record)
    out: list[Fact] = []
    ours = BEGIN
    for instant in sorted({*states, *(p for p in published if p >= since)}) if published else states:
        was_want, was_have, replaced = want, have, published.get(instant)
        if instant in states:
            want = _state(world, kind, crm_id, states[instant], want)
        if replaced is not None:
            have = replaced
        if want is None:
            if have is None:
                continue
            want = _state(world, kind, crm_id, None, have)  # it did not exist yet: we had told too early
        if want is not None and not want.same(have):
            again = _happened(world, kind, was_have, replaced)
            out += _told(kind, instant, was_want, replaced, want)
            out += [
                f for f in _happened(world, kind, was_want, want, instant) if not any(f[:2] == a[:2] for a in again)
            ]
            have = published[instant] = want
            ours = instant
    if out and have is not None and (now := _held_since(published, have)) != ours:
        out.append(Fact(have.name, have.raw, now, have.data))
    return out


def _held_since(told: Mapping[int, _State], present: _State) -> int:
    """From when on the present state has been in force without a break."""
    since = BEGIN
    for instant in sorted(told, reverse=True):
        if not told[instant].same(present):
            break
        since = instant
    return since


def _before(published: Mapping[int, _State], since: int) -> _State | None:
    newest = max((p for p in published if p < since), default=None)
    return None if newest is None else published[newest]


def _states(world: World, kind: str, record: str, since: int) -> dict[int, dict[str, Any] | str | None]:
    """Instant → fields of the record, the row of its survivor, or None: not there. From `since` on."""
    history = world.rows.get(record)
    if history is None:
        return {}
    state_of = STATES[kind]
    instants = world.instants(record, since)
    begins = history.instants[0] if history.instants else BEGIN
    out: dict[int, dict[str, Any] | str | None] = {}
    for instant in instants:
        if instant < begins:
            continue
        fields = history.at(instant)
        if fields is not None:
            out[instant] = state_of(world, record, fields, instant)
        elif kind == "account" and (heir := world.survivor(record, instant)) != record:
            out[instant] = heir
        else:
            out[instant] = None
    return out


def _state(
    world: World, kind: str, crm_id: str, found: dict[str, Any] | str | None, before: _State | None
) -> _State | None:
    """A deleted record belongs to the account that it was last seen with; one never seen is no fact at all."""
    data: dict[str, Any] = {"system": world.edition.system, "crm_id": crm_id}
    if isinstance(found, dict):
        data.update(found)
        return _State("Seen", orjson.dumps(data), data)
    if before is None:
        return None
    if found is not None:
        heir = found.partition("/")[2]
        data.update(account_crm_id=heir, object=kind, survivor_crm_id=heir)
        return _State("Merged", orjson.dumps(data), data)
    if before.name == "Deleted":
        return before
    own = crm_id if kind == "account" else before.data["account_crm_id"]
    data.update(account_crm_id=own, object=kind)
    return _State("Deleted", orjson.dumps(data), data)


def _told(kind: str, instant: int, before: _State | None, replaced: _State | None, want: _State) -> Iterable[Fact]:
    """The state, and before it, to each account that held the record, that it is elsewhere now."""
    if kind not in ("account", "user", "usage"):
        account = want.data["account_crm_id"]
        held = {s.data["account_crm_id"] for s in (before, replaced) if s is not None} - {None, account}
        for old in sorted(held):
            data = {k: want.data[k] for k in ("system", "crm_id")} | {
                "account_crm_id": old,
                "object": kind,
                "to_account_crm_id": account,
            }
            yield _fact("Moved", instant, data)
    yield Fact(want.name, want.raw, instant, want.data)


def _fact(name: str, instant: int, data: Mapping[str, Any]) -> Fact:
    return Fact(name, orjson.dumps(data), instant, data)


def _happened(world: World, kind: str, before: _State | None, after: _State | None, instant: int = BEGIN) -> list[Fact]:
    """What happened between two states: a deal moved, was won, lost; a case was opened, reopened, escalated, closed."""
    if after is None or after.name != "Seen" or kind not in ("opportunity", "case", "user"):
        return []
    new = after.data
    old = before.data if before is not None and before.name == "Seen" else None
    head = {k: new[k] for k in ("system", "crm_id", "account_crm_id")}
    if kind == "opportunity":
        found = _deal(world.edition, old, new)
    elif kind == "case":
        found = _case(old, new)
    else:
        found = (
            [("Deactivated", {"subject_id": new["subject_id"]})] if old and old["active"] and not new["active"] else []
        )
    return [_fact(name, instant, head | data) for name, data in found]


_Happenings = list[tuple[str, dict[str, Any]]]


def _deal(edition: Edition, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> _Happenings:
    out: _Happenings = []
    stage, amount, currency = new["stage"], new["amount"], new["currency"]
    if old is not None and old["stage"] != stage:
        a, b = old["probability"], new["probability"]
        direction = "level" if a is None or b is None or a == b else "forward" if b > a else "backward"
        out.append(("StageChanged", {"from_stage": old["stage"], "to_stage": stage, "direction": direction}))
    if old is not None and (old["amount"], old["currency"]) != (amount, currency):
        out.append(("AmountChanged", {"from_amount": old["amount"], "to_amount": amount, "currency": currency}))
    if old is None or old["stage"] != stage:
        if stage in edition.won:
            out.append(("Won", {"amount": amount, "currency": currency}))
        elif stage in edition.lost:
            out.append(("Lost", {"amount": amount, "currency": currency}))
    return out


def _case(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> _Happenings:
    out: _Happenings = []
    opened, was_open = new["opened_at"], old["is_open"] if old else None
    if new["is_open"] and old is None:
        out.append(("Opened", {"number": new["number"], "priority": new["priority"], "opened_at": opened}))
    elif new["is_open"] and was_open is False:
        out.append(("Reopened", {"opened_at": opened}))
    if old and new["is_open"] and old["priority"] and new["priority"] and new["priority"] < old["priority"]:
        out.append(("Escalated", {"from_priority": old["priority"], "to_priority": new["priority"]}))
    if not new["is_open"] and was_open is not False:
        out.append(("Closed", {"opened_at": opened, "closed_at": new["closed_at"]}))
    return out


def crm_id_of(kind: str, record: str) -> str:
    """The id by which facts name a record. Activities lie in several tables, which may use the same id: theirs says the
    table.
    """
    if kind == "activity":
        return record
    key = record.partition("/")[2]
    return key.partition("/")[2] if kind == "usage" else key
