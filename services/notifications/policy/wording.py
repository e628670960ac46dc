"""The one sentence of an alert: the fact, in German or English. Only values that may leave, formatted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter
from typing import Any, Literal
from zoneinfo import ZoneInfo

from services.notifications.policy.documents import FACTS, RuleBook

Locale = Literal["de", "en"]
UNKNOWN = "–"


def sentence(book: RuleBook, title: str, facts: Mapping[str, Any], locale: Locale, zone: ZoneInfo) -> str:
    """The text of a trigger with its facts; what is not known reads as a dash."""
    template = book.texts[title][locale]
    names = {name for _, name, _, _ in Formatter().parse(template) if name}
    return template.format(**{n: shown(facts.get(n) if n in FACTS else None, locale, zone) for n in names})


def shown(value: Any, locale: Locale, zone: ZoneInfo) -> str:
    """A date, an instant or a code as people read it."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return {"de": ("nein", "ja"), "en": ("no", "yes")}[locale][value]
    if isinstance(value, str):
        day, clock = _day(value, zone)
        if day is not None:
            form = f"{day:%d.%m.%Y}" if locale == "de" else f"{day:%Y-%m-%d}"
            return f"{form} {clock}".rstrip()
    return str(value)


def _day(value: str, zone: ZoneInfo) -> tuple[date | None, str]:
    try:
        if len(value) == 10:
            return date.fromisoformat(value), ""
        at = datetime.fromisoformat(value)
    except ValueError:
        return None, ""
    local = at.astimezone(zone) if at.tzinfo else at
    return local.date(), "" if (local.hour, local.minute) == (0, 0) else f"{local:%H:%M}"
