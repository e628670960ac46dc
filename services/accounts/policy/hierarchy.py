"""The account hierarchy: no circles, at most eight levels. Pure checks over the whole forest.

The CRM names parents account by account, and the names arrive in any order. `settle` therefore judges all wishes at
once: the same wishes give the same forest, whatever came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

MAX_DEPTH = 8
Refusal = Literal["cycle", "too_deep"]


class Wish(NamedTuple):
    """What the CRM says of one account: its parent, and since when in the business."""

    child: UUID
    parent: UUID
    since: datetime


def path_to_root(parents: Mapping[UUID, UUID], account: UUID) -> list[UUID]:
    """The account and all above it, root last. A circle in `parents` ends the walk where it closes."""
    path = [account]
    while (above := parents.get(path[-1])) is not None and above not in path:
        path.append(above)
    return path


def depth_below(parents: Mapping[UUID, UUID], account: UUID) -> int:
    """Levels of the tree under the account, itself included."""
    children: dict[UUID, list[UUID]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    level, depth, seen = [account], 0, set[UUID]()
    while level:
        depth += 1
        seen.update(level)
        level = [c for a in level for c in children.get(a, ()) if c not in seen]
    return depth


def check_parent(parents: Mapping[UUID, UUID], child: UUID, parent: UUID) -> Refusal | None:
    """Whether `child` may go under `parent`. `parents`: the accepted links (those of `child` are ignored)."""
    others = {c: p for c, p in parents.items() if c != child}
    above = path_to_root(others, parent)
    if child in above:
        return "cycle"
    return "too_deep" if len(above) + depth_below(others, child) > MAX_DEPTH else None


def settle(wishes: Iterable[Wish]) -> dict[UUID, tuple[UUID, Refusal | None]]:
    """child → (parent, None or why not). Older wishes are judged first, so the newest link of a circle is refused."""
    accepted: dict[UUID, UUID] = {}
    verdicts: dict[UUID, tuple[UUID, Refusal | None]] = {}
    for wish in sorted(wishes, key=lambda w: (w.since, str(w.child))):
        refusal = check_parent(accepted, wish.child, wish.parent)
        verdicts[wish.child] = (wish.parent, refusal)
        if refusal is None:
            accepted[wish.child] = wish.parent
    return verdicts


def root_of(parents: Mapping[UUID, UUID], account: UUID) -> UUID:
    """The top of the account's group."""
    return path_to_root(parents, account)[-1]
