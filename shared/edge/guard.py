"""Who calls, what they may, and what they see: checked again by each service, for all its methods alike.

Before a method runs: the passport is verified, the role must allow the method, every account and every object that the
request names must be within reach, and what the request says about the caller is replaced by what the passport says.
After it: what belongs to other accounts, and topics that are not the caller's, are taken out of the answer. Outside of
reach is as if it did not exist.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import grpc
import grpc.aio
import orjson
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.edge.access import ANYBODY, TOPICS, Caller, Forbidden
from shared.edge.errors import Errors
from shared.edge.passport import HEADER, Keys, acting
from shared.errors import NotFound

OURS = "/stellwerk."
_FIRST = text("SELECT state FROM events WHERE stream_id = ANY(:ids) AND version = 1")
_HIDDEN = {name: topic for topic, names in TOPICS.items() for name in names}


Owners = Callable[[list[UUID]], Awaitable[list[str]]]
"""The account of each of these streams that a service has; "": of none, as a policy."""


def of_streams(engine: AsyncEngine) -> Owners:
    """By the first event of each stream, so that an account is known as soon as there is anything."""

    async def owners(things: list[UUID]) -> list[str]:
        if not things:
            return []
        async with engine.connect() as conn:
            states = (await conn.execute(_FIRST, {"ids": things})).scalars()
            return [str(orjson.loads(s).get("account_id") or "") for s in states]

    return owners


async def _nobody(_: list[UUID]) -> list[str]:
    return []


class _Settings(Protocol):
    @property
    def identity_keys(self) -> str: ...
    @property
    def crm_system(self) -> str: ...


class Guard(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """Stands behind `Errors`. `keys` None: callers need no passport, everybody may everything (loopback only)."""

    def __init__(self, keys: Keys | None, owners: Owners | None = None, crm_system: str = "") -> None:
        self.keys, self._owners, self._system = keys, owners or _nobody, crm_system

    @classmethod
    def of(cls, settings: _Settings, engine: AsyncEngine | None) -> Guard:
        """As the settings say; `engine` None: the service has no log. Raises Invalid for a file without keys."""
        keys = Keys(Path(settings.identity_keys)) if settings.identity_keys else None
        return cls(keys, of_streams(engine) if engine else None, settings.crm_system)

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]], details: grpc.HandlerCallDetails
    ) -> Any:
        handler = await continuation(details)
        if handler is None or self.keys is None or not details.method.startswith(OURS):
            return handler
        keys, method = self.keys, details.method
        header = next((str(v) for k, v in details.invocation_metadata or () if k == HEADER), None)

        async def admit(request: Message) -> Caller:
            who = keys.identify(header)
            who.need(method)
            self._told_by_passport(request, who)
            await self._within_reach(request, who)
            return who

        async def one(request: Any, context: Any) -> Any:
            who = await admit(request)
            with acting(who):
                answer = await handler.unary_unary(request, context)
            await self._cut(answer, who)
            return answer

        async def many(request: Any, context: Any) -> AsyncIterator[Any]:
            who = await admit(request)
            with acting(who):
                async for answer in handler.unary_stream(request, context):
                    if _keep(answer, who):
                        yield answer

        if handler.unary_stream is not None:
            return grpc.unary_stream_rpc_method_handler(
                Errors.stream(many, method), handler.request_deserializer, handler.response_serializer
            )
        return grpc.unary_unary_rpc_method_handler(one, handler.request_deserializer, handler.response_serializer)

    def _told_by_passport(self, request: Message, who: Caller) -> None:
        """Puts the caller where a request says who asks. Raises Forbidden for somebody else's inbox or figures."""
        fields = request.DESCRIPTOR.fields_by_name
        if "meta" in fields:
            meta: Any = request.meta  # type: ignore[attr-defined]
            meta.user_id = who.user_id
            del meta.roles[:]
            meta.roles.extend(who.roles)
        if (f := fields.get("person")) is not None:
            person = getattr(request, f.name)
            if person and not who.is_about(person):
                raise Forbidden("What is told about one person is for that person alone.", slug="another-person")
            if "roles" in fields:
                request.person = who.user_id  # type: ignore[attr-defined]
                del request.roles[:]  # type: ignore[attr-defined]
                request.roles.extend(who.roles)  # type: ignore[attr-defined]
        if request.DESCRIPTOR.name == "NoteViewRequest":
            request.user_id = who.user_id  # type: ignore[attr-defined]

    async def _within_reach(self, request: Message, who: Caller) -> None:
        """Raises NotFound if the request names an account, or a thing of an account, that is not the caller's."""
        if who.accounts is None:
            return
        things: list[UUID] = []
        for field, value in request.ListFields():
            name, values = field.name, list(value) if field.is_repeated else [value]
            if field.type != FieldDescriptor.TYPE_STRING or not any(values):
                continue
            if name in ("crm_id", "account_crm_id"):
                ours = all(who.reaches_crm(self._system, v) for v in values)
            elif name in ("account_id", "account_ids"):
                ours = all(who.reaches(v) for v in values)
            else:
                ours = True
                things += [i for v in values if name.endswith(("_id", "_ids")) and (i := _uuid(v)) is not None]
            if not ours:
                raise NotFound(f"there is no account {values[0]!r}", slug="account-unknown")
        if not all(who.reaches(a) for a in await self._owners(things) if a):
            raise NotFound("there is no such thing", slug="unknown")

    async def _cut(self, answer: Message, who: Caller) -> None:
        """Leaves in an answer what is the caller's. Raises NotFound if that is nothing."""
        fields: Any = answer.DESCRIPTOR.fields_by_name
        told: Any = answer
        ours = _keep(answer, who)
        if "person" in fields and told.person:
            ours = ours and who.is_about(told.person)
        elif "stream_id" in fields and not told.account_id:
            said = orjson.loads(told.data_json or "{}").get("person")
            owners = await self._owners([i] if (i := _uuid(told.stream_id)) else [])
            reached = who.accounts is None or (owners and all(who.reaches(a) for a in owners if a))
            ours = ours and bool(reached) and (not said or who.is_about(said))
        if not ours:
            raise NotFound("there is no such thing", slug="unknown")


def _keep(message: Message, who: Caller) -> bool:
    """Whether a message is the caller's; takes out of it what is not. An account is named by `account_id`."""
    if who is ANYBODY:
        return True
    for field, value in message.ListFields():
        hidden = _HIDDEN.get(f"{message.DESCRIPTOR.name}.{field.name}")
        if field.name == "account_id" and field.type == FieldDescriptor.TYPE_STRING:
            if not who.reaches(value):
                return False
        elif hidden is not None and not who.topic(hidden):
            message.ClearField(field.name)
        elif field.name == "data_json" and not (who.topic("attitudes") and who.topic("free_text")):
            message.data_json = "{}"  # type: ignore[attr-defined]
        elif field.message_type is not None and not field.message_type.GetOptions().map_entry:
            if not field.is_repeated:
                if not _keep(value, who):
                    return False  # it is about that part: an item of an inbox about its alert
                continue
            kept = [x for x in value if _keep(x, who)]
            if len(kept) < len(value):
                kept = [type(x).FromString(x.SerializeToString()) for x in kept]
                message.ClearField(field.name)
                getattr(message, field.name).extend(kept)
    return True


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
