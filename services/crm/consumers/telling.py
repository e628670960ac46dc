"""Facts → events of the record streams, words → people vault, news about the connection → its stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.crm import domain, reads, vault
from services.crm.consumers.touched import Touched
from services.crm.mapping.values import moment, text
from services.crm.policy.history import BEGIN
from services.crm.policy.records import usable_address
from services.crm.policy.timeline import Fact, crm_id_of, facts
from services.crm.policy.world import World
from shared.clock import instant
from shared.contracts.people import Person
from shared.eventstore.events import Meta, NewEvent, encode
from shared.eventstore.store import Connection, load_in
from shared.ids import subject_id

NOW = -BEGIN
"""Later than anything."""
_NOTHING = reads.Stream((), 0)
_NAMING = frozenset(("activity", "opportunity", "contact", "user"))


async def tell(raw: Connection, batch: Touched) -> list[NewEvent]:
    """The events that the touched records give cause for."""
    edition, world = batch.edition, batch.world
    due = []
    for record, since in batch.records.items():
        history = world.rows.get(record)
        kind = edition.tables[record.partition("/")[0]].record
        if history is not None and kind is not None:
            due.append((domain.stream_of(edition.system, kind, record), kind, record, since))
    streams = await reads.told(raw, [stream for stream, _, record, _ in due if record in batch.known])
    out: list[NewEvent] = []
    actor = f"crm:{edition.system}"
    for stream, kind, record, since in due:
        told = streams.get(stream, _NOTHING)
        found = facts(world, kind, record, since, told.told)
        if found:
            head = orjson.dumps({"system": edition.system, "object": kind, "record_id": crm_id_of(kind, record)})[
                :-1
            ].decode()
            for version, fact in enumerate(found, told.version + 1):
                at, topic = moment(max(fact.instant, 0)), domain.topic_of(kind, fact.name)
                source = f'{head},"change_id":"{_change(world, record, fact.instant)}"}}'
                out.append(
                    NewEvent(
                        stream,
                        version,
                        topic,
                        fact.raw,
                        at,
                        actor,
                        domain.version_of(topic),
                        source=source,
                        subjects=_subjects(kind, fact),
                    )
                )
    return out


def _change(world: World, record: str, instant: int) -> str:
    """Which message told the record's row as it was then: binlog file, position, row."""
    span = world.rows[record].span_at(instant)
    return f"{span.at.file}:{span.at.pos}:{span.at.step >> 2}" if span is not None else ""


def _subjects(kind: str, fact: Fact) -> str | None:
    """An array literal of the persons that the fact names."""
    if kind not in _NAMING:
        return None
    data = fact.data
    if kind == "activity":
        named: Iterable[Any] = data.get("participants", ())
    elif kind == "opportunity":
        named = [c["subject_id"] for c in data.get("contacts", ())]
    else:
        named = [data["subject_id"]] if "subject_id" in data else ()
    return f"{{{','.join(map(str, named))}}}" if named else None


async def remember_persons(conn: AsyncConnection, raw: Connection, batch: Touched) -> None:
    """The newest words of each person that was touched, into the vault; physically deleted persons out of it."""
    if not batch.persons:
        return
    world, system = batch.world, batch.edition.system
    addresses = {p: usable_address(world, p, NOW) for p in batch.persons}
    words = await reads.words(raw, {*batch.persons, *filter(None, addresses.values())})
    there, gone = [], []
    for row in sorted(batch.persons):
        history = world.rows.get(row)
        if history is None or history.table.record is None or not history.spans:
            continue
        kind, key = history.table.record, history.key
        subject = subject_id(system, kind, key)
        if history.spans[-1].cells is None or row not in words:
            gone.append(subject)
            continue
        said = read_words(world, row, words[row])
        mail = read_words(world, addresses[row] or "", words.get(addresses[row] or "", {})).get("mail")
        name = " ".join(filter(None, (said.get("first_name"), said.get("last_name")))) or key
        there.append(
            Person.model_validate(
                {"subject_id": subject, "kind": kind, "change": 0, "crm_id": key, "name": name, "mail": mail}
                | {k: said.get(k) for k in ("title", "department")}
            )
        )
    await vault.write_in(conn, there)
    if gone:
        await vault.forget_in(conn, gone)


def read_words(world: World, row: str, cells: Mapping[str, Any]) -> dict[str, str | None]:
    """The words of a row by field; what is no text is none."""
    table = world.edition.tables.get(row.partition("/")[0])
    return (
        {f.name: text(cells.get(f.column)) if isinstance(cells.get(f.column), str) else None for f in table.words}
        if table
        else {}
    )


_PACE = frozenset((domain.LagExceeded.TOPIC, domain.LagCleared.TOPIC))


class Health:
    """Events of the connection's own stream, numbered on."""

    def __init__(self, system: str, rows: Sequence[Sequence[Any]]) -> None:
        self._stream, self._system = domain.source_stream(system), system
        self._version, self._topics, self._last = 0, set[str](), moment(0)
        self._pace: str | None = None
        for _, self._version, topic, _, effective_at, _ in rows:
            self._topics.add(topic)
            self._pace = topic if topic in _PACE else self._pace
            self._last = max(self._last, instant(effective_at))
        self.events: list[NewEvent] = []

    @classmethod
    async def read(cls, raw: Connection, system: str) -> Health:
        """The stream as it is; call it under the mirror's lock."""
        stream = domain.source_stream(system)
        return cls(system, (await load_in(raw, [stream]))[stream])

    def knows(self, event: type[domain.SourceEvent]) -> bool:
        """Whether such an event was ever told."""
        return event.TOPIC in self._topics

    @property
    def behind(self) -> bool | None:
        """Whether we said last that we are behind; None: nothing about it was ever said."""
        return None if self._pace is None else self._pace == domain.LagExceeded.TOPIC

    def tell(self, event: type[domain.SourceEvent], at: datetime | None, **fields: Any) -> None:
        """Add one. `at` is business time, never ahead of the rows read: readers take it for a watermark."""
        self._version += 1
        self._topics.add(event.TOPIC)
        self._pace = event.TOPIC if event.TOPIC in _PACE else self._pace
        self._last = at or self._last
        new = event(
            originator_id=self._stream,
            originator_version=self._version,
            timestamp=self._last,
            system=self._system,
            **fields,
        )
        self.events += encode([new], Meta(f"crm:{self._system}"))
