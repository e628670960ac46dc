"""The risk path since the baseline: colours with their causes and what is done about them, risks, escalations.

The colour is the risk service's judgement as it told it; nothing is judged here. Score, causes, warnings and what a
person set by hand are internal wherever the section is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.qbr.pack.context import Context, instant, row
from services.qbr.pack.facts import RISK
from services.qbr.pack.model import Figure, Row, Section
from services.qbr.pack.state.risk import Risk
from services.qbr.pack.state.risk_records import Escalation, Item, Measure, Stretch

MOST_WEEKS = 53
COLOURS = ("RED", "AMBER")


def risk(c: Context) -> Section:
    """Empty until the risk service has judged the account or somebody has named a risk."""
    r = c.now.risk
    if not (r.stretches or r.items or r.escalations):
        return c.section(RISK, "risk", status="empty", reason="not_judged")
    tables = [
        c.table(RISK, "episodes", _EPISODES, [_episode(c, s) for s in episodes(c)]),
        c.table(RISK, "causes", _CAUSES, _causes(c, r), internal=True),
        c.table(RISK, "risks", _RISKS, [_risk(c, i) for i in _shown_items(c)]),
        c.table(RISK, "countermeasures", _MEASURES, [_measure(c, i, m) for i, m in _shown_measures(c)]),
        c.table(RISK, "escalations", _ESCALATIONS, [_escalation(c, e) for e in _shown_escalations(c)]),
        c.table(RISK, "warnings", _WARNINGS, _warnings(c, r), internal=True),
        c.table(RISK, "path", _PATH, _path(c, r), internal=True),
    ]
    return c.section(RISK, "risk", _figures(c, r), [t for t in tables if t.rows])


_EPISODES = ("colour:code", "from:instant", "until:instant", "days:days", "score:points!", "trigger:code!")
_CAUSES = ("cause:code", "points:points", "change_14d:points", "countermeasure:text", "owner:user", "due:day",
           "standing:code")  # fmt: skip
_RISKS = ("risk:text", "category:code", "likelihood:number", "impact:number", "exposed:minor!", "owner:user",
          "status:code", "opened:day")  # fmt: skip
_MEASURES = ("countermeasure:text", "risk:text", "owner:user", "due:day", "standing:code")
_ESCALATIONS = ("escalation:text", "severity:code", "state:code", "opened:day", "owner:user", "update_due:instant!")
_WARNINGS = ("warning:code", "since:day", "expected_on:day")
_PATH = ("week:day", "score:points")


def _figures(c: Context, r: Risk) -> Iterator[Figure]:
    now = r.colour
    if now is not None:
        yield c.figure(RISK, "colour", now.colour, "code", (now.event,))
        yield c.figure(RISK, "days_in_colour", (c.day - c.local(now.since)).days, "days", (now.event,))
        told = r.score_at(c.at)
        if told is not None:
            yield c.figure(RISK, "score", told[0], "points", (told[1],), internal=True)
        if r.coverage is not None:
            yield c.figure(RISK, "coverage", r.coverage[0], "bp", (r.coverage[1],), internal=True)
        if now.exposed is not None:
            yield c.figure(RISK, "arr_exposed", now.exposed[0], f"minor:{now.exposed[1]}", (now.event,), internal=True)
    shown = episodes(c)
    for colour in COLOURS:
        of = [s for s in shown if s.colour == colour]
        yield c.figure(RISK, "days_of_colour", _days(c, of), "days", (s.event for s in of), of=colour)
    if r.trend is not None:
        yield c.figure(RISK, "trend", r.trend[0], "code", (r.trend[2],), internal=True)
    if r.expired is not None:
        yield c.figure(RISK, "not_fed", r.expired[0], "code", (r.expired[1],), internal=True)
    for to, _, until, event in r.overrides.values():
        yield c.figure(RISK, "set_by_hand", to, "code", (event,), internal=True)
        yield c.figure(RISK, "set_until", c.local(until).isoformat(), "day", (event,), internal=True)
    if r.plan_missed is not None:
        yield c.figure(RISK, "plan_missed", c.local(r.plan_missed[0]).isoformat(), "day", (r.plan_missed[1],),
                       internal=True)  # fmt: skip
    items = [i for i in r.items.values() if i.open]
    bare = [i for i in items if not i.answered(c.at)]
    late = [m for i in items for m in i.measures.values() if standing(c, m) == "overdue"]
    alarms = [e for e in r.escalations.values() if e.closed_at is None]
    yield c.figure(RISK, "open_risks", len(items), "count", (e for i in items for e in i.events))
    yield c.figure(RISK, "without_countermeasure", len(bare), "count", (e for i in bare for e in i.events))
    yield c.figure(RISK, "late_countermeasures", len(late), "count", (e for m in late for e in m.events))
    yield c.figure(RISK, "open_escalations", len(alarms), "count", (e for a in alarms for e in a.events))


def episodes(c: Context) -> list[Stretch]:
    """The colours that the account had since the baseline, the one that it had then first."""
    return [s for s in c.now.risk.stretches if s.until is None or s.until > c.since]


def _span(c: Context, s: Stretch) -> int:
    """Days of a colour since the baseline, by the account's calendar."""
    return (c.local(s.until or c.at) - c.local(max(s.since, c.since))).days


