"""The local mail catcher: what the stack on this machine has sent by mail. There is none where mail really leaves."""

from __future__ import annotations

from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from services.portal.clients.channel import ServiceDown
from services.portal.models import Mail, Mails, View
from shared.errors import Broken, NotFound

DEADLINE = 3.0  # seconds
V = TypeVar("V", bound=View)


class Mailbox:
    """Reads by HTTP. Raises ServiceDown, NotFound, or Broken for an answer that is none."""

    service = "mailbox"

    def __init__(self, address: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=DEADLINE, transport=transport, trust_env=False)

    async def mails(self, to: str = "", limit: int = 100) -> Mails:
        """The newest first."""
        return self._read(Mails, (await self._get("/messages", to=to, limit=str(limit))).json())

    async def mail(self, mail_id: str) -> Mail:
        """One mail with its text."""
        return self._read(Mail, (await self._get(f"/messages/{mail_id}")).json())

    async def raw(self, mail_id: str) -> bytes:
        """The mail as it was sent."""
        return (await self._get(f"/messages/{mail_id}.eml")).content

    async def close(self) -> None:
        """Ends the connections."""
        await self._client.aclose()

    async def _get(self, path: str, **query: str) -> httpx.Response:
        try:
            answer = await self._client.get(path, params={k: v for k, v in query.items() if v})
        except httpx.HTTPError as e:
            raise ServiceDown(self.service, str(e) or type(e).__name__) from e
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFound("there is no such mail")
        if answer.status_code != httpx.codes.OK:
            raise Broken(f"the mailbox answered with {answer.status_code}")
        return answer

    def _read(self, model: type[V], body: Any) -> V:
        try:
            return model.model_validate(body)
        except ValidationError as e:
            raise Broken(f"the mailbox gave an answer that cannot be read: {e}") from e
