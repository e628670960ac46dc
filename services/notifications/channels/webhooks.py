"""Web hooks: Slack, Microsoft Teams, and a generic one whose requests are signed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from services.notifications.channels.message import Answer, Message
from shared.clock import Clock

_SLACK_BLOCKS = 50  # more in one message are refused
Body = Callable[[Message], Mapping[str, Any]]


class WebHook:
    """POST of JSON. `secret`: `Stellwerk-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""

    def __init__(self, url: str, body: Body, clock: Clock, timeout: float, secret: str = "") -> None:
        self._url, self._body, self._clock, self._timeout, self._secret = url, body, clock, timeout, secret

    async def send(self, message: Message) -> Answer:
        """2xx is taken; 429 and 5xx come again, as late as they ask; other 4xx never. Cut off while sending or waiting
        for the answer, we do not know."""
        content = orjson.dumps(self._body(message))
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key.strip("<>")}
        if self._secret:
            headers["Stellwerk-Signature"] = sign(self._secret, content, int(self._clock.now().timestamp()))
        return await post(self._url, content, headers, self._timeout, self._clock.now)


async def post(
    url: str, content: bytes, headers: Mapping[str, str], timeout: float, now: Callable[[], datetime], address: str = ""
) -> Answer:
    """One request, redirects not followed, `timeout` seconds in all. `address`: the IP address to call, so that the
    name cannot lead elsewhere after it was checked; the certificate must be that of the name all the same."""
    wanted = httpx.URL(url)
    more: dict[str, Any] = {}
    if address:
        headers = {**headers, "Host": wanted.netloc.decode()}
        more = {"sni_hostname": wanted.host}
        wanted = wanted.copy_with(host=address)
    try:
        async with (
            asyncio.timeout(timeout),
            httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", wanted, content=content, headers=headers, extensions=more) as response,
        ):
            pass  # what the receiver says beside its status is not read
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as e:
        return Answer("again", type(e).__name__)
    except httpx.InvalidURL:
        return Answer("refused", "the address of the web hook is none")
    except (httpx.HTTPError, TimeoutError) as e:
        return Answer("unknown", f"no answer: {type(e).__name__}")
    why = f"HTTP {response.status_code}"
    if response.is_success:
        return Answer("sent")
    if response.status_code in (408, 425, 429) or response.is_server_error:
        return Answer("again", why, after=_retry_after(response, now()))
    return Answer("refused", why)


def sign(secret: str, content: bytes, at: int) -> str:
    """The signature header: the receiver computes it anew and refuses what is older than some minutes."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def slack(message: Message) -> Mapping[str, Any]:
    """An incoming web hook of Slack. `&`, `<` and `>` are its control characters."""
    rows = [f"*{_slack(x.about)}*: {_slack(x.text)} <{x.link}|→>" if x.about else f"{_slack(x.text)} <{x.link}|→>"
            for x in message.lines]  # fmt: skip
    if len(rows) > _SLACK_BLOCKS:
        rows = [*rows[: _SLACK_BLOCKS - 1], f"+ {len(rows) - _SLACK_BLOCKS + 1}"]  # all of them are in the inbox
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": row}} for row in rows]
    return {"text": message.subject, "blocks": blocks}


def teams(message: Message) -> Mapping[str, Any]:
    """A workflow web hook of Microsoft Teams: an adaptive card."""
    body: list[Mapping[str, Any]] = [
        {"type": "TextBlock", "size": "Medium", "weight": "Bolder", "text": message.subject}
    ]
    for x in message.lines:
        body.append({"type": "TextBlock", "wrap": True, "text": f"{x.about}: {x.text}" if x.about else x.text})
    actions = [{"type": "Action.OpenUrl", "title": "Stellwerk", "url": x.link} for x in message.lines[:1]]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
        "body": body, "actions": actions,
    }  # fmt: skip
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def generic(message: Message) -> Mapping[str, Any]:
    """Account, rule, fact and link of each alert."""
    alerts = [
        {"account": x.account, "rule": x.rule, "severity": x.severity, "text": x.text, "link": x.link}
        for x in message.lines
    ]
    return {"id": message.key.strip("<>"), "subject": message.subject, "locale": message.locale, "alerts": alerts}


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _retry_after(response: httpx.Response, now: datetime) -> float | None:
    value = response.headers.get("Retry-After", "")
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value).astimezone(UTC) - now).total_seconds())
    except (ValueError, TypeError):
        return None
