"""The fold over time: an account's facts and clocks, instant by instant, to everything that follows from them.

Evaluation instants are every fact, every clock, and the daily tick at 05:00 company time; nothing else changes a
colour. The forecast is the same fold with no facts to come. Pure: what it needs is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from services.risk.policy import signs
from services.risk.policy.book import Book
from services.risk.policy.business import NO_DUTY, PlanDuty
from services.risk.policy.clocks import Clock, clocks
from services.risk.policy.colour import RANK, State, Turn, dwell_ends, step
from services.risk.policy.cursor import Cursor
from services.risk.policy.evaluate import FED, Evaluation, evaluate, watched
from services.risk.policy.factors import Now
from services.risk.policy.facts import Fact
from services.risk.policy.model import Model
from services.risk.policy.shown import shown_colour
from shared import ids

TICK_AT = time(5)
STORED_BY = 300
"""A score is told when it moved by 3 points since it was told last (domain.md §8)."""
MIDDLE = 5000


class InForce(NamedTuple):
    """A model version and from when it decides."""

    since: datetime
    version: int
    model: Model


class Found(NamedTuple):
    """Something that follows at an instant: `kind` is the event's name. `turn`: where it is a colour."""

    at: datetime
    kind: str
    data: dict[str, Any]
    evaluation: Evaluation | None = None
    turn: Turn | None = None


