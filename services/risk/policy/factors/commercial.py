"""Commercial: renewals against the notice deadline, competitors, deals that stall, notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.risk.policy.arithmetic import FULL, div_half_up
from services.risk.policy.book import Book
from services.risk.policy.factors.base import MISSING, NOTHING, Evidence, Now, Signal
from services.risk.policy.model import Model
from services.risk.policy.records import LATE, Deal, Term

YEAR = timedelta(days=365)
FRESH = timedelta(days=30)
"""A renewal won this long after a term was signed is about the next one."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """A term that nothing follows yet, and where its renewal stands."""

    term: Term
    deadline: date
    days: int  # to the deadline of notice; negative: passed
    ended: bool
    talks: Deal | None  # open renewal deal
    lost: Deal | None  # the last renewal deal was lost
    arr: int

    @property
    def name(self) -> str:
        return self.term.product or "contract"


def renewals(book: Book, now: Now) -> list[Renewal]:
    """Every signed term in force, or ended not long ago, that has no successor."""
    return book.worked_out("commerce", ("renewals", now.today), lambda: _renewals(book, now))


def _renewals(book: Book, now: Now) -> list[Renewal]:
    today, found = now.today, []
    active = any(t.active(today) for t in book.terms.values())
    for term, deadline, deals in book.worked_out("commerce", "open", lambda: _unfollowed(book, now)):
        if not term.starts_on or term.starts_on > today or not term.ends_on:
            continue
        ended = today > term.ends_on
        if ended and term.auto_renew and term.notice_on is None:
            while term.ends_on + (deadline - term.ends_on) < today and deadline < today:
                deadline += YEAR
            ended = False
        if ended and active and today > term.ends_on + LATE:
            continue
        talks = next((d for d in reversed(deals) if d.open), None)
        since = max(term.starts_on, term.signed_on or term.starts_on) + FRESH
        if talks is None and any(d.closed_at and not d.lost and now.midnight(since) <= d.closed_at for d in deals):
            continue  # won, its contract is being written
        lost = deals[-1] if deals and not deals[-1].open and deals[-1].lost else None
        found.append(Renewal(term, deadline, (deadline - today).days, ended, talks, lost, term.arr))
    return found


def _unfollowed(book: Book, now: Now) -> list[tuple[Term, date, list[Deal]]]:
    """What no day changes of `_renewals`: signed terms without a successor, their first deadline of notice, and the
    renewal deals of their product since they began, oldest first."""
    found = []
    for term in sorted(book.terms.values(), key=lambda t: t.key):
        deadline = term.deadline()
        if not term.signed or not term.starts_on or deadline is None:
            continue
        if any(term.followed_by(o) for o in book.terms.values()):
            continue
        begun = now.midnight(term.starts_on)
        deals = [d for d in book.deals.values() if d.created_at >= begun and d.of(term.product)]
        found.append((term, deadline, sorted(deals, key=lambda d: (d.created_at, d.key))))
    return found


def total_arr(book: Book, now: Now) -> int:
    """What the account is worth: active contracts and those that just ended without a successor."""
    today = now.today
    active = {t.key: t.arr for t in book.terms.values() if t.active(today)}
    return sum((active | {r.term.key: r.arr for r in renewals(book, now)}).values())


def share_bp(arr: int, total: int) -> int:
    """Part of the account's value, basis points; without any value everything."""
    return div_half_up(FULL * arr, total) if total else FULL


def signals(book: Book, model: Model, now: Now) -> Mapping[str, Signal]:
    """Without a contract there is nothing commercial to lose."""
    if not book.begun():
        return dict.fromkeys(("renewal", "competitor", "stalled", "notice"), MISSING)
    open_ = renewals(book, now)
    competitor = NOTHING
    if book.competitor:
        why = f"competitor {book.competitor[0]}"
        competitor = Signal(
            model.competitor_points, book.competitor[0], (Evidence("competitor", why, book.competitor[1]),)
        )
    return {
        "renewal": _renewal(open_, model, now),
        "competitor": competitor,
        "stalled": _stalled(open_, model),
        "notice": _notice(open_, now),
    }


def _renewal(open_: list[Renewal], model: Model, now: Now) -> Signal:
    lead, steps = model.lead_days[now.tier], model.renewal_steps
    worst, evidence = 0, tuple[Evidence, ...]()
    for r in open_:
        if r.term.notice_on:
            continue  # the signal `notice` tells
        if r.ended:
            value = steps["lapsed_with_talks"] if r.talks else steps["lapsed"]
            why = f"{r.name} ended {r.term.ends_on}, {'renewal open' if r.talks else 'no renewal'}"
        elif r.talks or r.days > lead or (r.days < 0 and r.term.auto_renew):
            continue
        else:
            level = "under_14_days" if r.days < 14 else "inside_half_lead" if 2 * r.days <= lead else "inside_lead"
            value = steps[level]
            why = f"{r.name} notice deadline {r.deadline} ({r.days} d), no renewal opportunity"
        if value > worst:
            clock = now.midnight(r.deadline + timedelta(days=1))
            worst, evidence = value, (Evidence("renewal", why, r.term.event, "notice_deadline", clock),)
    return Signal(worst, evidence[0].why if evidence else "", evidence)


def _stalled(open_: list[Renewal], model: Model) -> Signal:
    worst, evidence = 0, tuple[Evidence, ...]()
    for r in open_:
        deal = r.talks
        if deal is None:
            continue
        value = min(FULL, (model.stage_back if deal.went_back else 0) + model.each_slip * deal.slips)
        if value > worst:
            why = (
                f"{r.name} renewal: {'stage went back, ' if deal.went_back else ''}close date moved {deal.slips} times"
            )
            worst, evidence = value, (Evidence("stalled", why, deal.best_event or deal.slip_event or deal.event),)
    return Signal(worst, evidence[0].why if evidence else "", evidence)


def _notice(open_: list[Renewal], now: Now) -> Signal:
    for r in open_:
        if r.term.notice_on and r.term.notice_on <= now.today:
            why = f"{r.name} terminated {r.term.notice_on}"
            return Signal(FULL, why, (Evidence("notice", why, r.term.notice_event),))
        if r.lost:
            why = f"{r.name} renewal lost"
            return Signal(FULL, why, (Evidence("notice", why, r.lost.event),))
    return NOTHING
