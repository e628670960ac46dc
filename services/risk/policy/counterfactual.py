"""What would have to be different: the smallest sets of changes after which the colour gets better (X1).

Found by evaluating the model on changed books, never written by hand: first every single change, then every pair, and
so on. A change undoes one thing that the evaluation cites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.risk.policy.arithmetic import band
from services.risk.policy.book import Book
from services.risk.policy.clocks import clocks
from services.risk.policy.colour import RANK
from services.risk.policy.evaluate import Evaluation, evaluate
from services.risk.policy.factors import Now, commercial, usage
from services.risk.policy.model import Model
from services.risk.policy.records import Activity, Deal, Nps, Person, Report

LARGEST = 5
"""Changes in one set; what needs more is no advice."""
SHOWN = 3
WIDEST = 12
"""Candidates that are combined: of more, those that move score and floors most."""


class Option(NamedTuple):
    """A change that somebody could bring about."""

    code: str
    subject: str
    change: str
    do: Callable[[Book], None]


class Answer(NamedTuple):
    """A set of changes and what the model says then."""

    options: tuple[Option, ...]
    score: int
    colour: str
    days: int

    @property
    def change(self) -> str:
        """In one line."""
        return " and ".join(o.change for o in self.options)


def counterfactual(
    book: Book, model: Model, at: datetime, zone: ZoneInfo, colour: str, found: Evaluation | None = None
) -> list[Answer]:
    """The smallest sets, best score first; empty where nothing known helps, or nothing has to get better."""
    if colour not in ("AMBER", "RED"):
        return []
    before = found or evaluate(book, model, at, zone)
    options = _useful(list(options_of(book, model, Now(at, zone, before.tier))), book, model, before, zone)
    for size in range(1, min(LARGEST, len(options)) + 1):
        answers = []
        for chosen in combinations(options, size):
            after = evaluate(changed(book, chosen), model, at, zone)
            if better(after, model, colour):
                target = "AMBER" if colour == "RED" else "GREEN"
                answers.append(Answer(chosen, after.score or 0, target, model.lines.down.days))
        if answers:
            return sorted(answers, key=lambda a: (a.score, a.change))[:SHOWN]
    return _waiting(options, book, model, before, zone, colour)


def _waiting(
    options: list[Option], book: Book, model: Model, before: Evaluation, zone: ZoneInfo, colour: str
) -> list[Answer]:
    """What only time cures (two P1 over the limit within 60 days): the first instant at which it is over, with as few
    changes beside it as can be."""
    ahead = [c for c in clocks(book, model, Now(before.at, zone, before.tier)) if not c.floor]
    for size in range(min(LARGEST, len(options) + 1)):
        for chosen in combinations(options, size):
            new = changed(book, chosen)
            for clock in ahead:
                after = evaluate(new, model, clock.at, zone)
                if better(after, model, colour):
                    wait = Option("wait", clock.at.isoformat(), f"wait until {clock.at:%Y-%m-%d}", lambda _: None)
                    target = "AMBER" if colour == "RED" else "GREEN"
                    return [Answer((wait, *chosen), after.score or 0, target, model.lines.down.days)]
    return []


def better(after: Evaluation, model: Model, colour: str) -> bool:
    """Whether the colour would go one step down once its dwell time is over."""
    limit = model.lines.exit_red if colour == "RED" else model.lines.exit_amber
    enough = after.score is not None and after.coverage >= model.lines.min_coverage and after.score < limit
    return enough and (after.floor is None or RANK[after.floor] < RANK[colour])


def changed(book: Book, options: tuple[Option, ...]) -> Book:
    """A book in which the changes were made."""
    new = book.copied()
    for option in options:
        option.do(new)
    new.memo.clear()
    return new


def _useful(options: list[Option], book: Book, model: Model, before: Evaluation, zone: ZoneInfo) -> list[Option]:
    """Those that change anything by themselves; the most helpful ones if there are many."""
    held = {(f.code, f.evidence) for f in before.floors}
    ranked = []
    for n, option in enumerate(options):
        after = evaluate(changed(book, (option,)), model, before.at, zone)
        gone = len(held - {(f.code, f.evidence) for f in after.floors})
        gain = (before.score or 0) - (after.score or 0)
        if gone or gain > 0:
            ranked.append((-gone, -gain, n))
    return [options[n] for *_, n in sorted(sorted(ranked)[:WIDEST], key=lambda r: r[2])]


def options_of(book: Book, model: Model, now: Now) -> Iterator[Option]:
    """Everything that could be undone, in a fixed order."""
    for case in sorted(book.cases.values(), key=lambda c: (c.priority, c.opened_at, c.key)):
        if case.open_at(now.at):
            closed = replace(case, closed_at=now.at)
            yield Option(
                "close_case", case.key, f"close {case.priority} case {case.number}", _put("cases", case.key, closed)
            )
    yield Option("hold_contact", "", "hold a meaningful contact", _put(
        "activities", "new", Activity("new", "", True, False, now.at, now.at)))  # fmt: skip
    if book.nps and band(book.nps.value, model.nps_band):
        yield Option("raise_nps", "", "an NPS of 50", lambda b: setattr(b, "nps", Nps(50, now.at, "")))
    strong = {"live": True, "influence": "high", "attitude": "supporter"}
    for role in model.required_roles.get(now.tier, ()):
        first = role.split("|")[0]
        person = Person(f"new {first}", roles=frozenset((first,)), **strong)  # type: ignore[arg-type]
        yield Option("fill_role", first, f"win a {first.replace('_', ' ')} as supporter", _person(person))
    for p in sorted(book.people.values(), key=lambda p: p.subject):
        if p.live and (p.attitude in ("sceptic", "opponent") or (p.own_attitude or 0) < 0):
            won = replace(p, attitude="supporter", own_attitude=None)
            yield Option("win_person", p.subject, "win over an opponent", _put("people", p.subject, won))
    for r in commercial.renewals(book, now):
        deal = Deal(
            "new",
            "",
            f"{r.term.product} renewal",
            "renewal",
            "Qualification",
            now.midnight(r.term.starts_on or now.today),
        )
        if r.talks is None and not r.term.notice_on:
            yield Option("open_renewal", r.name, f"open the renewal of {r.name}", _put("deals", f"new {r.name}", deal))
        elif r.talks is not None:
            moving = replace(r.talks, best=0, slips=0, created_at=deal.created_at)
            yield Option(
                "restart_renewal", r.name, f"bring the renewal of {r.name} forward", _put("deals", r.talks.key, moving)
            )
        end = (r.term.ends_on or now.today) + timedelta(days=365)
        signed = replace(r.term, ends_on=end, notice_on=None)
        yield Option("sign_renewal", r.name, f"sign the renewal of {r.name}", _sign(r.term.key, signed, r.term.product))
    if book.competitor:
        yield Option(
            "beat_competitor", "", f"win against {book.competitor[0]}", lambda b: setattr(b, "competitor", None)
        )
    if usage.picture(book, model, now) is not None:
        yield Option("restore_usage", "", "use back at its best", _restore)
    if book.owner and book.owner[0] in book.inactive:
        owner = book.owner[0]
        yield Option("name_owner", owner, "name an active owner", lambda b: b.inactive.pop(owner) and None)
    for alarm in sorted(book.alarms.values(), key=lambda a: a.id):
        yield Option("close_escalation", alarm.id, f"close the {alarm.severity} escalation", _drop("alarms", alarm.id))
    if book.qbr_missed:
        yield Option("hold_qbr", "", "hold the QBR", lambda b: setattr(b, "qbr_missed", []))
    for late in sorted(book.late.values(), key=lambda x: x.key):
        yield Option("keep_promise", late.key, f"finish {late.key.partition(':')[0]}", _drop("late", late.key))
    for item in sorted(book.items.values(), key=lambda i: i.id):
        if item.category == "insolvency" and not item.closed:
            yield Option(
                "resolve_risk", item.id, "insolvency averted", _put("items", item.id, replace(item, closed=True))
            )
    for o in book.overrides.values():
        if o.worse and o.holds(now.at):
            yield Option("lift_override", o.id, "lift the override", _drop("overrides", o.id))


def _put(table: str, key: str, value: object) -> Callable[[Book], None]:
    return lambda book: getattr(book, table).__setitem__(key, value)


def _drop(table: str, key: str) -> Callable[[Book], None]:
    return lambda book: getattr(book, table).pop(key, None) and None


def _person(person: Person) -> Callable[[Book], None]:
    def do(book: Book) -> None:
        book.people[person.subject] = person
        group = "champion" if "champion" in person.roles else "buyer"
        book.lost = book.lost | {group: None}

    return do


def _sign(key: str, term: object, product: str) -> Callable[[Book], None]:
    def do(book: Book) -> None:
        book.terms[key] = term  # type: ignore[assignment]
        book.deals = {k: d for k, d in book.deals.items() if not (d.lost and d.of(product))}

    return do


def _restore(book: Book) -> None:
    """The weeks of the newest mean as the best week was, in users and in licence."""
    starts = {w.start for w in usage.counted(book)[-usage.LAST :]}
    usage_: dict[str, dict[date, Report]] = {}
    for product, weeks in book.usage.items():
        best = max(r.value for r in weeks.values())
        usage_[product] = {
            w: replace(r, value=max(best, r.licensed or 0)) if w in starts else r for w, r in weeks.items()
        }
    book.usage = usage_
