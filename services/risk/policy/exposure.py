"""ARR at risk (domain.md K16): of red accounts, and of amber ones whose notice deadline is near."""

from __future__ import annotations

from services.risk.policy.book import Book
from services.risk.policy.factors import Now, commercial


def at_risk(colour: str, book: Book | None, now: Now, deadline_days: int) -> bool:
    """Whether the account's ARR counts as at risk. GREY is unknown: it counts as neither safe nor at risk.

    `deadline_days`: how near a notice deadline that nothing follows yet makes an amber account count.
    """
    if colour != "AMBER" or book is None:
        return colour == "RED"
    return any(not r.ended and 0 <= r.days <= deadline_days for r in commercial.renewals(book, now))
