"""Templates in one language: Jinja2 with the catalog, the formatters and the few functions the templates call."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.portal import charts, found, kpis, lab, packs, risks, trails
from services.portal.causes import Causes
from services.portal.formats import Formats
from services.portal.i18n import LANGUAGES, translations
from services.portal.words import Words

HERE = Path(__file__).parent
STATIC = HERE / "static"
# whose events can be looked up here
SERVICES = ("accounts", "qbr", "growth", "risk", "notifications", "insights", "crm")


class Renderer:
    """Renders the templates for one language; a name that a template misspells is an error, not an empty place."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language
        self.formats = Formats(language, zone)
        words = Words(self.formats)
        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
        self._env.globals.update(
            fmt=self.formats,
            words=words,
            code=words.code,
            charts=charts,
            language=language,
            languages=LANGUAGES,
            static=static_url,
            shown_event=shown_event,
            short=shortened,
            pack_lamp=packs.lamp,
            pack_grid=packs.grid,
            risk_lamp=risks.lamp,
            causes=Causes(words),
            event_data=trails.data_of,
            event_title=trails.title_of,
            event_facts=lambda data, name: trails.facts_of(data, words, name),
            event_value=lambda field, text, name: trails.before_of(field, text, words, name),
            hit_address=found.address,
            day_of=date.fromisoformat,
            lab=lab,
            answers=Causes(words, "readiness why"),
            kpis=kpis,
            Writing=partial(kpis.Writing, words),
        )
        self._env.filters |= {"pretty": pretty, "references": references}

    def render(self, template: str, **context: Any) -> str:
        """The page as HTML text."""
        return self._env.get_template(template).render(**context)


@cache
def renderer(language: str, zone: ZoneInfo) -> Renderer:
    """The one of a language and a zone: it keeps the compiled templates."""
    return Renderer(language, zone)


@cache
def static_url(name: str) -> str:
    """The address of a static file with a fingerprint, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def shown_event(event_id: str | None) -> bool:
    """Whether there is a page for an event."""
    return bool(event_id) and str(event_id).partition(":")[0] in SERVICES


def shortened(text: str, length: int = 80) -> str:
    """One line of a text."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def references(text: str | None) -> list[tuple[str, str]]:
    """Policy references as stored, `[["tier", 1]]`, in pairs of text."""
    return [(str(name), str(version)) for name, version in json.loads(text or "[]")]


def pretty(text: str | None) -> str:
    """Stored JSON, indented; text that is no JSON stays as it is."""
    try:
        return json.dumps(json.loads(text or ""), indent=2, ensure_ascii=False)
    except ValueError:
        return text or ""
