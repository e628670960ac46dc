"""One cell of a foreign row, in any of Debezium's encodings, to the value that we mean.

Without a schema in the message a number does not say what it counts: dates are days, instants are milli-, micro- or
nanoseconds by their size (Debezium's modes default, connect, microseconds, nanoseconds, isostring), decimals are base64
of the unscaled integer (`precise`), text (`string`) or a number (`double`).
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

Reader = Callable[[Any], Any]

TEXT_LIMIT = 255
"""Longer text is cut: no column that we keep is longer, and a Kafka message must stay small."""
MONEY_LIMIT = Decimal(10) ** 15
_EPOCH_DAY = date(1970, 1, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999  # the years 1 and 9999
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_TRUE, _FALSE = (
    frozenset(("1", "true", "t", "yes", "y", "on", "\x01")),
    frozenset(("0", "false", "f", "no", "n", "off", "", "\x00")),
)
_NO_MINOR_UNITS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF")
)


class Unreadable(ValueError):
    """The cell holds something of another type than the mapping says."""


def text(raw: Any) -> str | None:
    """Trimmed text; None for null and for nothing but space."""
    if type(raw) is not str:
        if raw is None:
            return None
        if isinstance(raw, bool) or not isinstance(raw, (int, float)):
            raise Unreadable("no text")
        raw = str(raw)
    if "\x00" in raw:
        raw = raw.replace("\x00", "")
    return raw.strip()[:TEXT_LIMIT] or None


def flag(raw: Any) -> bool | None:
    """A boolean in every spelling: 1, true, "1", "true", and base64 of BIT(1)."""
    if raw is None or raw is True or raw is False:
        return raw
    if isinstance(raw, (int, float)):
        return raw != 0
    if isinstance(raw, str):
        word = raw.strip().lower()
        if word in _TRUE or raw == "AQ==":
            return True
        if word in _FALSE or raw == "AA==":
            return False
    raise Unreadable("no boolean")


def integer(raw: Any) -> int | None:
    """A whole number that fits into 32 bits; text and doubles without a fraction are fine."""
    if raw is None or raw == "":
        return None
    if type(raw) is float and raw.is_integer() and abs(raw) < 2**31:
        return int(raw)
    if isinstance(raw, bool):
        return int(raw)
    try:
        number = int(raw) if isinstance(raw, (int, str)) else int(Decimal(raw).to_integral_exact(ROUND_HALF_UP))
    except (ValueError, TypeError, ArithmeticError):
        raise Unreadable("no whole number") from None
    if not -(2**31) <= number < 2**31:
        raise Unreadable("a number out of range")
    return number


def decimal(raw: Any, scale: int = 0) -> Decimal | None:
    """An exact number. Base64 is the unscaled integer, big-endian two's complement, of `scale` decimals."""
    if raw is None or raw == "":
        return None
    if type(raw) is float and raw.is_integer() and abs(raw) < 1e15:
        return Decimal(int(raw))
    try:
        if isinstance(raw, str):
            # with decimals the text always has its point, so digits alone are base64 like any other text
            number = Decimal(raw) if _DECIMAL.fullmatch(raw) and ("." in raw or scale == 0) else _unscaled(raw, scale)
        elif isinstance(raw, (int, float)) and not isinstance(raw, bool):
            number = Decimal(repr(raw))
        else:
            raise Unreadable("no number")
    except (InvalidOperation, Base64Error, ValueError):
        raise Unreadable("no number") from None
    if not number.is_finite() or abs(number) >= MONEY_LIMIT:
        raise Unreadable("a number out of range")
    return number


def _unscaled(raw: str, scale: int) -> Decimal:
    data = b64decode(raw, validate=True)
    if len(data) > 32:
        raise Unreadable("a number out of range")
    return Decimal(int.from_bytes(data, "big", signed=True)).scaleb(-scale)


