"""Commands as JSON: every step of the pages gets a path of its own, with what it asks for as its body."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Header, Path, Request
from pydantic import ValidationError

from services.portal.clients import Deciding
from services.portal.forms import refuse_foreign
from services.portal.frame import actor_of, of_account, site_of
from services.portal.inputs import Input, Step
from services.portal.json_api.base import problem
from services.portal.models import CommandResult

Key = Annotated[UUID, Header(description="Your id of the command; repeating it gives the first result")]
Endpoint = Callable[..., Awaitable[CommandResult]]
Made = Callable[[Step, str], Endpoint]


def offer(router: APIRouter, path: str, steps: Mapping[str, Step], service: str, made: Made) -> None:
    """A path below `path` for each step, sent to a service; what a step asks for is its body; where it asks for
    nothing, or for nothing that must be said, there need be none."""
    name = next(iter(re.findall(r"{(\w+)}", path)), "")
    for step in steps.values():
        needed = _says_something(step.input)
        asks = step.input if needed else step.input | None
        endpoint = made(step, service)
        endpoint.__annotations__ = {
            **endpoint.__annotations__,
            "idempotency_key": Key,
            "request": Request,
            "body": asks,
        }
        endpoint.__annotations__ |= {"return": CommandResult, "subject": Annotated[str, Path(alias=name)]}
        endpoint.__defaults__ = (Body() if needed else Body(default=None),)
        endpoint.__name__ = step.name.replace("-", "_")
        router.add_api_route(
            f"{path}/{step.name}",
            endpoint,
            methods=["POST"],
            summary=step.method,
            description=step.input.__doc__,
            response_model=CommandResult,
            responses={
                404: problem("There is no such thing"),
                409: problem("A rule says no (`slug`), or somebody else wrote first"),
            },
        )


def _says_something(asked: type[Input]) -> bool:
    """Whether a command needs more than its address."""
    try:
        asked()
    except ValidationError:
        return True
    return False


def of_subject(step: Step, service: str) -> Endpoint:
    """The address names what the command is about."""

    async def send(request: Request, subject: str, idempotency_key: Key, body: Any) -> CommandResult:
        return await _send(request, service, step, body, subject, idempotency_key)

    return send


def of_an_account(step: Step, service: str) -> Endpoint:
    """The address names an account by its CRM id."""

    async def send(request: Request, subject: str, idempotency_key: Key, body: Any) -> CommandResult:
        account_id, _ = await of_account(request, subject, None)
        return await _send(request, service, step, body, account_id, idempotency_key)

    return send


def of_actor(step: Step, service: str) -> Endpoint:
    """The command is about whoever acts, or names its subject itself."""

    async def send(request: Request, idempotency_key: Key, body: Any) -> CommandResult:
        return await _send(request, service, step, body, "", idempotency_key)

    return send


async def _send(request: Request, service: str, step: Step, data: Any, subject: str, key: UUID) -> CommandResult:
    """A program's decision; a browser may send one only from a page of this site."""
    if request.headers.get("sec-fetch-site") or request.headers.get("origin"):
        refuse_foreign(request)
    said = step.input() if data is None else data
    client: Deciding = getattr(site_of(request), service)
    return await client.send(step, said, subject, key, actor_of(request))
