"""Histories with two times: what held in the business from when to when, as it was known from when to when.

A patch says that some attributes have new values from an instant on, and when we learned that. The rows of `versions`
tile the plane of both times: for each pair of instants (from the first patch on) exactly one row holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

State = Mapping[str, Any]


class Patch(NamedTuple):
    """`order` decides between patches of one instant."""

    effective_at: datetime
    known_at: datetime
    order: tuple[str, int]
    values: State
    event_id: str


class Span(NamedTuple):
    """A state and where it begins in the business; `event_id` brought it."""

    since: datetime
    state: State
    event_id: str


class Version(NamedTuple):
    """One row. Ends are exclusive; None: open."""

    valid_from: datetime
    valid_to: datetime | None
    known_from: datetime
    known_to: datetime | None
    state: State
    event_id: str


def line(patches: Iterable[Patch], empty: State) -> list[Span]:
    """The history as all these patches tell it, oldest first; a patch that changes nothing makes no span."""
    spans: list[Span] = []
    state = dict(empty)
    for p in sorted(patches, key=lambda p: (p.effective_at, p.order)):
        after = {**state, **p.values}
        if spans and after == state:
            continue
        if spans and spans[-1].since == p.effective_at:
            spans.pop()
        state = after
        if not spans or spans[-1].state != state:
            spans.append(Span(p.effective_at, state, p.event_id))
    return spans


def at(spans: Sequence[Span], instant: datetime) -> Span | None:
    """The span that holds at an instant; None: before the first."""
    found = None
    for span in spans:
        if span.since > instant:
            break
        found = span
    return found


def versions(patches: Iterable[Patch], empty: State) -> list[Version]:
    """Every row, by when we knew it. Patches learned at one instant count together."""
    learned: list[Patch] = []
    open_: dict[tuple[datetime, datetime | None, str, str], tuple[datetime, Span]] = {}
    done: list[Version] = []
    for known_at, group in groupby(sorted(patches, key=lambda p: p.known_at), key=lambda p: p.known_at):
        learned += group
        spans = line(learned, empty)
        ends = [*(s.since for s in spans[1:]), None]
        now = {(s.since, end, repr(s.state), s.event_id): s for s, end in zip(spans, ends, strict=True)}
        for key in [k for k in open_ if k not in now]:
            since, span = open_.pop(key)
            done.append(Version(span.since, key[1], since, known_at, span.state, span.event_id))
        for key, span in now.items():
            open_.setdefault(key, (known_at, span))
    done += [Version(s.since, key[1], since, None, s.state, s.event_id) for key, (since, s) in open_.items()]
    return sorted(done, key=lambda v: (v.known_from, v.valid_from))
