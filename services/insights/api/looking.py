"""Search and the audit trail. A part of `Queries`."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import grpc.aio
import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from services.insights.api import messages, parse
from services.insights.api.worlds import Worlds
from services.insights.policy import search, trail
from services.insights.policy.facts import Fact
from services.insights.policy.world import World
from services.insights.reads import audit
from shared.edge.passport import caller
from shared.edge.wording import words
from shared.errors import NotFound
from shared.protos import insights_pb2 as pb

Context = grpc.aio.ServicerContext[Any, Any]
SHORTEST = 2  # letters of a query: one letter finds nearly everything
HITS, MOST_HITS = 8, 50
EVENTS, MOST_EVENTS = 100, 500


class Looking:
    """What `Queries` has: the engine and the worlds. `Search` and `GetTrail` of the .proto."""

    _engine: AsyncEngine
    _worlds: Worlds
    _index: search.Index

    async def Search(self, r: pb.SearchRequest, _: Context) -> pb.SearchResponse:
        """Everything with these words, by kind, the best first."""
        fields = parse.Fields()
        if len("".join(words(r.query))) < SHORTEST or len(r.query) > 200:
            fields.wrong("query", f"give {SHORTEST} letters or more, at most 200")
        if not 0 <= r.limit <= MOST_HITS:
            fields.wrong("limit", f"{r.limit} is not from 1 to {MOST_HITS}")
        if unknown := [k for k in r.kinds if k not in search.KINDS]:
            fields.wrong("kinds", f"{unknown[0][:40]!r} is none of {', '.join(search.KINDS)}")
        fields.done()
        world = await self._worlds.at()
        every = await asyncio.to_thread(self._index.find, world, r.query, r.kinds)
        found = {k: [e for e in hits if caller().reaches(e.account)] for k, hits in every.items()}
        limit = r.limit or HITS
        return pb.SearchResponse(
            query=r.query,
            groups=[
                pb.SearchGroup(kind=k, found=len(hits), hits=[messages.hit(world, e) for e in hits[:limit]])
                for k, hits in found.items()
            ],
        )

    async def GetTrail(self, r: pb.GetTrailRequest, _: Context) -> pb.GetTrailResponse:
        """Every public event about a thing, a page at a time. Raises NotFound if there is none."""
        id = self._asked(r)
        world = await self._worlds.at()
        found, before = await asyncio.to_thread(self._about, world, r.kind, id)
        if not found:
            raise NotFound(f"no event is about the {r.kind} {r.id[:80]}", slug="trail-empty")
        shown = [f for f in found if not r.services or f.topic.split(".")[1] in r.services]
        start = next((n for n, f in enumerate(shown, 1) if f.event_id == r.before), 0) if r.before else 0
        page = shown[start : start + (r.limit or EVENTS)]
        async with self._engine.connect() as conn:
            await conn.begin()
            meta = await audit.meta(conn, [(f.topic, f.position) for f in page])
        account = next((f.account for f in found if f.account is not None), None)
        profile = messages.profile(world, account)
        title = next((f.data["title"] for f in found if isinstance(f.data.get("title"), str) and _own(f, r.kind)), "")
        return pb.GetTrailResponse(
            kind=r.kind, id=id, account_id=str(account or ""), crm_id=profile["crm_id"] or "",
            account=profile["name"] or "", title=title, total=len(found),
            by_service=Counter(f.topic.split(".")[1] for f in found),
            events=[_event(f, before.get(f.event_id), meta.get((f.topic, f.position))) for f in page],
            next_before=page[-1].event_id if start + len(page) < len(shown) else "",
        )  # fmt: skip

    @staticmethod
    def _asked(r: pb.GetTrailRequest) -> str:
        fields = parse.Fields()
        id = r.id
        if r.kind == "policy":
            if id not in trail.POLICIES:
                fields.wrong("id", f"{id[:40]!r} is none of {', '.join(trail.POLICIES)}")
        elif r.kind in trail.KEYS:
            id = str(fields.uuid("id", r.id))
        else:
            fields.wrong("kind", f"{r.kind[:40]!r} is none of {', '.join((*trail.KEYS, 'policy'))}")
        if not 0 <= r.limit <= MOST_EVENTS:
            fields.wrong("limit", f"{r.limit} is not from 1 to {MOST_EVENTS}")
        fields.done()
        return id

    def _about(self, world: World, kind: str, id: str) -> tuple[list[Fact], dict[str, Fact]]:
        """(what is about it, event id → the fact before); a merged account's trail is part of its survivor's."""
        if kind == "policy":
            found = trail.about(kind, id, self._worlds.company)
        elif kind == "account":
            customer = world.by_account.get(UUID(id))
            every = {f.event_id: f for b in (customer.books if customer else ()) for f in b.facts}
            found = trail.newest(every.values())
        else:
            every = {f.event_id: f for b in world.books.values() for f in b.facts}
            found = trail.about(kind, id, every.values())
        return found, trail.told_before(found)


def _own(f: Fact, kind: str) -> bool:
    """Whether a title is that of the thing itself, not of something that belongs to it."""
    named = next((k for key, k in search.TITLED if f.data.get(key)), "")
    return named == kind and "countermeasure_id" not in f.data


def _event(f: Fact, before: Fact | None, meta: audit.Meta | None) -> pb.TrailEvent:
    return pb.TrailEvent(
        event_id=f.event_id, type=f.type, stream_id=str(f.stream), version=f.version, actor=f.actor,
        effective_at=messages.instant(f.effective_at), recorded_at=messages.instant(f.recorded_at),
        known_at=messages.instant(f.known_at), command_id=str(meta.command or "") if meta else "",
        correlation_id=str(f.correlation or ""), causation_id=f.cause or "",
        policy_refs_json=meta.policies or "" if meta else "", data_json=orjson.dumps(f.data).decode(),
        changes=[
            pb.TrailChange(field=c.field, before=_said(c.before), after=_said(c.after), told=c.told)
            for c in trail.changes(f, before)
        ],
    )  # fmt: skip


def _said(value: Any) -> str:
    """A value as text; empty: none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
