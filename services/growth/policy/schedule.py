"""The graph of a plan's milestones: cycles, violated dependencies, critical path and what a slip would propose.

All arithmetic is in business days of the company's calendar: lags and durations are business days, and a due day that
is none counts as the business day before it. A milestone's work of `duration` days ends on its due day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import networkx as nx

from services.growth.policy.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Node:
    """A milestone. `done_on` None: open; `started_on` None: work has not begun."""

    id: Any
    due: date
    duration: int = 0
    started_on: date | None = None
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """`after` waits for `before`; kind FS, SS, FF or SF; `lag` may be negative (an overlap)."""

    before: Any
    after: Any
    kind: str = "FS"
    lag: int = 0


@dataclass(slots=True)
class Schedule:
    """By milestone. `finish`: the earliest possible business day number; `slack`: how many business days an open one
    may slip before the plan's end moves; `because`: which predecessors make an open one later than its due day."""

    finish: dict[Any, int] = field(default_factory=dict)
    slack: dict[Any, int] = field(default_factory=dict)
    because: dict[Any, tuple[Any, ...]] = field(default_factory=dict)
    critical: tuple[Any, ...] = ()


def graph(edges: Iterable[Edge]) -> Any:
    """The graph that networkx works on."""
    made: nx.DiGraph[Any] = nx.DiGraph()
    made.add_edges_from((e.before, e.after) for e in edges)
    return made


def would_cycle(edges: Iterable[Edge], before: Any, after: Any) -> bool:
    """Whether one more dependency closes a circle."""
    if before == after:
        return True
    made = graph(edges)
    return before in made and after in made and nx.has_path(made, after, before)


def cycles(edges: Iterable[Edge]) -> list[tuple[Any, ...]]:
    """Every circle's milestones, sorted: groups that can all reach each other."""
    made = graph(edges)
    groups = [c for c in nx.strongly_connected_components(made) if len(c) > 1]
    loops = [{n} for n in made if made.has_edge(n, n)]
    return sorted(tuple(sorted(c, key=str)) for c in [*groups, *loops])


def earliest(edge: Edge, start: int, finish: int, duration: int) -> int:
    """The first business day on which `after` can finish, by one predecessor that starts and finishes then."""
    match edge.kind:
        case "FS":
            return finish + edge.lag + duration
        case "SS":
            return start + edge.lag + duration
        case "FF":
            return finish + edge.lag
        case _:
            return start + edge.lag


def violated(edge: Edge, before: Node, after: Node, calendar: Calendar) -> date | None:
    """The day that `after` could have, if its own due day is too early by its predecessor's date; None: it fits."""
    finish = calendar.number(before.done_on or before.due)
    begun = calendar.number(before.started_on) if before.started_on else finish - before.duration
    needed = earliest(edge, begun, finish, after.duration)
    if needed <= calendar.number(after.due):
        return None
    ends = before.done_on or before.due  # may be no business day: what follows cannot lie before it
    return max(calendar.day(needed), ends) if edge.kind in ("FS", "FF") and edge.lag >= 0 else calendar.day(needed)


def schedule(nodes: Iterable[Node], edges: Iterable[Edge], today: date, calendar: Calendar) -> Schedule:
    """Forward and backward pass (critical path method). An open milestone finishes on its due day, but not before today
    and not before its predecessors let it; the plan ends with the last of them."""
    known: Mapping[Any, Node] = {n.id: n for n in nodes}
    links = [e for e in edges if e.before in known and e.after in known]
    order = list(nx.lexicographical_topological_sort(graph(links), key=str))
    order += sorted((n for n in known if n not in set(order)), key=str)
    into: dict[Any, list[Edge]] = {n: [] for n in known}
    out: dict[Any, list[Edge]] = {n: [] for n in known}
    for e in links:
        into[e.after].append(e)
        out[e.before].append(e)
    found, now = Schedule(), calendar.number(calendar.add(today, 0))
    begin: dict[Any, int] = {}
    for n in order:
        node = known[n]
        if node.done_on:
            found.finish[n] = calendar.number(node.done_on)
        else:
            bounds = {e: earliest(e, begin[e.before], found.finish[e.before], node.duration) for e in into[n]}
            due = calendar.number(node.due)
            found.finish[n] = max([due, now, *bounds.values()])
            if late := tuple(e.before for e, bound in bounds.items() if bound > due and bound == found.finish[n]):
                found.because[n] = late
        begin[n] = calendar.number(node.started_on) if node.started_on else found.finish[n] - node.duration
    open_ones = [n for n in order if known[n].done_on is None]
    end = max((found.finish[n] for n in open_ones), default=now)
    last: dict[Any, int] = {}
    for n in reversed(open_ones):
        bounds_ = [
            _latest(e, last[e.after], known[n].duration, known[e.after].duration) for e in out[n] if e.after in last
        ]
        last[n] = min([end, *bounds_])
        found.slack[n] = last[n] - found.finish[n]
    found.critical = tuple(n for n in open_ones if found.slack[n] <= 0)
    return found


def _latest(edge: Edge, latest_after: int, duration: int, after_duration: int) -> int:
    """The last business day on which `before` may finish, if `after` may finish on `latest_after`."""
    match edge.kind:
        case "FS":
            return latest_after - after_duration - edge.lag
        case "SS":
            return latest_after - after_duration - edge.lag + duration
        case "FF":
            return latest_after - edge.lag
        case _:
            return latest_after - edge.lag + duration
