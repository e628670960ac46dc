"""Cells in every encoding mean the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crm.mapping import values as v
from services.crm.mapping.edition import load


@pytest.mark.parametrize("raw", [1, True, "1", "true", "TRUE", " True ", "t", "yes", "on", "AQ==", 1.0, "\x01"])
def test_true_in_every_spelling(raw: Any) -> None:
    assert v.flag(raw) is True


@pytest.mark.parametrize("raw", [0, False, "0", "false", "F", "no", "off", "", "AA==", 0.0])
def test_false_in_every_spelling(raw: Any) -> None:
    assert v.flag(raw) is False


@pytest.mark.parametrize(
    ("raw", "scale", "means"),
    [
        ("BqwH3AA=", 6, "28656.000000"),  # base64, as captured
        ("tmocAA==", 6, "-1234.560000"),  # two's complement: negative
        ("D94=", 2, "40.62"),
        ("28656.000000", 6, "28656.000000"),
        ("-1234.560000", 6, "-1234.560000"),
        (28656.0, 6, "28656.0"),
        (-1234.56, 6, "-1234.56"),
        (55, 0, "55"),
        ("1234", 0, "1234"),
        ("1234", 2, "-26588.24"),  # with decimals, text without a point is base64
        ("0.10", 2, "0.10"),
    ],
)
def test_decimals_in_every_mode(raw: Any, scale: int, means: str) -> None:
    assert v.decimal(raw, scale) == Decimal(means)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
def test_precise_and_string_modes_agree(number: Decimal) -> None:
    from base64 import b64encode

    unscaled = int(number.scaleb(6))
    raw = b64encode(unscaled.to_bytes(unscaled.bit_length() // 8 + 1, "big", signed=True)).decode()
    assert v.decimal(raw, 6) == v.decimal(f"{number:f}", 6) == number


@pytest.mark.parametrize("raw", [19798, "2024-03-16Z", "2024-03-16", 1_710_547_200_000, "2024-03-16T00:00:00Z"])
def test_days(raw: Any) -> None:
    assert v.day(raw) == date(2024, 3, 16)


@pytest.mark.parametrize(
    "raw",
    [
        1_710_583_200_000,
        1_710_583_200_000_000,
        1_710_583_200_000_000_000,
        "2024-03-16T10:00:00Z",
        "2024-03-16T11:00:00+01:00",
        "2024-03-16 10:00:00",
    ],
)
def test_instants(raw: Any) -> None:
    assert v.instant(raw) == datetime(2024, 3, 16, 10, tzinfo=UTC)


@pytest.mark.parametrize("raw", [None, "", "0000-00-00", "0000-00-00 00:00:00"])
def test_zero_dates_are_none(raw: Any) -> None:
    assert v.day(raw) is None
    assert v.instant(raw) is None


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        (v.text, True),
        (v.flag, "maybe"),
        (v.flag, []),
        (v.integer, "x"),
        (v.integer, 10**12),
        (v.integer, {}),
        (v.decimal, "not base64!"),
        (v.decimal, True),
        (v.decimal, 1e300),
        (v.day, "tomorrow"),
        (v.day, True and 3.5),
        (v.day, 10**30),
        (v.instant, "2024-13-45"),
        (v.instant, 10**30),
        (v.instant, 1.5),
    ],
)
def test_what_is_of_another_type_is_unreadable(read: Any, raw: Any) -> None:
    with pytest.raises(v.Unreadable):
        read(raw)


def test_text_is_trimmed_and_bounded() -> None:
    assert v.text("  Acme\x00 ") == "Acme"
    assert v.text(" ") is None
    assert v.text(7) == "7"
    assert len(v.text("x" * 10_000) or "") == v.TEXT_LIMIT


@pytest.mark.parametrize(
    ("raw", "means"),
    [
        ("497110000.00", "497110000"),
        ("$ 1,200,000", "1200000"),
        ("1 200 000 EUR", "1200000"),
        ("n/a", None),
        ("5-10 Mio", None),
        (None, None),
    ],
)
def test_amounts_that_people_typed(raw: Any, means: str | None) -> None:
    assert v.free_amount(raw) == (None if means is None else Decimal(means))


@pytest.mark.parametrize(
    ("raw", "means"), [("1588", 1588), ("1,588", 1588), ("50-100", 50), ("~200", 200), ("many", None), (None, None)]
)
def test_counts_that_people_typed(raw: Any, means: int | None) -> None:
    assert v.free_count(raw) == means


def test_minor_units_are_rounded_half_up_once() -> None:
    assert v.minor(Decimal("10.005"), "USD") == 1001
    assert v.minor(Decimal("-10.005"), "USD") == -1001
    assert v.minor(Decimal("1234.5"), "JPY") == 1235
    assert v.minor(None, "USD") is None


def test_choices() -> None:
    keep, drop, refuse = (v.choice({"Open": "open"}, other) for other in ("keep", "drop", "refuse"))
    assert [keep("Open"), keep("New"), drop("New"), keep(None)] == ["open", "New", None, None]
    with pytest.raises(v.Unreadable, match="not mapped"):
        refuse("New")


@pytest.mark.parametrize(
    ("subject", "means"),
    [
        ("Business review Q3 2026", "review"),
        ("Quarterly Business Review", "review"),
        ("QBR with Acme", "review"),
        ("Quartalsgespräch Q2", "review"),
        ("Prepare business review", None),
        ("Value review", None),
        ("Review of the business plan with Ms Doe", None),
        (None, None),
    ],
)
def test_of_a_subject_line_only_its_code_is_kept(subject: str | None, means: str | None) -> None:
    purpose = next(read for _, read in load("suitecrm-7", "sugar", "USD").tables["meetings"].coded)
    assert purpose(subject) == means
