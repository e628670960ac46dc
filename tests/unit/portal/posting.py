"""Sends forms as a browser does: what the page's form holds, with what a person types."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx

SAME = {"sec-fetch-site": "same-origin", "accept-language": "en"}


class FormsOf(HTMLParser):
    """The forms of a page by id: action and hidden values."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: dict[str, tuple[str, dict[str, str]]] = {}
        self._now = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {k: v or "" for k, v in attrs}
        if tag == "form":
            self._now = found.get("id", "") if found.get("method") == "post" else ""
            if self._now:
                self.forms[self._now] = (found["action"], {})
        elif tag == "input" and self._now and found.get("type") == "hidden":
            self.forms[self._now][1][found["name"]] = found["value"]


async def post(web: httpx.AsyncClient, page: str, form: str, **typed: str | list[str]) -> httpx.Response:
    """Opens the page, fills in the form and sends it."""
    text = (await web.get(page, headers={"accept-language": "en"})).text
    action, hidden = FormsOf(text).forms[form]
    return await web.post(action, data={**hidden, **typed}, headers=SAME)
