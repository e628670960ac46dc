"""Floors: conditions that force a colour at once, whatever the score (domain.md §14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal, NamedTuple

from services.risk.policy.book import Book
from services.risk.policy.factors import commercial, service, usage
from services.risk.policy.factors.base import DAY, HOUR, Evidence, Now, days, hours
from services.risk.policy.model import Model
from services.risk.policy.records import Case

Level = Literal["AMBER", "RED"]


class Floor(NamedTuple):
    """A floor that holds, of the factor that it belongs to."""

    code: str
    colour: Level
    factor: str
    evidence: tuple[Evidence, ...]

    @property
    def why(self) -> str:
        """In one line."""
        return "; ".join(e.why for e in self.evidence)


def floors(book: Book, model: Model, now: Now) -> list[Floor]:
    """Those that hold, red ones first; a code that the model does not name never does."""
    amber = [f for f in _amber(book, model, now) if f.code in model.floors]
    red = [f for f in _red(book, model, now) if f.code in model.floors]
    factors = {f.factor for f in amber if f.factor != "manual"}
    if len(factors) >= model.compound_n and "compound" in model.floors:
        evidence = tuple(e._replace(code=f.code) for f in amber if f.factor != "manual" for e in f.evidence[:1])
        red.append(Floor("compound", "RED", "+".join(sorted(factors)), evidence))
    return red + amber


def worst(found: list[Floor]) -> Level | None:
    """The colour that they force."""
    return found[0].colour if found else None


def _red(book: Book, model: Model, now: Now) -> Iterator[Floor]:
    yield from _manual(book, now, "RED")
    open_ = commercial.renewals(book, now)
    total = commercial.total_arr(book, now)
    for r in open_:
        if commercial.share_bp(r.arr, total) < model.notice_share:
            continue
        if r.term.notice_on and r.term.notice_on <= now.today:
            why = f"{r.name} terminated {r.term.notice_on}"
            yield Floor(
                "notice_received", "RED", "commercial", (Evidence("notice_received", why, r.term.notice_event),)
            )
        elif r.lost:
            why = f"{r.name} renewal lost"
            yield Floor("notice_received", "RED", "commercial", (Evidence("notice_received", why, r.lost.event),))
        elif r.ended and not r.talks:
            since = now.midnight((r.term.ends_on or now.today) + DAY)
            why = f"{r.name} ended {r.term.ends_on}, no renewal"
            yield Floor("lapsed", "RED", "commercial", (Evidence("lapsed", why, r.term.event, "contract_end", since),))
    for alarm in book.alarms.values():
        if alarm.severity == "critical":
            yield Floor("critical_escalation", "RED", "service", (_alarm(alarm.event, "critical"),))
    for item in book.items.values():
        if item.category == "insolvency" and not item.closed:
            evidence = Evidence("insolvency", "insolvency reported", item.event)
            yield Floor("insolvency", "RED", "commercial", (evidence,))
    if now.tier in model.p1_tiers:
        late = [
            c for c in book.cases.values()
            if c.priority == "P1" and c.open_at(now.at) and now.at - c.opened_at >= model.p1_hours * HOUR
        ]  # fmt: skip
        if late:
            cases = sorted(late, key=lambda c: (c.opened_at, c.key))
            yield Floor(
                "p1_72h", "RED", "service",
                tuple(
                    _open_too_long(c, now)
                    for c in cases
                ),
            )  # fmt: skip


def _amber(book: Book, model: Model, now: Now) -> Iterator[Floor]:
    yield from _manual(book, now, "AMBER")
    yield from _people(book, model, now)
    nps = book.nps
    if nps and nps.value <= model.nps_limit and now.at - nps.at < timedelta(days=model.nps_valid_days):
        evidence = Evidence("nps", f"NPS {nps.value} ({nps.at:%Y-%m-%d})", nps.event)
        yield Floor("nps", "AMBER", "relationship", (evidence,))
    limit = model.silence_days.get(now.tier)
    last = book.last_contact(now.at)
    if limit is not None and last is not None and now.at - last.at >= limit * DAY:
        why = f"no meaningful contact since {last.at:%Y-%m-%d} ({days(now.at - last.at)} d)"
        yield Floor("silence", "AMBER", "engagement", (Evidence("silence", why, last.event, "contact_age", last.at),))
    yield from _service(book, model, now)
    yield from _usage(book, model, now)
    yield from _renewals(book, model, now)
    owner = book.owner
    if owner and owner[0] in book.inactive:
        since, event = book.inactive[owner[0]]
        since = max(since, owner[1])
        if now.at - since >= model.owner_days * DAY:
            why = f"account owner inactive since {since:%Y-%m-%d}"
            evidence = Evidence("owner_inactive", why, event, "owner_inactive", since)
            yield Floor("owner_inactive", "AMBER", "engagement", (evidence,))
    for alarm in book.alarms.values():
        if alarm.severity == "high":
            yield Floor("high_escalation", "AMBER", "service", (_alarm(alarm.event, "high"),))
    if book.qbr_missed and len(book.qbr_missed) >= 2:
        evidence_ = tuple(Evidence("two_qbr_missed", f"QBR missed {a:%Y-%m-%d}", e) for a, e in book.qbr_missed)
        yield Floor("two_qbr_missed", "AMBER", "engagement", evidence_)


def _people(book: Book, model: Model, now: Now) -> Iterator[Floor]:
    grace = model.grace_days * DAY
    buyer, champion = book.lost["buyer"], book.lost["champion"]
    if buyer and (buyer.told or now.at - buyer.at >= grace):
        why = f"economic buyer and decision maker lost {buyer.at:%Y-%m-%d}"
        evidence = Evidence("economic_buyer_lost", why, buyer.event or None, "buyer_lost", buyer.at)
        yield Floor("economic_buyer_lost", "AMBER", "relationship", (evidence,))
    if champion and (champion.told or now.at - champion.at >= grace):
        near = [
            r for r in commercial.renewals(book, now)
            if r.talks or 0 <= r.days <= model.champion_deadline_days
        ]  # fmt: skip
        if near:
            left = min(r.days for r in near)
            why = f"champion lost {champion.at:%Y-%m-%d}, renewal runs (deadline in {left} d)"
            evidence = Evidence("champion_lost", why, champion.event or None, "champion_lost", champion.at)
            yield Floor("champion_lost", "AMBER", "relationship", (evidence,))


def _service(book: Book, model: Model, now: Now) -> Iterator[Floor]:
    broken = service.breaches(book, model, now.at)
    recent = [(at, c) for at, c in broken if c.priority in ("P1", "P2") and now.at - at < 30 * DAY]
    if len(recent) >= model.sla_n:
        yield Floor(
            "sla_breaches", "AMBER", "service",
            tuple(
                Evidence("sla_breaches", f"{c.priority} {c.number} over its limit", c.event, "sla_breach", at)
                for at, c in recent
            ),
        )  # fmt: skip
    again = [(at, c) for at, c in broken if c.priority == "P1" and now.at - at < model.p1_repeat_days * DAY]
    if len(again) >= 2:
        yield Floor(
            "p1_repeat", "AMBER", "service",
            tuple(Evidence("p1_repeat", f"P1 {c.number} over its limit", c.event, "sla_breach", at) for at, c in again),
        )  # fmt: skip


def _usage(book: Book, model: Model, now: Now) -> Iterator[Floor]:
    found = usage.picture(book, model, now)
    if found is None:
        return
    if found.halved:
        why = "two weeks at half of the best week of the last 13"
        yield Floor("usage_halved", "AMBER", "usage", (Evidence("usage_halved", why, found.event),))
    if found.peak is not None and found.peak <= model.fall_bp:
        why = f"28-day mean {found.mean}, best of 26 weeks {found.best}"
        yield Floor("usage_fall", "AMBER", "usage", (Evidence("usage_fall", why, found.event),))


def _renewals(book: Book, model: Model, now: Now) -> Iterator[Floor]:
    for r in commercial.renewals(book, now):
        if r.term.notice_on:
            continue
        clock = now.midnight(r.deadline + DAY)
        if r.ended:
            if r.talks:
                why = f"{r.name} ended {r.term.ends_on}, renewal open"
                yield Floor("lapsed_talks", "AMBER", "commercial", (Evidence("lapsed_talks", why, r.talks.event),))
            continue
        auto = r.days < 0 and r.term.auto_renew
        if r.talks is None:
            if r.days <= model.notice_days and not auto:
                why = f"{r.name} notice deadline {r.deadline} ({r.days} d), no renewal opportunity"
                evidence = Evidence("notice_no_opp", why, r.term.event, "notice_deadline", clock)
                yield Floor("notice_no_opp", "AMBER", "commercial", (evidence,))
            continue
        if r.talks.created_at >= clock and not auto:
            why = f"{r.name} renewal opened after the notice deadline {r.deadline}"
            yield Floor("renewal_late", "AMBER", "commercial", (Evidence("renewal_late", why, r.talks.event),))
        signs = [
            (f"competitor {book.competitor[0]}", book.competitor[1]) if book.competitor else None,
            ("stage went back", r.talks.best_event) if r.talks.went_back else None,
            (f"close date moved {r.talks.slips} times", r.talks.slip_event) if r.talks.slips >= 2 else None,
        ]
        there = [s for s in signs if s]
        if len(there) >= model.at_risk_n and r.days <= model.at_risk_days:
            begin = [f"{r.name} renewal: ", *[""] * len(there)]
            evidence_ = tuple(
                Evidence("renewal_at_risk", f"{b}{w}", e) for b, (w, e) in zip(begin, there, strict=False)
            )
            yield Floor("renewal_at_risk", "AMBER", "commercial", evidence_)


def _open_too_long(case: Case, now: Now) -> Evidence:
    why = f"P1 {case.number} open {hours(now.at - case.opened_at)} h"
    return Evidence("p1_72h", why, case.event, "sla_age", case.opened_at)


def _manual(book: Book, now: Now, level: Level) -> Iterator[Floor]:
    for override in book.overrides.values():
        if override.worse and override.to == level and override.holds(now.at):
            evidence = Evidence("manual_worse", f"set by a person until {override.until:%Y-%m-%d}", override.event)
            yield Floor("manual_worse", level, "manual", (evidence,))


def _alarm(event: str, severity: str) -> Evidence:
    return Evidence(f"{severity}_escalation", f"{severity} escalation open", event)
