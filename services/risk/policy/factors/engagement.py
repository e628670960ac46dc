"""Engagement: how long we did not really talk, appointments that came to nothing, reviews that were missed."""

from __future__ import annotations

from collections.abc import Mapping

from services.risk.policy.arithmetic import FULL, band
from services.risk.policy.book import Book
from services.risk.policy.factors.base import DAY, MISSING, SECOND, Evidence, Now, Signal, days
from services.risk.policy.model import Model

HALF = 5000


def signals(book: Book, model: Model, now: Now) -> Mapping[str, Signal]:
    """Days without contact against the limits of the tier; before the first contact nothing is known."""
    last = book.last_contact(now.at)
    if last is None:
        contact = MISSING
    else:
        green, amber = model.contact_days[now.tier]
        quiet = now.at - last.at
        why = f"no meaningful contact since {last.at:%Y-%m-%d} ({days(quiet)} d)"
        evidence = Evidence("contact", why, last.event, "contact_age", last.at)
        # To the second, as the limits are instants: a day's jump at an hour that nobody can name would be no reason.
        value = band(
            quiet // SECOND, [(d * DAY // SECOND, v) for d, v in ((green, 0), (amber, HALF), (2 * amber, FULL))]
        )
        contact = Signal(value, f"{days(quiet)} d", (evidence,) if value else ())
    missed = [a for a in book.activities.values() if a.missed and a.at <= now.at and (last is None or a.at > last.at)]
    missed.sort(key=lambda a: (a.at, a.key))
    no_show = Signal(
        min(FULL, model.no_show_each * len(missed)),
        str(len(missed)),
        tuple(Evidence("no_show", f"not held on {a.at:%Y-%m-%d}", a.event) for a in missed),
    )
    return {"contact": contact, "no_show": no_show, "qbr": _reviews(book, model)}


def _reviews(book: Book, model: Model) -> Signal:
    if book.qbr_missed is None:
        return MISSING
    evidence = tuple(Evidence("qbr", f"QBR missed {at:%Y-%m-%d}", event) for at, event in book.qbr_missed)
    return Signal(min(FULL, model.qbr_each * len(evidence)), f"{len(evidence)} missed", evidence)
