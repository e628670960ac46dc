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
MONTHS: Mapping[Locale, tuple[str, ...]] = {
    "de": ("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
"""As the portal writes them."""


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
            month = MONTHS[locale][day.month - 1]
            form = f"{day.day}. {month} {day.year}" if locale == "de" else f"{day.day} {month} {day.year}"
            return f"{form}, {clock}" if clock else form
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
