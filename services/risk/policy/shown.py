"""The colour that is shown: the model's, unless a person set a better one for a time."""

from __future__ import annotations

from datetime import datetime

from services.risk.policy.book import Book
from services.risk.policy.colour import RANK

NAMES = ("GREEN", "AMBER", "RED")


def shown_colour(book: Book, model: str, was: str, at: datetime) -> tuple[str, str]:
    """(colour, override that made it or ""). A better override is one step better than the model at most, however the
    model moves meanwhile; a worse one is a floor of the model. Never straight from red to green.
    """
    colour, by = model, ""
    better = [o for o in book.overrides.values() if not o.worse and o.holds(at)]
    if better and model in RANK:
        rank = max(RANK.get(better[-1].to, 0), RANK[model] - 1)
        if rank < RANK[model]:
            colour, by = NAMES[rank], better[-1].id
    if was == "RED" and colour == "GREEN":
        colour = "AMBER"
    return colour, by
