"""Web hooks of other programs as JSON: manage them, see what became of attempts; the feed for those who rather ask."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Header, Query, Request

from services.portal.forms import refuse_foreign
from services.portal.frame import actor_of, site_of
from services.portal.inputs import Input
from services.portal.inputs.webhooks import SECRET_STEPS, WEBHOOK_STEPS, Subscribe
from services.portal.json_api.base import problem
from services.portal.json_api.commands import of_subject, offer
from services.portal.models import Feed, WebHookAttempts, WebHooks, WebHookSecret

router = APIRouter(tags=["web hooks"])
Key = Annotated[UUID, Header(description="Your id of the command; repeating it gives the first result")]
UNKNOWN: dict[int | str, dict[str, Any]] = {404: problem("There is no such web hook")}
REFUSED: dict[int | str, dict[str, Any]] = {409: problem("A rule says no (`slug`), or somebody else wrote first")}


@router.get("/webhooks", summary="Web hooks, and the event types that they may hear")
async def webhooks(request: Request) -> WebHooks:
    """Secrets are told when they are made, and never again."""
    return await site_of(request).notifications.webhooks()


@router.get("/webhooks/{hook_id}", summary="One web hook", responses=UNKNOWN)
async def webhook(request: Request, hook_id: UUID) -> WebHooks:
    """As one row."""
    return await site_of(request).notifications.webhooks(str(hook_id))


@router.get("/webhooks/{hook_id}/attempts", summary="What became of attempts", responses=UNKNOWN)
async def attempts(
    request: Request, hook_id: UUID, before: str = "", limit: Annotated[int, Query(ge=1, le=2_000)] = 200
) -> WebHookAttempts:
    """The newest first; `next_before` asks for those before them."""
    return await site_of(request).notifications.webhook_attempts(str(hook_id), before, limit)


@router.post("/webhooks", summary="SubscribeWebHook", status_code=201, responses=REFUSED)
async def subscribe(request: Request, idempotency_key: Key, body: Annotated[Subscribe, Body()]) -> WebHookSecret:
    """Answers with the secret that signs. Requests carry `webhook-id`, `webhook-timestamp` and `webhook-signature`."""
    return await _secret(request, "subscribe-webhook", body, "", idempotency_key)


@router.post("/webhooks/{hook_id}/rotate-secret", summary="RotateWebHookSecret", responses=UNKNOWN | REFUSED)
async def rotate(request: Request, hook_id: UUID, idempotency_key: Key) -> WebHookSecret:
    """Another secret; the one before signs too for 24 hours."""
    step = SECRET_STEPS["rotate-webhook"]
    return await _secret(request, step.name, step.input(), str(hook_id), idempotency_key)


@router.get("/feed", summary="What happened, by position")
async def feed(
    request: Request,
    after: Annotated[int, Query(ge=0, description="`position` of the last one you know; 0: from the start")] = 0,
    limit: Annotated[int, Query(ge=1, le=2_000)] = 200,
    type: Annotated[list[str] | None, Query(description="Event types; none: all that are offered")] = None,
    account_id: Annotated[list[UUID] | None, Query(description="Only these accounts")] = None,
) -> Feed:
    """The same events with the same bodies as web hooks send them, for programs that cannot be called."""
    accounts = [str(a) for a in account_id or ()]
    return await site_of(request).notifications.feed(after, limit, type or (), accounts)


async def _secret(request: Request, step: str, data: Input, subject: str, key: UUID) -> WebHookSecret:
    if request.headers.get("sec-fetch-site") or request.headers.get("origin"):
        refuse_foreign(request)
    client = site_of(request).notifications
    return await client.tell(WebHookSecret, SECRET_STEPS[step], data, subject, key, actor_of(request))


offer(router, "/webhooks/{hook_id}", WEBHOOK_STEPS, "notifications", of_subject)
