"""Web hooks of other programs, what became of attempts, and the feed that they are told from."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field, computed_field

from services.portal.models.base import Moment, View


class WebHook(View):
    """One subscription. `accounts` empty: all of them."""

    hook_id: str
    name: str
    url: str
    types: list[str]
    account_ids: list[str]
    state: str = Field(description="active, paused or disabled (the receiver failed for too long)")
    why: str | None = Field(description="Why it is disabled")
    position: int = Field(description="It has heard the feed up to here")
    waiting: int = Field(description="How much it has not heard yet")
    attempts: int = Field(description="Failed attempts of what comes next")
    failing_since: Moment | None
    next_at: Moment | None
    sent_at: Moment | None
    error: str | None
    generation: int = Field(description="Of the secret; 1 is the first")
    overlap_until: Moment | None = Field(description="Until then the secret before signs too")


class OfferedTypes(View):
    """Event types that a web hook may ask for, by topic."""

    topic: str
    types: list[str]


class WebHooks(View):
    """All subscriptions, the newest position of the feed, what may be asked for."""

    rows: list[WebHook]
    newest: int
    offered: list[OfferedTypes]
    off: bool = Field(description="No key is set, so nothing can leave")


class WebHookAttempt(View):
    """One request to a receiver."""

    at: Moment
    position: int
    attempt: int
    replay: int
    event_id: str
    type: str
    account_id: str | None
    outcome: str = Field(description="sent, failed (asked again later) or refused (set aside)")
    why: str | None
    millis: int


class WebHookAttempts(View):
    """The newest first."""

    rows: list[WebHookAttempt]
    next_before: str | None = Field(description="`before` of the next page")


class WebHookSecret(View):
    """Told when it is made; the same Idempotency-Key tells it again."""

    hook_id: str
    secret: str
    event_ids: list[str]
    repeated: bool


class FeedEntry(View):
    """One event as web hooks tell it."""

    position: int
    event_id: str
    type: str
    account_id: str | None
    body_json: str = Field(exclude=True)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def body(self) -> dict[str, Any]:
        """type, timestamp, sequence, data: the event as it stands on its topic."""
        found: dict[str, Any] = json.loads(self.body_json)
        return found


class Feed(View):
    """Events after a position, in order; ask again with the position of the last one."""

    rows: list[FeedEntry]
    newest: int
