"""What time alone will bring: the instants at which a floor or a signal changes by itself, if no fact comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from services.risk.policy.book import Book
from services.risk.policy.factors import commercial
from services.risk.policy.factors.base import DAY, HOUR, Now
from services.risk.policy.model import Model
from services.risk.policy.records import LATE


class Clock(NamedTuple):
    """`code`: floor or signal. `floor`: from then on it forces a colour."""

    at: datetime
    code: str
    why: str
    floor: bool = False


def clocks(book: Book, model: Model, now: Now) -> list[Clock]:
    """Those later than now, in order."""
    found = [
        *_cases(book, model, now),
        *_people(book, model, now),
        *_renewals(book, model, now),
        *_others(book, model, now),
    ]
    return sorted(c for c in found if c.at > now.at)


def _cases(book: Book, model: Model, now: Now) -> list[Clock]:
    found = []
    for case in book.cases.values():
        if case.priority not in model.limits_hours:
            continue
        limit = timedelta(hours=model.limits_hours[case.priority])
        name = f"{case.priority} {case.number}"
        if case.open_at(now.at):
            found.append(Clock(case.opened_at + limit, "sla_breaches", f"{name} breaks its limit"))
            if case.priority == "P1":
                forced = now.tier in model.p1_tiers and "p1_72h" in model.floors
                why = f"{name} open {model.p1_hours} h"
                found.append(Clock(case.opened_at + model.p1_hours * HOUR, "p1_72h", why, forced))
                found += [Clock(case.opened_at + x * HOUR, "p1_age", f"{name} open {x} h") for x, _ in model.p1_band]
        if (broken := case.breached_at(limit)) is not None and case.priority in ("P1", "P2"):
            found.append(Clock(broken + 30 * DAY, "sla_breaches", f"{name}: broken limit is 30 d old"))
            if case.priority == "P1":
                found.append(Clock(broken + model.p1_repeat_days * DAY, "p1_repeat", f"{name}: broken limit is old"))
    return found


def _people(book: Book, model: Model, now: Now) -> list[Clock]:
    found = []
    for group, code in (("champion", "champion_lost"), ("buyer", "economic_buyer_lost")):
        loss = book.lost[group]
        if loss is not None:
            near = group == "buyer" or any(
                r.talks or r.days <= model.champion_deadline_days for r in commercial.renewals(book, now)
            )
            found.append(Clock(loss.at + model.grace_days * DAY, code, f"{group} is not replaced in time", near))
    if book.nps:
        why = f"NPS {book.nps.value} is too old"
        found.append(Clock(book.nps.at + model.nps_valid_days * DAY, "nps", why))
    valid = model.factors["relationship"].valid_days
    if valid is not None:
        fresh = [p.assessed_at for p in book.people.values() if p.live and p.assessed_at is not None]
        tick = timedelta(microseconds=1)
        found += [Clock(at + valid * DAY + tick, "assessment", "assessment is too old") for at in fresh]
    return found


def _renewals(book: Book, model: Model, now: Now) -> list[Clock]:
    found = []
    lead = model.lead_days[now.tier]
    for r in commercial.renewals(book, now):
        end = r.term.ends_on
        if end is None or r.term.notice_on:
            continue
        why = f"{r.name} notice deadline {r.deadline}"
        for days in (lead, lead // 2, 13, model.champion_deadline_days, model.at_risk_days):
            found.append(Clock(now.midnight(r.deadline - days * DAY), "renewal", f"{why}: {days} d left"))
        alone = r.talks is None
        notice = now.midnight(r.deadline - model.notice_days * DAY)
        found.append(Clock(notice, "notice_no_opp", f"{why}: {model.notice_days} d left, no renewal", alone))
        found.append(Clock(now.midnight(r.deadline + DAY), "renewal", f"{why} passed"))
        if not r.term.auto_renew:
            code = "lapsed" if alone else "lapsed_talks"
            total = commercial.total_arr(book, now)
            forced = not alone or commercial.share_bp(r.arr, total) >= model.notice_share
            found.append(Clock(now.midnight(end + DAY), code, f"{r.name} ends {end}", forced))
            found.append(Clock(now.midnight(end + LATE + DAY), "lapsed", f"{r.name} ended 90 d ago"))
    for term in book.terms.values():
        turns = [d for d in (term.starts_on, term.notice_on) if d is not None]
        if term.ends_on:
            turns.append(term.ends_on + DAY)
        found += [Clock(now.midnight(d), "contract", f"{term.product or 'contract'}: {d}") for d in turns]
    return found


def _others(book: Book, model: Model, now: Now) -> list[Clock]:
    found, last = [], book.last_contact(now.at)
    limit = model.silence_days.get(now.tier)
    if last is not None:
        if limit is not None:
            why = f"no meaningful contact since {last.at:%Y-%m-%d} ({limit} d)"
            found.append(Clock(last.at + limit * DAY, "silence", why, True))
        found += [Clock(last.at + d * DAY, "contact", f"{d} d without contact") for d in model.contact_days[now.tier]]
    found += [
        Clock(a.at, "contact", "a contact that was told ahead") for a in book.activities.values() if a.at > now.at
    ]
    if book.owner and book.owner[0] in book.inactive:
        since = max(book.inactive[book.owner[0]][0], book.owner[1])
        why = f"account owner inactive since {since:%Y-%m-%d}"
        found.append(Clock(since + model.owner_days * DAY, "owner_inactive", why, True))
    reports = [weeks[max(weeks)].reported_at for weeks in book.usage.values()]
    valid = model.factors["usage"].valid_days
    if reports and valid is not None:
        at = max(reports) + valid * DAY + timedelta(microseconds=1)
        found.append(Clock(at, "usage", "the last usage report is too old"))
    if (start := book.first_start()) is not None:
        found.append(Clock(now.midnight(start + model.onboarding_days * DAY), "onboarding", "onboarding is over"))
        found.append(Clock(now.midnight(start + model.usage_onboarding_days * DAY), "usage", "ramp-up is over"))
    found += [Clock(o.until, "override", "the override ends") for o in book.overrides.values() if o.counts_from]
    return found