def _days(c: Context, of: list[Stretch]) -> int:
    return sum(_span(c, s) for s in of)


def _episode(c: Context, s: Stretch) -> Row:
    cells = (s.colour, instant(s.since), instant(s.until) if s.until else None, _span(c, s), s.score, s.trigger)
    return row(s.event, cells, (s.event,))


def _causes(c: Context, r: Risk) -> list[Row]:
    """Why it is red or amber: the floors that force the colour, then the factors by what they add to the score."""
    if r.colour is None or r.colour.colour not in COLOURS:
        return []
    rows = []
    for cause in r.causes:
        about = r.answers(cause, c.at)
        measures = [m for i in about for m in i.measures.values() if m.status == "planned"]
        next_one = min(measures, key=lambda m: (m.due, m.id), default=None)
        said = "answered" if about else "no_countermeasure" if cause.floor else None
        cells = (
            cause.code, cause.points, cause.change, next_one.title if next_one else None,
            next_one.owner if next_one else None, next_one.due.isoformat() if next_one else None,
            standing(c, next_one) if next_one else said,
        )  # fmt: skip
        events = (*cause.events, *(e for i in about for e in i.events))
        rows.append(row(f"{'floor' if cause.floor else 'factor'}/{cause.code}", cells, events))
    return rows


def _shown_items(c: Context) -> list[Item]:
    """Open ones, and those closed since the baseline."""
    found = (i for i in c.now.risk.items.values() if i.open or (i.closed_at or c.at) > c.since)
    return sorted(found, key=lambda i: (-(i.likelihood or 0) * (i.impact or 0), i.since, i.id))


def _risk(c: Context, i: Item) -> Row:
    amount, currency = i.exposed or (None, None)
    cells = (
        i.title, i.category, i.likelihood, i.impact, amount, i.owner, i.status, c.local(i.since).isoformat(),
    )  # fmt: skip
    return row(i.id, cells, i.events, currency=currency)


def _shown_measures(c: Context) -> list[tuple[Item, Measure]]:
    found = [(i, m) for i in _shown_items(c) for m in i.measures.values()]
    return sorted(found, key=lambda pair: (pair[1].due, pair[1].id))


def standing(c: Context, m: Measure) -> str:
    """planned, overdue, completed or failed."""
    return "overdue" if m.status == "planned" and m.due < c.day else m.status


def _measure(c: Context, i: Item, m: Measure) -> Row:
    return row(m.id, (m.title, i.title, m.owner, m.due.isoformat(), standing(c, m)), m.events)


def _shown_escalations(c: Context) -> list[Escalation]:
    found = (e for e in c.now.risk.escalations.values() if (e.closed_at or c.at) > c.since)
    return sorted(found, key=lambda e: (e.since, e.id))


def _escalation(c: Context, e: Escalation) -> Row:
    due = instant(e.update_due) if e.update_due and e.closed_at is None else None
    return row(e.id, (e.title, e.severity, e.status, c.local(e.since).isoformat(), e.dri, due), e.events)


def _warnings(c: Context, r: Risk) -> list[Row]:
    return [
        row(sign, (code, c.local(since).isoformat(), c.local(expected).isoformat() if expected else None), (event,))
        for sign, (code, expected, since, event) in sorted(r.warnings.items())
    ]


def _path(c: Context, r: Risk) -> list[Row]:
    """The score at the pack's instant and every week before, back to the baseline."""
    weeks = min((c.at - c.since).days // 7 + 1, MOST_WEEKS)
    points: list[tuple[datetime, int | None, str]] = []
    for n in reversed(range(weeks)):
        at = c.at - timedelta(weeks=n)
        told = r.score_at(at)
        if told is not None:
            points.append((at, told[0], told[1]))
    return [row(c.local(at).isoformat(), (c.local(at).isoformat(), score), (event,)) for at, score, event in points]
