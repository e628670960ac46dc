"""Forms that post commands: who may post, what was typed, and how it comes back when something is wrong.

Every form carries a `command_id` made when it is rendered: a double click or a reload repeats the same command, and
the service answers with the first result. A request from another site is refused by where it comes from
(Sec-Fetch-Site, else Origin): the session's cookie is not sent along with it either, but that is one browser's word.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import ValidationError

from services.portal.inputs import Input, Step, Widget, widget
from shared.errors import Invalid, StellwerkError
from shared.ids import new_id

log = logging.getLogger(__name__)
LONGEST = 64 * 1024  # bytes of a posted form
FORM = "application/x-www-form-urlencoded"
COMMAND, KEY, ZONE = "_command", "_key", "_zone"
UTC = ZoneInfo("UTC")


class Foreign(StellwerkError):
    """The request comes from another site, or does not say where from."""


class NotAForm(StellwerkError):
    """The body is not what a form of ours sends."""


def refuse_foreign(request: Request) -> None:
    """Raises Foreign unless a page of this site has sent the request."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "")
    if site is not None:
        own = site == "same-origin"
    else:
        own = bool(origin) and urlsplit(origin).netloc == request.headers.get("host", "")
    if not own:
        log.warning("refused: %s from %s", request.url.path, site or origin or "nowhere")
        raise Foreign("only pages of this site may send forms; open the page here and send it again")


@dataclass(frozen=True, slots=True)
class Posted:
    """What a form has sent: the values as typed, the zone its times are meant in, and the id of the command."""

    step: str
    key: str
    command_id: UUID
    typed: Mapping[str, Sequence[str]]
    zone: ZoneInfo = UTC
    errors: Mapping[str, str] = field(default_factory=dict)  # field → what is wrong: a code, or the service's words
    refusal: StellwerkError | None = None

    def with_error(self, error: StellwerkError) -> Posted:
        """The same with what the service said."""
        if isinstance(error, Invalid) and error.fields:
            return replace(self, errors=dict(error.fields), refusal=error)
        return replace(self, refusal=error)

    def error(self, name: str) -> str:
        """What is wrong with a field; the service may name it as part of something: `action.owner`."""
        return next((why for at, why in self.errors.items() if name in (at, *at.split("."), at.partition("[")[0])), "")


async def read(request: Request, step: str) -> Posted:
    """The body of a form. Raises Foreign, NotAForm, or Invalid for a command id that is none."""
    refuse_foreign(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise NotAForm(f"send the form as {FORM}")
    if int(request.headers.get("content-length") or LONGEST + 1) > LONGEST:
        raise NotAForm(f"a form holds at most {LONGEST // 1024} kB")
    try:
        typed = parse_qs((await request.body()).decode(), keep_blank_values=True, max_num_fields=500, errors="strict")
        command_id = UUID(typed.pop(COMMAND, [""])[0])
        zone = ZoneInfo(typed.pop(ZONE, ["UTC"])[0])
    except (ValueError, OSError, KeyError) as e:
        raise NotAForm("the form cannot be read; open the page again and send it once more") from e
    return Posted(step, typed.pop(KEY, [""])[0], command_id, typed, zone)


def understood(step: Step, posted: Posted) -> tuple[Input | None, Posted]:
    """(what was said, the form) or (None, the form with an error at each field that is wrong)."""
    data: dict[str, Any] = {}
    for name, info in step.input.model_fields.items():
        kind = widget(info).kind
        values = [v for v in posted.typed.get(name, []) if v.strip()]
        if kind == "map":
            marked = {k.removeprefix(f"{name}."): v[0] for k, v in posted.typed.items() if k.startswith(f"{name}.")}
            data[name] = {k: v.strip() for k, v in marked.items() if v.strip()}
        elif values:
            data[name] = values if kind in ("several", "scores") else values[0]
    try:
        return step.input.model_validate(data, context={"zone": posted.zone}), posted
    except ValidationError as e:
        return None, replace(posted, errors={str(x["loc"][0]): x["type"] for x in reversed(e.errors()) if x["loc"]})


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as a template draws it."""

    name: str
    id: str
    widget: Widget
    required: bool
    value: str
    values: Sequence[str]
    error: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as a template draws it."""

    step: str
    id: str
    key: str
    action: str
    command_id: str
    zone: str
    fields: Sequence[FieldView]
    refusal: StellwerkError | None
    failed: bool

    @property
    def marked(self) -> bool:
        """Whether a field says what is wrong."""
        return any(f.error for f in self.fields)


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one page. `base`: the page's address; `options`: what can be chosen, by the name of the list."""

    base: str
    steps: Mapping[str, Step]
    options: Mapping[str, Sequence[Option]] = field(default_factory=dict)
    posted: Posted | None = None
    zone: ZoneInfo = UTC

    def __call__(self, name: str, key: str = "", /, **given: Any) -> FormView:
        """The form of a step; `key` tells it from others of the same step, `given` are values it starts with."""
        step, mine = self.steps[name], self.posted
        if mine is not None and (mine.step, mine.key) != (name, key):
            mine = None
        ident = f"{name}-{key}" if key else name
        shown = tuple(self._field(ident, n, step, mine, given.get(n)) for n in step.asked)
        return FormView(
            name,
            ident,
            key,
            f"{self.base}/{name}",
            str(mine.command_id if mine else new_id()),
            self.zone.key,
            shown,
            mine.refusal if mine else None,
            mine is not None,
        )

    def _field(self, ident: str, name: str, step: Step, mine: Posted | None, given: Any) -> FieldView:
        info = step.input.model_fields[name]
        look, required = widget(info), info.is_required()
        if given is None and not required:
            given = info.get_default(call_default_factory=True)
        options = [Option(c, c) for c in look.codes] or list(self.options.get(look.options, ()))
        if look.kind == "map":
            values = [
                mine.typed.get(f"{name}.{o.value}", [""])[0] if mine else (given or {}).get(o.value, "")
                for o in options
            ]
        else:
            values = list(mine.typed.get(name, [])) if mine else self._texts(look, given)
        if look.kind == "scores":
            values += [""] * (len(options) - len(values))
        if look.kind in ("choice", "several"):  # what was chosen stays, even where the list cannot be had now
            options += [Option(v, v) for v in values if v and v not in {o.value for o in options}]
        needed = required or any(getattr(m, "min_length", 0) for m in info.metadata)
        return FieldView(
            name=name,
            id=f"{ident}-{name}",
            widget=look,
            required=needed,
            value=values[0] if values else "",
            values=values,
            error=mine.error(name) if mine else "",
            options=options,
        )

    def _texts(self, look: Widget, value: Any) -> list[str]:
        """A value as a form control wants it: a local time without its zone, a list one by one or line by line."""
        if isinstance(value, datetime) and look.kind == "instant":
            return [value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")]
        if value is True:
            return ["true"]
        if isinstance(value, list | tuple):
            return ["\n".join(map(str, value))] if look.kind == "lines" else [str(v) for v in value]
        return [] if value is None or value is False else [str(value)]