def free_amount(raw: Any) -> Decimal | None:
    """An amount that people typed ("497110000.00", "$ 1,200,000"); None for anything else ("n/a", "5-10 Mio")."""
    found = re.fullmatch(r"[^\d.,-]*(-?[\d., ']+)[^\d]*", text(raw) or "")
    if found is None:
        return None
    digits = re.sub(r"[ ']|,(?=\d{3}(\D|$))", "", found[1])
    try:
        return decimal(digits + ".0" if "." not in digits else digits)
    except Unreadable:
        return None


def free_count(raw: Any) -> int | None:
    """A count that people typed ("1588", "1,588", "50-100": the lower bound)."""
    found = re.match(r"\D{0,3}(\d[\d,.' ]*)", text(raw) or "")
    digits = re.sub(r"\D", "", found[1]) if found else ""
    return int(digits) if 0 < len(digits) < 10 else None


@lru_cache(8_192)
def day(raw: Any) -> date | None:
    """A calendar day: days since 1970, ISO text with or without Z, or an instant (its UTC day)."""
    if raw is None or raw == "":
        return None
    try:
        if isinstance(raw, str):
            return None if raw.startswith("0000") else date.fromisoformat(raw[:10])
        if isinstance(raw, int) and not isinstance(raw, bool):
            if abs(raw) < 4_000_000:
                return _EPOCH_DAY + timedelta(days=raw)
            ms = milliseconds(raw)
            return None if ms is None else moment(ms).date()
    except (ValueError, OverflowError):
        pass
    raise Unreadable("no date")


def milliseconds(raw: Any) -> int | None:
    """An instant, in milliseconds since 1970: ms, µs or ns by size, or ISO text (UTC where it names no zone)."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, str):
        if raw.startswith("0000"):
            return None
        try:
            at = datetime.fromisoformat(raw)
        except ValueError:
            raise Unreadable("no instant") from None
        raw = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise Unreadable("no instant")
    size = abs(raw)
    ms = raw if size < 10**14 else raw // 1_000 if size < 10**17 else raw // 1_000_000
    if not _FIRST_MS <= ms <= _LAST_MS:
        raise Unreadable("an instant out of range")
    return ms


def instant(raw: Any) -> datetime | None:
    """The same as an aware datetime."""
    ms = milliseconds(raw)
    return None if ms is None else moment(ms)


@lru_cache(8_192)
def moment(ms: int) -> datetime:
    """Milliseconds since 1970 as an aware datetime."""
    return _EPOCH + timedelta(milliseconds=ms)


def choice(values: Mapping[str, str], other: str) -> Reader:
    """A reader of an enumeration: the mapped value; an unmapped one is kept as it is, dropped, or (`refuse`) drift."""

    def read(raw: Any) -> str | None:
        word = text(raw)
        if word is None or word in values:
            return values.get(word) if word else None
        if other == "refuse":
            raise Unreadable("a value that is not mapped")
        return word if other == "keep" else None

    return read


def coded(patterns: Mapping[str, Sequence[str]]) -> Reader:
    """What is kept of a text: the first code one of whose patterns is found in it, whatever the case; else None."""
    known = [(code, re.compile("|".join(found), re.IGNORECASE)) for code, found in patterns.items()]

    def read(raw: Any) -> str | None:
        word = text(raw)
        return next((code for code, pattern in known if word and pattern.search(word)), None)

    return read


def minor(amount: Decimal | None, currency: str) -> int | None:
    """Money in the minor units of its currency, rounded half up once."""
    if amount is None:
        return None
    scaled = amount if currency in _NO_MINOR_UNITS else amount * 100
    return int(scaled if scaled == int(scaled) else scaled.to_integral_value(ROUND_HALF_UP))


READERS: Mapping[str, Reader] = {
    "text": text,
    "id": text,
    "coded": text,
    "flag": flag,
    "integer": integer,
    "decimal": decimal,
    "free_amount": free_amount,
    "free_count": free_count,
    "date": day,
    "instant": instant,
}
"""Reader by the type name that a mapping file uses."""
