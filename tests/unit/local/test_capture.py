"""Reading and shifting the demo capture: every time moves by the same days in every format, nothing else moves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from deploy.local.capture import (
    USAGE,
    Format,
    Line,
    capture_file,
    column_types,
    days_to,
    demo,
    happened,
    payload,
    read_capture,
    read_usage,
    shift,
    survey,
    usage_file,
)

FORMATS: list[Format] = ["default", "schema", "iso_string", "flattened"]
LAST = datetime(2026, 11, 15, 3, 58, 38, tzinfo=UTC)


def test_the_small_set_holds_what_its_readme_says() -> None:
    found = survey(demo("small", 0))
    assert found.total == 3_528 + 1_608
    assert found.lines[USAGE] == 1_608
    assert found.lines["sugar"] == 108
    assert found.last == LAST


def test_usage_is_merged_in_time_order_and_the_capture_keeps_its_own() -> None:
    lines = list(demo("small", 0))
    times = [at for line in lines if (at := happened(line))]
    assert all(a <= b for a, b in pairwise(times))
    assert [line for line in lines if line.topic != USAGE] == list(read_capture(capture_file("small")))


@pytest.mark.parametrize("form", FORMATS)
def test_shifting_there_and_back_is_nothing(form: Format) -> None:
    original = list(read_capture(capture_file("small", form)))
    there = list(shift(read_capture(capture_file("small", form)), 100))
    assert there != original
    assert list(shift(iter(there), -100)) == original


@pytest.mark.parametrize("form", FORMATS)
def test_only_times_move_and_all_of_them(form: Format) -> None:
    """Compares each cell with its column's type: a time moved by 10 days, anything else stayed."""
    types = column_types()
    moved = 0
    before = read_capture(capture_file("small", form))
    for old, new in zip(before, shift(read_capture(capture_file("small", form)), 10), strict=True):
        assert (new.topic, new.key) == (old.topic, old.key)
        if not old.topic.startswith("sugar.suitecrm.") or old.value is None:
            continue
        table = types[old.topic.rpartition(".")[2]]
        for a, b in zip(_rows(old), _rows(new), strict=True):
            for column, cell in a.items():
                if cell is None or column not in table:
                    assert b[column] == cell or column == "__source_ts_ms"
                else:
                    assert _day(b[column]) - _day(cell) == 10
                    moved += 1
        assert happened(new) - happened(old) == datetime(2026, 1, 11) - datetime(2026, 1, 1)
    assert moved == (6_957 if form == "flattened" else 9_714)


def _rows(line: Line) -> list[dict]:
    value = payload(line.value)
    return [value] if "__op" in value else [row for row in (value["before"], value["after"]) if row]


def _day(cell: int | str) -> int:
    if isinstance(cell, str):
        return date.fromisoformat(cell[:10]).toordinal()
    return cell if abs(cell) < 1_000_000 else cell // 86_400_000


@pytest.mark.parametrize("form", ["default", "schema"])
def test_the_clocks_of_a_change_agree_and_the_capture_s_own_stays(form: Format) -> None:
    week = 7 * 86_400_000
    before = read_capture(capture_file("small", form))
    for old, new in zip(before, shift(read_capture(capture_file("small", form)), 7), strict=True):
        if old.value is None:
            continue
        was, now = payload(old.value), payload(new.value)
        assert now["ts_ms"] == was["ts_ms"]
        if "source" in was:
            business = was["source"]["snapshot"] == "false" or old.topic.startswith("sugar.")
            moved = now["source"]["ts_ms"] - was["source"]["ts_ms"]
            assert moved == (week if business else 0)
            assert now["source"]["ts_us"] - was["source"]["ts_us"] == moved * 1000
            assert now["source"]["ts_ns"] - was["source"]["ts_ns"] == moved * 1_000_000


@pytest.mark.parametrize("days", [-8, 1, 6, 7, 100])
def test_usage_weeks_still_run_from_monday_to_sunday(days: int) -> None:
    for old, new in zip(read_usage(usage_file("small")), shift(read_usage(usage_file("small")), days), strict=True):
        start, end = (date.fromisoformat(new.value[k]) for k in ("period_start", "period_end"))
        assert (start.weekday(), end.weekday()) == (0, 6)
        assert 0 <= days - (start - date.fromisoformat(old.value["period_start"])).days < 7
        assert new.value["reported_at"][10:] == old.value["reported_at"][10:]


@pytest.mark.parametrize(
    ("wish", "now", "ends"),
    [
        ("none", datetime(2030, 1, 1, tzinfo=UTC), LAST),
        ("2026-12-24", datetime(2030, 1, 1, tzinfo=UTC), datetime(2026, 12, 24, 3, 58, 38, tzinfo=UTC)),
        ("now", datetime(2027, 3, 1, 12, tzinfo=UTC), datetime(2027, 3, 1, 3, 58, 38, tzinfo=UTC)),
        ("now", datetime(2027, 3, 1, 2, tzinfo=UTC), datetime(2027, 2, 28, 3, 58, 38, tzinfo=UTC)),
        ("now", datetime(2026, 11, 14, 12, tzinfo=UTC), datetime(2026, 11, 14, 3, 58, 38, tzinfo=UTC)),
    ],
)
def test_the_capture_ends_where_shift_says_and_never_in_the_future(wish: str, now: datetime, ends: datetime) -> None:
    assert survey(shift(read_capture(capture_file("small")), days_to(wish, LAST, now))).last == ends


def test_a_shift_that_is_no_date_is_named() -> None:
    with pytest.raises(ValueError, match="SHIFT=tomorrow is neither"):
        days_to("tomorrow", LAST, LAST)


def test_bytes_are_what_the_connector_writes() -> None:
    assert Line("t", {"id": "1"}, None).value_bytes is None
    assert Line("t", {"id": "1"}, {"ä": [1.0]}).value_bytes == '{"ä":[1.0]}'.encode()
    assert Line("t", None, {}).key_bytes is None
    assert next(read_usage(usage_file("small"))).key_bytes == b"d1e6c687-650c-5157-8304-f3035c492d6a"