@dataclass(slots=True)
class Sweep:
    """`begin`: nothing is judged before. `dead`: since when the feed of the CRM is dead."""

    book: Book
    cursor: Cursor
    models: Sequence[InForce]
    zone: ZoneInfo
    begin: datetime
    dead: datetime | None = None
    also: datetime | None = None
    """One more instant to judge at: when a dead feed came back."""
    plan: PlanDuty = NO_DUTY
    """Until when a red account needs a countermeasure."""
    watch: Callable[[Evaluation], None] | None = None
    """Called with every evaluation."""
    emit: Callable[[Found], None] | None = None
    """Called with everything that follows, while the fold stands where it was found."""
    sampled: list[tuple[date, int | None, str]] = field(default_factory=list, init=False)
    """Every daily tick: day, score, colour."""
    next: datetime | None = field(default=None, init=False)
    """After `run`: the next instant, if no fact comes."""
    _ahead: list[Clock] | None = field(default=None, init=False)
    _taken: int = field(default=0, init=False)

    def run(self, facts: Sequence[Fact], until: datetime, again: bool = False) -> list[Found]:
        """Folds up to `until`, itself included. `facts`: all of the account, in order. `again`: some that are true
        since before the last instant are new, so it is judged once more, with what is known now.
        """
        found: list[Found] = []
        last = self.cursor.at
        n = self._taken = self._take(facts, self._taken, last if last is not None else self.begin)
        at = self.begin if last is None else last if again else self._next(facts, n, last)
        while at is not None and at <= until:
            n = self._taken = self._take(facts, n, at)
            for one in self.at_instant(at):
                found.append(one)
                if self.emit is not None:
                    self.emit(one)
            at = self.next = self._next(facts, n, at)
        self.next = at
        return found

    def _take(self, facts: Sequence[Fact], n: int, until: datetime) -> int:
        begun = n
        while n < len(facts) and facts[n].at <= until:
            at = facts[n].at
            while n < len(facts) and facts[n].at == at:
                self.book.apply(facts[n])
                n += 1
            self.book.settle(at)
        self._ahead = self._ahead if n == begun else None
        return n

    def _next(self, facts: Sequence[Fact], n: int, after: datetime) -> datetime | None:
        """The next evaluation instant; None: whoever is not judged waits for a fact."""
        if not watched(self.book) and self.cursor.shown == "GREY":
            return facts[n].at if n < len(facts) else None
        times = [next_tick(after, self.zone)]
        if n < len(facts):
            times.append(facts[n].at)
        version = self.model_at(after)
        times += [m.since for m in self.models if m.since > after]
        times += [t for t in dwell_ends(self.cursor.state, version.model.lines) if t > after]
        ahead = self.ahead(after, version.model)
        if ahead:
            times.append(ahead[0].at)
        times += self._warned(after, version.model)
        times += [t for t in (self.dead, self.also) if t is not None and t > after]
        if self.cursor.plan_due_at and self.cursor.plan_due_at > after:
            times.append(self.cursor.plan_due_at)
        return min(times)

    def ahead(self, at: datetime, model: Model) -> list[Clock]:
        """The clocks that run."""
        if self._ahead is None or (self._ahead and self._ahead[0].at <= at):
            tier = self.book.tier if self.book.tier in model.contact_days else "C"
            self._ahead = clocks(self.book, model, Now(at, self.zone, tier or "C")) if watched(self.book) else []
        return self._ahead

    def _warned(self, after: datetime, model: Model) -> list[datetime]:
        """When a floor comes near enough to warn of it."""
        if self.cursor.shown != "GREEN":
            return []
        lead = {"silence": model.floor_ahead_days_silence}
        times = [
            c.at - timedelta(days=lead.get(c.code, model.floor_ahead_days)) for c in self.ahead(after, model) if c.floor
        ]
        return [t for t in times if t > after]

    def model_at(self, at: datetime) -> InForce:
        """The version that decides at an instant; before the first one, the first one."""
        held = [m for m in self.models if m.since <= at]
        return held[-1] if held else self.models[0]

    def at_instant(self, at: datetime) -> list[Found]:
        """Everything that follows at one instant; at most one of it is a colour."""
        cursor, found = self.cursor, []
        repeat = cursor.at == at
        cursor.at = at
        version = self.model_at(at)
        model = version.model
        if not watched(self.book):
            return self._ended(at, model)
        dead = FED if self.dead is not None and at >= self.dead else frozenset[str]()
        e = evaluate(self.book, model, at, self.zone, dead)
        before = cursor.state
        if cursor.model_version not in (0, version.version):
            state, turn = recoloured(before, e, at, model)
        else:
            floor = e.floor
            state, turn = step(
                before, at, e.score, e.coverage, floor, self.mitigated(e, model), model.lines,  # type: ignore[arg-type]
                held=bool(e.expired),
            )  # fmt: skip
        cursor.model_version, cursor.state = version.version, state
        found += self._score(at, e)
        found += self._colour(at, e, turn)
        if state.stale and not cursor.stale_told:
            found.append(
                Found(at, "RiskColourStale", {"colour": cursor.shown, "coverage": e.coverage, "expired": e.expired})
            )
        cursor.stale_told = state.stale
        found += self._plan(at, e)
        today = at.astimezone(self.zone).date()
        if is_tick(at, self.zone) and not repeat:
            cursor.sample(today, e.score, e.values)
            self.sampled.append((today, e.score, cursor.shown))
            found += self._daily(at, e, model, today)
        found += self._warn(at, e, model)
        if self.watch is not None:
            self.watch(e)
        return found

    def mitigated(self, e: Evaluation, model: Model) -> bool:
        """Whether every cause of red is gone or answered by a countermeasure."""
        return not model.needs_countermeasure or not self.open_causes(e, model)

    def open_causes(self, e: Evaluation, model: Model) -> list[str]:
        """Causes of red that neither went away nor have a countermeasure."""
        floors = {f.code for f in e.floors if f.colour == "RED"}
        bad = {f.name for f in e.factors if f.value is not None and f.value >= model.lines.exit_red}
        answered = {x for i in self.book.items.values() if i.answered(e.at) for x in (i.cause, i.category)}
        return [c for c in self.cursor.causes if c in floors | bad and c not in answered]

    def _ended(self, at: datetime, model: Model) -> list[Found]:
        cursor = self.cursor
        if cursor.shown == "GREY":
            return []
        was, why = cursor.shown, self.book.ended[2] if self.book.ended else "no key account any more"
        ref = self.book.ended[1] if self.book.ended else None
        e = replace(evaluate(self.book, model, at, self.zone), score=None, coverage=0, floors=())
        cursor.state, cursor.shown, cursor.epoch = State(since=at), "GREY", cursor.epoch + 1
        cursor.causes, cursor.amber_since, cursor.red_since, cursor.plan_due_at = (), None, None, None
        cleared = [Found(at, "RiskEarlyWarningCleared", {"kind": k}) for k in cursor.warnings]
        cursor.warnings = {}
        data = {"from_": was, "why": why, "ref": ref, "amber_since": None}
        return [Found(at, "RiskBecameUnknown", data, e, Turn("GREY", "ended")), *cleared]

    def _score(self, at: datetime, e: Evaluation) -> list[Found]:
        cursor, told = self.cursor, self.cursor.score_told
        if e.score is None and told is None:
            return []
        crossed = any(
            v is not None and (w := cursor.values_told.get(k)) is not None and (v >= MIDDLE) != (w >= MIDDLE)
            for k, v in e.values.items()
        )
        if e.score is not None and told is not None and abs(e.score - told) < STORED_BY and not crossed:
            return []
        cursor.score_told, cursor.values_told = e.score, e.values
        return [Found(at, "RiskScoreChanged", {"was": told}, e)]

    def _colour(self, at: datetime, e: Evaluation, turn: Turn | None) -> list[Found]:
        cursor, was = self.cursor, self.cursor.shown
        colour, override = shown_colour(self.book, cursor.state.colour, was, at)
        changed_hands = override != cursor.override
        cursor.override = override
        if colour == was:
            return []
        if turn is None or changed_hands or turn.colour != colour:
            turn = Turn(colour, "override")  # type: ignore[arg-type]
        if turn.why == "model_change":
            cursor.recoloured = (cursor.model_version, was, colour)
        cursor.shown, cursor.epoch = colour, cursor.epoch + 1
        today = at.astimezone(self.zone).date()
        amber = cursor.amber_since
        cursor.amber_since = (amber or today) if colour == "AMBER" else None
        cursor.red_since = at if colour == "RED" else None
        cursor.plan_due_at, cursor.plan_told = None, False
        if colour == "RED":
            cursor.plan_due_at = self.plan.due(e.tier, at)
        cursor.causes = causes(e) if colour == "RED" else ()
        kind = {"GREY": "RiskBecameUnknown"}.get(colour, f"RiskTurned{colour.capitalize()}")
        return [Found(at, kind, {"from_": was, "amber_since": amber, "ref": None}, e, turn)]

    def _plan(self, at: datetime, e: Evaluation) -> list[Found]:
        """Red, and nobody planned anything in time."""
        cursor, due = self.cursor, self.cursor.plan_due_at
        if due is None or cursor.plan_told or at < due or cursor.shown != "RED":
            return []
        cursor.plan_told = True
        open_ = self.open_causes(e, self.model_at(at).model)
        if not open_:
            return []
        opened = ids.derived("escalation", "no_plan", str(self.book.account_id), str(cursor.epoch))
        data = {"due_at": due, "causes": tuple(open_), "escalation_id": opened}
        return [Found(at, "RiskPlanMissed", data, e)]

    def _daily(self, at: datetime, e: Evaluation, model: Model, today: date) -> list[Found]:
        cursor, found = self.cursor, []
        if (moved := signs.trend(cursor, e, model, today)) and moved[0] != cursor.trend:
            found.append(Found(at, "RiskTrendChanged", {"trend": moved[0], "was": cursor.trend, "delta_30d": moved[1]}))
            cursor.trend = moved[0]
        share = signs.flapping_share([c for *_, c in cursor.samples], model.flap_window)
        if not cursor.flapping and share >= model.flap_enter:
            cursor.flapping = True
            found.append(Found(at, "RiskFlappingDetected", {"share": share}))
        elif cursor.flapping and share <= model.flap_leave:
            cursor.flapping = False
            found.append(Found(at, "RiskFlappingEnded", {"share": share}))
        return found

    def _warn(self, at: datetime, e: Evaluation, model: Model) -> list[Found]:
        cursor, found = self.cursor, []
        now: dict[str, signs.Sign] = {}
        if cursor.shown == "GREEN":
            ahead = [c for c in self.ahead(at, model) if c.at > at]
            now = {s.kind: s for s in signs.warnings(self.book, cursor, e, ahead, model, Now(at, self.zone, e.tier))}
        for kind in sorted(cursor.warnings.keys() - now.keys()):
            found.append(Found(at, "RiskEarlyWarningCleared", {"kind": kind}))
            del cursor.warnings[kind]
        for kind, sign in now.items():
            if kind not in cursor.warnings:
                cursor.warnings[kind] = at.isoformat()
                found.append(Found(at, "RiskEarlyWarningRaised", sign._asdict()))
        return found


