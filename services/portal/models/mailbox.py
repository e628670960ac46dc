"""Mails that the local stack has sent: nobody got them, they were caught."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from services.portal.models.base import View


class MailHead(View):
    """A mail in a list."""

    id: str
    at: datetime
    sender: str = Field(alias="from")
    to: list[str]
    subject: str
    message_id: str = ""
    language: str = ""


class Mail(MailHead):
    """A mail with its bodies; null: it has none of that kind."""

    text: str | None
    html: str | None


class Mails(View):
    """The newest mails; `count` is how many are kept."""

    count: int
    messages: list[MailHead]
