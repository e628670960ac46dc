"""Numbers, money, days and instants as a reader of one language in one time zone expects them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent, get_currency_precision

from services.portal.i18n import translations

# ui.md: `24. Nov 2026`, `24 Nov 2026`. The stand-alone month (LLL) has no full stop in German.
_DAY = {"de": "d. LLL y", "en": "d MMM y"}
_SHORT_DAY = {"de": "d. LLL", "en": "d MMM"}
_QUARTER = {"de": "QQQ y", "en": "QQQ y"}


class Formats:
    """Formatters for one language and the company's time zone; they take None and return an empty text."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self.zone = zone

    def local(self, at: datetime | date) -> date:
        """The day of an instant in the company's zone; a day stays what it is."""
        return at.astimezone(self.zone).date() if isinstance(at, datetime) else at

    def day(self, at: datetime | date | None) -> str:
        """`24. Nov 2026`"""
        return format_date(self.local(at), _DAY[self.language], self.locale) if at else ""

    def short_day(self, at: datetime | date | None) -> str:
        """`24. Nov`, where the year is beside it anyway."""
        return format_date(self.local(at), _SHORT_DAY[self.language], self.locale) if at else ""

    def quarter(self, at: date | None) -> str:
        """`Q4 2026`: the quarter a day lies in."""
        return format_date(at, _QUARTER[self.language], self.locale) if at else ""

    def instant(self, at: datetime | date | None) -> str:
        """`24. Nov 2026, 04:58`; a mere day has no time."""
        if not isinstance(at, datetime):
            return self.day(at)
        return f"{self.day(at)}, {format_datetime(at, 'HH:mm', tzinfo=self.zone, locale=self.locale)}"

    def ago(self, at: datetime | date | None, today: date) -> str:
        """`in 15 Tagen`, `vor 68 Tagen`, `heute`: whole days up to four months, because standards count days."""
        if not at:
            return ""
        days = (self.local(at) - today).days
        words = self._near(days)
        if words:
            return words
        if abs(days) <= 120:
            return self._delta(timedelta(days=days), "day")
        return self._delta(timedelta(days=days), "month" if abs(days) < 730 else "year")

    def number(self, value: int | Decimal | None) -> str:
        """`2.339.890` / `2,339,890`"""
        return "" if value is None else format_decimal(value, locale=self.locale)

    def money(self, minor: int | None, currency: str | None = None) -> str:
        """Whole units, rounded half up (figures on a page are for reading; the exact one is in the event)."""
        if minor is None:
            return ""
        scale = 10 ** get_currency_precision(currency or "USD")
        sign = -1 if minor < 0 else 1
        return self.number(sign * ((2 * abs(minor) + scale) // (2 * scale)))

    def figure(self, value: int | None, unit: str | None) -> str:
        """An integer in a unit that travels with it: `minor:EUR` is money, `bp` a share, others stand behind."""
        if value is None:
            return ""
        kind, _, currency = (unit or "").partition(":")
        if kind == "minor":
            return f"{self.money(value, currency)} {currency}".rstrip()
        if kind == "bp":
            return self.percent(Decimal(value) / 100)
        if kind == "days":
            return self.days(value)
        return self.number(value) if kind in ("", "count") else f"{self.number(value)} {kind}"

    def month(self, at: date) -> str:
        """`November 2026`, the head of a calendar's month."""
        return format_date(at, "LLLL y", self.locale)

    def short_month(self, at: date) -> str:
        """`Nov 26`, on an axis."""
        return format_date(at, "LLL yy", self.locale)

    def weekday(self, at: date) -> str:
        """`Mo`, beside the day of the month."""
        return format_date(at, "EEEEEE", self.locale)

    def hour(self, at: datetime | None, zone: str | None = None) -> str:
        """`10:00` in the company's zone or another."""
        return (
            format_datetime(at, "HH:mm", tzinfo=ZoneInfo(zone) if zone else self.zone, locale=self.locale) if at else ""
        )

    def points(self, bp: int | None, digits: int = 2) -> str:
        """Basis points of a score as points of 100: 7240 → `72,40`."""
        pattern = "0." + "0" * digits if digits else "0"
        return "" if bp is None else format_decimal(Decimal(bp) / 100, pattern, locale=self.locale)

    def share(self, bp: int | None) -> str:
        """Basis points as a percentage: 8400 → `84 %`."""
        return "" if bp is None else format_percent(Decimal(bp) / 10_000, locale=self.locale)

    def percent(self, value: Decimal) -> str:
        """A percentage as it is: 18.50 → `18,5 %`."""
        return format_percent(value / 100, "#,##0.## %" if self.language == "de" else "#,##0.##%", locale=self.locale)

    def days(self, count: int) -> str:
        """`35 Tage`"""
        return str(format_timedelta(timedelta(days=count), granularity="day", threshold=10_000, locale=self.locale))

    def iso(self, at: datetime | date | None) -> str:
        """For `<time datetime>`: machine-readable, instants in UTC."""
        if isinstance(at, datetime):
            return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return at.isoformat() if at else ""

    def _delta(self, delta: timedelta, unit: Literal["day", "month", "year"]) -> str:
        near = 10_000 if unit == "day" else 0.85
        return str(format_timedelta(delta, unit, threshold=near, add_direction=True, locale=self.locale))

    def _near(self, days: int) -> str:
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
        return str(translations(self.language).pgettext("day", near)) if near else ""
