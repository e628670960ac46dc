"""What happens to one alert for one person now: deliver, wait, put into the digest, or leave it and say why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.notifications.policy.calendar import WorkCalendar
from services.notifications.policy.quiet import QuietHours, next_at, quiet_until

Urgency = Literal["critical", "immediate", "digest", "weekly"]
ChannelKind = Literal["in_app", "email", "slack", "teams", "webhook", "apprise"]
Reason = Literal["muted", "no_permission", "budget", "flapping", "digest_rule", "quiet_hours", "folded"]
DigestKind = Literal["daily", "weekly"]
IN_APP: ChannelKind = "in_app"
DIGESTS = frozenset({"digest", "weekly"})
WORKDAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants. `mutes`: (scope, until) where the scope is a rule (`R7`), `account:<id>` or both
    (`R7|account:<id>`). `critical_consent`: critical alerts may come in quiet hours. `digest_days`: 0 is Monday."""

    quiet: QuietHours
    channels: tuple[ChannelKind, ...] = (IN_APP,)
    digest_at: time = time(8)
    digest_days: tuple[int, ...] = WORKDAYS
    critical_consent: bool = False
    locale: Literal["de", "en"] = "de"
    mutes: tuple[tuple[str, datetime | None], ...] = field(default=())

    def muted(self, rule: str, account: str, now: datetime) -> bool:
        """Whether one of the mutes covers it."""
        scopes = {rule, f"account:{account}", f"{rule}|account:{account}"}
        return any(scope in scopes and (until is None or now < until) for scope, until in self.mutes)


@dataclass(frozen=True, slots=True)
class Decision:
    """`do`: deliver now over `channels`; defer to `at`; digest (`weekly`: that of the week) at `at`; suppress. `why`
    says the reason of what is not a delivery. `counts`: takes one of the person's immediate alerts of the day."""

    do: Literal["deliver", "defer", "digest", "suppress"]
    why: Reason | None = None
    at: datetime | None = None
    channels: tuple[ChannelKind, ...] = ()
    counts: bool = False
    weekly: bool = False


def decide(
    now: datetime, urgency: Urgency, rule: str, account: str, wishes: Wishes, *, permitted: bool, flapping: bool,
    spent: int, budget: int, calendar: WorkCalendar,
) -> Decision:  # fmt: skip
    """`permitted`: the person may see the account now; `flapping`: its colour is; `spent`: immediate alerts that the
    person had today, of `budget`. Critical alerts are never muted, never cost budget, never wait for a digest."""
    if not permitted:
        return Decision("suppress", "no_permission")
    critical = urgency == "critical"
    if not critical and wishes.muted(rule, account, now):
        return Decision("suppress", "muted")
    if not critical:
        why: Reason | None = "digest_rule" if urgency in DIGESTS else "flapping" if flapping else None
        if why is None and spent >= budget:
            why = "budget"
        if why is not None:
            daily, weekly = next_digest(now, wishes, calendar), next_weekly(now, wishes, calendar)
            of_week = urgency == "weekly" or daily == weekly
            return Decision("digest", why, weekly if of_week else daily, weekly=of_week)
    until = quiet_until(now, wishes.quiet, calendar.is_business)
    if until is not None and not (critical and wishes.critical_consent):
        return Decision("defer", "quiet_hours", until)
    return Decision("deliver", channels=wishes.channels, counts=not critical)


def next_digest(now: datetime, wishes: Wishes, calendar: WorkCalendar) -> datetime:
    """The person's next digest: at their time on one of their days, not on a public holiday."""
    zone, counts = ZoneInfo(wishes.quiet.zone), _digest_day(wishes, calendar)
    try:
        return next_at(now, wishes.digest_at, zone, counts)
    except ValueError:  # only on days on which nobody works: take them anyway
        return next_at(now, wishes.digest_at, zone, lambda day: day.weekday() in (wishes.digest_days or WORKDAYS))


def next_weekly(now: datetime, wishes: Wishes, calendar: WorkCalendar) -> datetime:
    """The person's next digest of the week: the first digest of each week, so that Monday brings one message and not
    two."""
    zone, counts = ZoneInfo(wishes.quiet.zone), _digest_day(wishes, calendar)

    def first(day: date) -> bool:
        return counts(day) and not any(counts(day - timedelta(days=n)) for n in range(1, day.weekday() + 1))

    try:
        return next_at(now, wishes.digest_at, zone, first)
    except ValueError:
        earliest = min(wishes.digest_days or WORKDAYS)
        return next_at(now, wishes.digest_at, zone, lambda day: day.weekday() == earliest)


def _digest_day(wishes: Wishes, calendar: WorkCalendar) -> Callable[[date], bool]:
    days = wishes.digest_days or WORKDAYS
    return lambda day: day.weekday() in days and (not wishes.quiet.free_days or calendar.is_business(day))