def recoloured(state: State, e: Evaluation, at: datetime, model: Model) -> tuple[State, Turn | None]:
    """Another model decides from now on: plain lines and floors, at once; never straight from red to green."""
    lines, score = model.lines, e.score
    known = score is not None and e.coverage >= lines.min_coverage
    over = {c: known and (score or 0) >= line for c, line in (("AMBER", lines.enter_amber), ("RED", lines.enter_red))}
    colour: str = state.colour if not known else "RED" if over["RED"] else "AMBER" if over["AMBER"] else "GREEN"
    if e.floor and RANK[e.floor] > RANK.get(colour, -1):
        colour = e.floor
    if state.colour == "RED" and colour == "GREEN":
        colour = "AMBER"
    new = replace(
        state, amber_since=at if over["AMBER"] else None, red_since=at if over["RED"] else None, low_since=None
    )  # fmt: skip
    if colour == state.colour:
        return new, None
    return replace(new, colour=colour, since=at, stale=False), Turn(colour, "model_change")  # type: ignore[arg-type]


def causes(e: Evaluation) -> tuple[str, ...]:
    """Why it is red: the floors that force it, else the factors that weigh most."""
    red = tuple(f.code for f in e.floors if f.colour == "RED")
    return red or tuple(f.name for f in sorted(e.factors, key=lambda f: -f.points) if (f.value or 0) >= MIDDLE)


def next_tick(after: datetime, zone: ZoneInfo) -> datetime:
    """The first 05:00 of the company later than an instant (UTC)."""
    day = after.astimezone(zone).date()
    tick = datetime.combine(day, TICK_AT, zone).astimezone(UTC)
    if tick > after:
        return tick
    return datetime.combine(day + timedelta(days=1), TICK_AT, zone).astimezone(UTC)


def is_tick(at: datetime, zone: ZoneInfo) -> bool:
    """Whether an instant is the daily tick."""
    return at.astimezone(zone).timetz().replace(tzinfo=None) == TICK_AT
