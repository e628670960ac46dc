"""Groups: a parent's own colour, and the colour of the group by value, never an average (domain.md §14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from services.risk.policy.arithmetic import FULL, div_half_up
from services.risk.policy.model import Model

ORDER = {"GREY": -1, "GREEN": 0, "AMBER": 1, "RED": 2}
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Member:
    """An account of a group; `arr` in minor units."""

    account_id: UUID
    colour: str
    tier: str | None
    arr: int


@dataclass(frozen=True, slots=True)
class RollUp:
    """`rule`: which one made the colour. `at_risk`: ARR of the red members. `worst`: the worst child, by colour and
    then by ARR."""

    colour: str
    rule: str
    worst: Member
    at_risk: int
    arr: int
    red_share: int
    amber_share: int
    children: int


def roll_up(own: Member, children: Sequence[Member], model: Model) -> RollUp | None:
    """The group of an account; None without children. The own colour is never touched."""
    if not children:
        return None
    members = [own, *children]
    arr = sum(m.arr for m in members)
    red = sum(m.arr for m in members if m.colour == "RED")
    amber = sum(m.arr for m in members if m.colour in ("AMBER", "RED"))
    red_share, amber_share = (div_half_up(FULL * x, arr) if arr else 0 for x in (red, amber))
    worst = max(children, key=lambda m: (ORDER[m.colour], m.arr, str(m.account_id)))
    any_red = any(c.colour == "RED" for c in children)
    red_children = div_half_up(FULL * sum(c.arr for c in children if c.colour == "RED"), arr) if arr else 0
    if red_children >= model.group_red_share and any_red:
        colour, rule = "RED", "red_share"
    elif model.group_any_red_a and any(c.colour == "RED" and c.tier == "A" for c in children):
        colour, rule = "RED", "red_a_child"
    elif amber_share >= model.group_amber_share and amber:
        colour, rule = "AMBER", "amber_share"
    elif any_red:
        colour, rule = model.group_any_red_is, "red_child"
    else:
        colour, rule = "GREEN" if any(m.colour != "GREY" for m in members) else "GREY", "none"
    return RollUp(colour, rule, worst, red, arr, red_share, amber_share, len(children))


def descendants(parents: Mapping[K, K | None]) -> dict[K, list[K]]:
    """All accounts below each account. `parents`: account → the one above it; circles are cut."""
    found: dict[K, list[K]] = {}
    for account in parents:
        seen, above = {account}, parents[account]
        while above is not None and above not in seen:
            found.setdefault(above, []).append(account)
            seen.add(above)
            above = parents.get(above)
    return found
