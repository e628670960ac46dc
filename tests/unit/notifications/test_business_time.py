"""Business hours, quiet hours, digests: the vectors, and what must hold on every day of every year."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.policy.calendar import Offset, WorkCalendar, calendar
from services.notifications.policy.delivery import Wishes, next_digest
from services.notifications.policy.quiet import QuietHours, quiet_until

VECTORS = json.loads((Path(__file__).parents[1] / "accounts" / "vectors.json").read_text(encoding="utf-8"))
BERLIN = calendar("Europe/Berlin", "DE")
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Africa/Casablanca"])
TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))


def test_four_business_hours_before_easter() -> None:
    start = datetime(2026, 4, 2, 16, tzinfo=ZoneInfo("Europe/Berlin"))
    found = BERLIN.add(start, Offset.parse("4 bh"))
    assert found == datetime(2026, 4, 7, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert found.isoformat() == VECTORS["ack_4bh_fri_16"]


def test_four_business_hours_within_a_day() -> None:
    found = BERLIN.add(datetime(2026, 3, 2, 9, tzinfo=UTC), Offset.parse("4 bh"))
    assert found.isoformat() == VECTORS["ack_4bh_mon_10"]


@pytest.mark.parametrize(
    ("start", "offset", "expected"),
    [
        ("2026-03-27T10:00+00:00", "1 d", "2026-03-28T10:00+00:00"),
        ("2026-03-28T10:00+00:00", "1 d", "2026-03-29T09:00+00:00"),  # 11:00 there, before and after the clock moved
        ("2026-03-28T10:00+00:00", "24 h", "2026-03-29T10:00+00:00"),
        ("2026-03-27T15:00+00:00", "1 bd", "2026-03-30T14:00+00:00"),  # Friday 16:00 → Monday 16:00
        ("2026-04-07T08:00+00:00", "-1 bd", "2026-04-02T08:00+00:00"),
        ("2026-11-15T08:00+00:00", "-14 d", "2026-11-01T08:00+00:00"),
        ("2026-11-15T08:00+00:00", "0", "2026-11-15T08:00+00:00"),
    ],
)
def test_offsets(start: str, offset: str, expected: str) -> None:
    assert BERLIN.add(datetime.fromisoformat(start), Offset.parse(offset)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["5", "bd", "1 w", "", "4 bh later"])
def test_what_is_no_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no offset"):
        Offset.parse(text)


def test_a_region_has_its_own_holidays() -> None:
    corpus_christi = date(2026, 6, 4)
    assert BERLIN.is_business(corpus_christi)
    assert not calendar("Europe/Berlin", "DE", "BY").is_business(corpus_christi)
    with pytest.raises(NotImplementedError):
        WorkCalendar(ZoneInfo("UTC"), "XX")


@given(INSTANTS, st.integers(1, 60))
@settings(max_examples=60)
def test_business_hours_end_in_business_hours(start: datetime, hours: int) -> None:
    local = BERLIN.add(start, Offset(hours, "bh")).astimezone(BERLIN.zone)
    assert BERLIN.is_business(local.date())
    assert time(9) <= local.time() <= time(17)
    assert BERLIN.add(start, Offset(hours, "bh")) < BERLIN.add(start, Offset(hours + 1, "bh"))


@given(INSTANTS, ZONES, TIMES, TIMES, TIMES, st.booleans())
@settings(max_examples=150)
def test_what_is_held_is_released_outside_of_the_quiet(
    now: datetime, zone: str, start: time, end: time, release: time, free_days: bool
) -> None:
    quiet = QuietHours(zone, start, end, release, free_days)
    if quiet.covers(release):
        return  # the preferences refuse it
    until = quiet_until(now, quiet, BERLIN.is_business)
    local = now.astimezone(ZoneInfo(zone))
    held = quiet.covers(local.time()) or (free_days and not BERLIN.is_business(local.date()))
    assert (until is not None) == held
    if until is not None:
        there = until.astimezone(ZoneInfo(zone))
        assert now < until < now + timedelta(days=12)
        assert not free_days or BERLIN.is_business(there.date())
        assert there.time() == release or not _exists(there.date(), release, zone)


def _exists(day: date, at: time, zone: str) -> bool:
    made = datetime.combine(day, at, ZoneInfo(zone))
    return made.astimezone(UTC).astimezone(ZoneInfo(zone)).time() == at


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-28T20:00+00:00", "2026-03-30T05:30+00:00"),  # Saturday evening → Monday 07:30, in summer time
        ("2026-10-24T20:00+00:00", "2026-10-26T06:30+00:00"),  # … and back in winter time
        ("2026-03-02T05:59+00:00", "2026-03-02T06:30+00:00"),
        ("2026-03-02T06:00+00:00", None),
        ("2026-03-02T18:00+00:00", "2026-03-03T06:30+00:00"),
        ("2026-04-03T10:00+00:00", "2026-04-07T05:30+00:00"),  # Good Friday → Tuesday
    ],
)
def test_quiet_hours_in_berlin(now: str, until: str | None) -> None:
    found = quiet_until(datetime.fromisoformat(now), QuietHours("Europe/Berlin"), BERLIN.is_business)
    assert found == (datetime.fromisoformat(until) if until else None)


def test_digests_come_on_the_persons_days() -> None:
    wishes = Wishes(QuietHours("Europe/Berlin"), digest_at=time(8), digest_days=(0,))
    assert next_digest(datetime(2026, 3, 3, tzinfo=UTC), wishes, BERLIN) == datetime(2026, 3, 9, 7, tzinfo=UTC)
    # Easter Monday is no day of work: the Monday after
    assert next_digest(datetime(2026, 4, 1, tzinfo=UTC), wishes, BERLIN) == datetime(2026, 4, 13, 6, tzinfo=UTC)
    sunday = Wishes(QuietHours("Europe/Berlin"), digest_at=time(8), digest_days=(6,))
    assert next_digest(datetime(2026, 3, 3, tzinfo=UTC), sunday, BERLIN) == datetime(2026, 3, 8, 7, tzinfo=UTC)
