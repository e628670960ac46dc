"""Merges of accounts, inferred: the CRM has no merge event and no pointer from the loser to the survivor.

A merge saves the survivor, re-creates every link of the loser under it, re-points cases and contracts, and deletes the
loser, all in one second. So: an account deleted at second s was merged into the account under which, at s, the links
that died at s came to life again, or to which a case or contract moved at s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

from services.crm.policy.history import History
from services.crm.policy.world import World


class Links(Protocol):
    """Where the evidence lies."""

    def __call__(self, row: str) -> Iterable[str]:
        """Ids of the rows that refer, or once referred, to this row."""


def infer(world: World, account: str, referring: Links) -> dict[int, str]:
    """For each deletion of the account that was a merge: its instant, and the survivor's row."""
    return {
        since: heir
        for since, alive in world.mortal().get(account, ())
        if not alive and (heir := _heir(world, account, since, referring)) is not None
    }


def _heir(world: World, account: str, since: int, referring: Links) -> str | None:
    votes: Counter[str] = Counter()
    for row in referring(account):
        history = world.rows.get(row)
        if history is None or not history.table.proves_merge:
            continue
        before, now = history.at(since - 1), history.at(since)
        if before is None or before["account"] != account:
            continue
        if history.table.record is not None:  # a case or contract: moved itself
            if now is not None and now["account"]:
                votes[now["account"]] += 1
        elif now is None or now["account"] != account:
            votes.update(_reborn(world, history, before, now, since, referring))
    votes.pop(account, None)
    if not votes:
        return None
    return min(votes, key=lambda heir: (-votes[heir], heir))


def _reborn(
    world: World,
    dead: History,
    before: Mapping[str, object],
    now: Mapping[str, object] | None,
    since: int,
    referring: Links,
) -> set[str]:
    """The accounts under which the child of a link that died then was linked anew in the same second."""
    if now is not None:
        return {str(now["account"])} if now["account"] else set()
    child = before[dead.table.part_of or ""]
    heirs: set[str] = set()
    for row in referring(str(child)):
        link = world.rows.get(row)
        if link is None or link.table is not dead.table or link.at(since - 1) is not None:
            continue
        born = link.at(since)
        if born is not None and born[dead.table.part_of or ""] == child and born["account"]:
            heirs.add(born["account"])
    return heirs
