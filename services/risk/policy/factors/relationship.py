"""Relationship: roles that nobody holds, attitude, a strong supporter, a lost champion, the customer's own answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from services.risk.policy.arithmetic import FULL, band, decay_bp, div_half_up
from services.risk.policy.book import Book
from services.risk.policy.factors.base import MISSING, NOTHING, Evidence, Now, Signal, days
from services.risk.policy.model import Model
from services.risk.policy.records import Person

STRONG = 4


def signals(book: Book, model: Model, now: Now) -> Mapping[str, Signal]:
    """Without any person whom somebody gave a role, an influence or an attitude, nothing is known of people."""
    valid = model.factors["relationship"].valid_days
    there = [p for p in book.people.values() if p.live and not p.told_gone]
    return {
        "roles": _roles(there, model, now, valid),
        "attitude": _attitude(there, model, now, valid),
        "strong_supporter": _strong(there, model, now, valid),
        "champion_lost": _champion(book, model, now),
        "nps": _nps(book, model, now),
    }


def _roles(people: list[Person], model: Model, now: Now, valid: int | None) -> Signal:
    required = model.required_roles.get(now.tier, ())
    held = {role for p in people for role in p.roles_at(now.at, valid)}
    if not required or not held:
        return MISSING
    vacant = [r for r in required if not held & set(r.split("|"))]
    value = div_half_up(FULL * len(vacant), len(required))
    why = f"nobody is {', '.join(vacant).replace('|', ' or ')}"
    return Signal(value, f"{len(vacant)}/{len(required)}", (Evidence("roles", why),) if vacant else ())


def _attitude(people: list[Person], model: Model, now: Now, valid: int | None) -> Signal:
    known = [
        (i, a, p)
        for p in people
        if (i := p.influence_at(now.at, valid, model.influence)) is not None
        and (a := p.attitude_at(now.at, valid, model.attitude)) is not None
    ]
    if not known:
        return MISSING
    mean = div_half_up(sum(i * a * 100 for i, a, _ in known), sum(i for i, _, _ in known))
    value = band(mean, model.attitude_band)
    cited = tuple(
        Evidence("attitude", f"attitude {a:+d}, influence {i}", p.assessed_event or p.event)
        for i, a, p in sorted(known, key=lambda k: (k[1], -k[0]))
        if a < 1
    )
    return Signal(value, str(mean), cited if value else ())


def _strong(people: list[Person], model: Model, now: Now, valid: int | None) -> Signal:
    known = False
    for p in people:
        influence = p.influence_at(now.at, valid, model.influence)
        attitude = p.attitude_at(now.at, valid, model.attitude)
        known |= attitude is not None
        if (influence or 0) >= STRONG and (attitude or 0) >= 1:
            return NOTHING
    if not known:
        return MISSING
    return Signal(model.strong_points, "none", (Evidence("strong_supporter", "no supporter with much influence"),))


def _champion(book: Book, model: Model, now: Now) -> Signal:
    loss = book.lost["champion"]
    if loss is None:
        return NOTHING
    age = days(now.at - loss.at)
    why = f"champion lost {loss.at:%Y-%m-%d}, no successor"
    evidence = Evidence("champion_lost", why, loss.event or None, "champion_lost", loss.at)
    return Signal(decay_bp(age, model.champion_half_life), f"{age} d", (evidence,))


def _nps(book: Book, model: Model, now: Now) -> Signal:
    nps = book.nps
    if nps is None or now.at - nps.at >= timedelta(days=model.nps_valid_days):
        return MISSING
    evidence = Evidence("nps", f"NPS {nps.value} ({nps.at:%Y-%m-%d})", nps.event)
    value = band(nps.value, model.nps_band)
    return Signal(value, str(nps.value), (evidence,) if value else ())
