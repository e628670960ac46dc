"""Labels and formats of one language: numbers, money, days, codes → what a reader expects to see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_precision

from services.qbr.pack.model import Value
from shared.errors import Invalid

LANGUAGES = ("de", "en")
NOTHING = "–"
_DAY = {"de": "d.\u00a0LLL\u00a0y", "en": "d\u00a0MMM\u00a0y"}
_MINUS, _HELD = "\u2212", "\u00a0"
_HOURS_UNTIL = 96


@cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """All labels of a language: group → key → words. Raises Invalid for a language that we do not have."""
    if language not in LANGUAGES:
        raise Invalid(f"documents exist in {' and '.join(LANGUAGES)}, not in {language!r}", slug="language")
    found: Mapping[str, Mapping[str, str]] = json.loads(
        (Path(__file__).parent / "locales" / f"{language}.json").read_text(encoding="utf-8")
    )
    return found


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote about a section; `customer`: the customer may read it."""

    text: str
    customer: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What the pack itself never holds. `people`: pseudonym → name, for the erased None or nothing at all.

    `remarks`: section of the pack → what was annotated; `results`: result field of the template → what was recorded.
    """

    people: Mapping[str, str | None] = field(default_factory=dict)
    remarks: Mapping[str, tuple[Remark, ...]] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)


class Language:
    """Formatters of one language in one time zone."""

    def __init__(self, language: str, zone: ZoneInfo, words: Words, customer: str | None = None) -> None:
        """`customer`: how the customer is called where both sides are named (the reader's own name)."""
        self.code, self.zone, self.words, self._customer = language, zone, words, customer
        self._labels, self._locale = catalogue(language), Locale.parse(language)

    def label(self, group: str, key: str, **values: object) -> str:
        """A label. A key that no catalogue has is shown as it is: a code of a newer pack is better than nothing."""
        if self._customer and (group, key) == ("codes", "customer"):
            return self._customer
        return self._labels[group].get(key, key).format(**values)

    def text(self, key: str, **values: object) -> str:
        """A phrase of the documents."""
        return self.label("text", key, **values)

    def number(self, value: int | Decimal) -> str:
        """1.234.567 / 1,234,567"""
        return str(format_decimal(value, locale=self._locale)).replace("-", _MINUS)

    def signed(self, value: int) -> str:
        """+13 / −117"""
        return f"+{self.number(value)}" if value > 0 else self.number(value)

    def hours(self, value: int) -> str:
        """Hours up to four days, whole days after that."""
        return self.text("hours", n=self.number(value)) if value <= _HOURS_UNTIL else self.days(value // 24)

    def money(self, minor: int, currency: str, *, named: bool = True) -> str:
        """Whole units, half up; the exact sum is in the pack."""
        amount = self.number(whole(minor, currency))
        return f"{amount}{_HELD}{currency}" if named else amount

    def percent(self, bp: int, *, signed: bool = False) -> str:
        """Basis points with at most one decimal: 6865 → 68,7 %"""
        tenths = (abs(bp) + 5) // 10
        text = str(format_decimal(Decimal(tenths) / 10, "#,##0.#", locale=self._locale))
        sign = _MINUS if bp < 0 else "+" if signed and bp > 0 else ""
        return f"{sign}{text}{_HELD}%"

    def day(self, at: date | datetime) -> str:
        """15. Nov 2026 / 15 Nov 2026"""
        local = at.astimezone(self.zone).date() if isinstance(at, datetime) else at
        return str(format_date(local, _DAY[self.code], self._locale))

    def instant(self, at: str | None) -> str:
        """15. Nov 2026, 19:00, in the account's time zone."""
        if at is None:
            return NOTHING
        moment = datetime.fromisoformat(at)
        return f"{self.day(moment)}, {format_datetime(moment, 'HH:mm', tzinfo=self.zone, locale=self._locale)}"

    def person(self, subject: str) -> str:
        """The name, or that it was erased."""
        return self.words.people.get(subject) or self.text("erased")

    def value(self, value: Value, unit: str, currency: str | None = None) -> str:
        """A cell or figure of the pack."""
        if value is None:
            return NOTHING
        if isinstance(value, bool):
            return self.text("yes" if value else "no")
        if isinstance(value, tuple):
            return ", ".join(self._word(v, unit) for v in value) or NOTHING
        if isinstance(value, str):
            return self._word(value, unit)
        name, _, own = unit.partition(":")
        match name:
            case "minor":
                return self.money(value, own or currency or "", named=bool(own))
            case "bp":
                return self.percent(value)
            case "percent":
                return f"{value}{_HELD}%"
            case "points":
                return str(format_decimal(Decimal(value) / 100, "#,##0.#", locale=self._locale)).replace("-", _MINUS)
            case "hours":
                return self.hours(value)
            case "attitude":
                return self.label("attitudes", str(value))
        return self.number(value)

    def days(self, count: int, *, signed: bool = False) -> str:
        """1 Tag, 12 Tage, +12 Tage"""
        shown = self.signed(count) if signed else self.number(count)
        return self.text("day" if abs(count) == 1 else "days", n=shown)

    def measured(self, value: Value, unit: str) -> str:
        """A goal's value in the goal's own unit; one that people named themselves stands behind the number."""
        if not isinstance(value, int):
            return self.value(value, unit)
        if unit == "days":
            return self.days(value)
        known = unit in ("bp", "count", "number", "percent", "points", "hours") or unit.startswith("minor")
        return self.value(value, unit) if known else f"{self.number(value)}{_HELD}{unit}"

    def _word(self, value: str, unit: str) -> str:
        match unit:
            case "day":
                return self.day(date.fromisoformat(value))
            case "instant":
                return self.day(datetime.fromisoformat(value))
            case "person" | "user":
                return self.person(value)
            case "role":
                return self.label("roles", value)
            case "code":
                return self.label("codes", value)
        return value


def whole(minor: int, currency: str) -> int:
    """Minor units in whole ones, half up."""
    scale: int = 10 ** get_currency_precision(currency or "USD")
    sign = -1 if minor < 0 else 1
    return sign * ((2 * abs(minor) + scale) // (2 * scale))
