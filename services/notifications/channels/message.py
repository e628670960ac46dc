"""What a channel gets to send, and what it may answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, Protocol

Outcome = Literal["sent", "again", "unknown", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """`sent`: taken. `again`: surely not taken, try later (`after` seconds if the channel says so). `unknown`: no
    answer, it may have arrived. `refused`: never will be; `recipient`: because it is this recipient."""

    outcome: Outcome
    why: str = ""
    after: float | None = None
    recipient: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One alert in a message: account ('' if hidden), fact, link. Nothing else leaves. `heading`: it is about a rule
    and no account, so the rule's name stands before the text."""

    account: str
    rule: str
    text: str
    link: str
    severity: str
    heading: bool = False

    @property
    def about(self) -> str:
        """What stands before the text; empty: nothing."""
        return self.rule if self.heading else self.account


@dataclass(frozen=True, slots=True)
class Message:
    """`key`: stable for every attempt; mail carries it as Message-ID, web hooks as Idempotency-Key."""

    key: str
    to: str
    subject: str
    lines: Sequence[Line]
    locale: Literal["de", "en"]
    footer: str

    def plain(self) -> str:
        """As plain text."""
        parts = [f"{f'{x.about}: ' if x.about else ''}{x.text}\n{x.link}" for x in self.lines]
        return "\n\n".join([*parts, f"-- \n{self.footer}"]) + "\n"

    def html(self) -> str:
        """As HTML, without anything that is loaded from elsewhere."""
        rows = "".join(
            f"<p>{f'<strong>{escape(x.about)}</strong><br>' if x.about else ''}{escape(x.text)}<br>"
            f'<a href="{escape(x.link, quote=True)}">{escape(x.link)}</a></p>'
            for x in self.lines
        )
        return (
            f'<!doctype html><html lang="{self.locale}"><head><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title></head><body>{rows}<hr><p><small>{escape(self.footer)}</small></p></body></html>"
        )


class Channel(Protocol):
    """Sends one message once. Never raises for what the other side does: that is an answer."""

    async def send(self, message: Message) -> Answer: ...
