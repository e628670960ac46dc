"""What happens by itself, as pure functions: which steps an anchor has, what a due alert does, what a person gets.

    fact → watch (a row: what a rule waits for) → timer → AlertRaised with its whole schedule
    alert → timer → step reached, reopened, expired … → each person: deliver, defer, digest or suppress

A step counts only if it falls due after the service went live: history and replays raise nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.notifications.domain import AlertCase, Digest
from services.notifications.domain.values import ChannelKind, DigestKind, Step, Told, Urgency
from services.notifications.policy import documents, recipients
from services.notifications.policy.calendar import Offset, WorkCalendar
from services.notifications.policy.delivery import Wishes, decide
from services.notifications.policy.documents import RuleBook
from services.notifications.policy.recipients import HEAD, Team

_PAUSE = Offset(1, "bd")


@dataclass(frozen=True, slots=True)
class Anchor:
    """One fact that anchors a rule: `rule` and the number of the trigger in it, `anchor` the instant that steps are
    counted from, `known_at` when the fact became true, `token` tells apart facts about the same matter."""

    rule: str
    trigger: int
    anchor: datetime
    known_at: datetime
    token: str
    digest: bool


def schedule(
    book: RuleBook, a: Anchor, tier: str | None, live_since: datetime, calendar: WorkCalendar
) -> tuple[Step, ...]:
    """The steps that are still to come, or came after the service was live; the first of them is also told to those
    below, who heard nothing of the steps before: nobody's manager learns of it first. Of several that had passed
    already when the fact became true, only the last is due, then. A ladder is climbed twice, then it is exhausted."""
    rule = book.rule(a.rule)
    trigger = rule.triggers[a.trigger]
    plain = [_step(s, n, a, rule, calendar) for n, s in enumerate(book.steps(trigger, tier))]
    if not plain:
        return ()
    again = [s for s in plain if s.unless == "acknowledged"] if isinstance(trigger.steps, str) else []
    if again:
        second = calendar.add(max(s.due_at for s in again), _PAUSE) - a.anchor
        plain += [s.model_copy(update={"key": f"{s.key}/2", "due_at": s.due_at + second}) for s in again]
        over = calendar.add(max(s.due_at for s in plain), _PAUSE)
        key = f"{a.token}:exhaust"
        plain.append(Step(key=key, due_at=over, level=4, to=(), unless="acknowledged", urgency="digest", exhaust=True))
    passed = [s for s in plain if s.due_at < a.known_at]
    if passed and a.known_at >= live_since:
        last = max(passed, key=lambda s: s.due_at)
        plain = [last.model_copy(update={"due_at": a.known_at}), *(s for s in plain if s.due_at >= a.known_at)]
    plain.sort(key=lambda s: (s.due_at, s.key))
    untold, ahead = [s for s in plain if s.due_at < live_since], [s for s in plain if s.due_at >= live_since]
    if untold and ahead and not ahead[0].exhaust:
        below = [role for s in untold if s.level <= ahead[0].level for role in s.to]
        ahead[0] = ahead[0].model_copy(update={"to": tuple(dict.fromkeys((*below, *ahead[0].to)))})
    return tuple(ahead)


def _step(s: documents.Step, n: int, a: Anchor, rule: documents.Rule, calendar: WorkCalendar) -> Step:
    urgency: Urgency = "digest" if a.digest else s.urgency or rule.urgency
    due = calendar.add(a.anchor, Offset.parse(s.after))
    return Step(
        key=f"{a.token}:{n}", due_at=due, level=s.level, to=s.to, unless=s.unless, urgency=urgency, exhaust=s.exhaust
    )


def advance(case: AlertCase, now: datetime, team: Team, book: RuleBook, calendar: WorkCalendar) -> None:
    """Everything that is due now, except for what each person gets."""
    if case.expires_at <= now:
        case.expire()
    if case.paused_by and case.paused_until is not None and case.paused_until <= now:
        case.go_on()
    if case.silent:
        return
    if case.snooze_until is not None and case.snooze_until <= now:
        case.end_snooze()
    if case.realert_at is not None and case.realert_at <= now:
        _reopen(case, now, book, calendar)
    for step in sorted(case.steps.values(), key=lambda s: (s.due_at, s.key)):
        if step.due_at > now:
            break
        if (why := case.needless(step)) is not None:
            case.skip(step, why)
        elif step.exhaust:
            case.exhaust()
        else:
            named = [(t.person, t.role) for t in case.named]
            told = [t for role in step.to for t in recipients.resolve(role, team, case.theme, case.people_named, named)]
            unique = dict(reversed(told))
            late = int((now - step.due_at).total_seconds())
            case.reach(step, tuple(Told(person=p, role=r) for p, r in sorted(unique.items())), late)


def _reopen(case: AlertCase, now: datetime, book: RuleBook, calendar: WorkCalendar) -> None:
    """Said again, and the levels above are climbed once more from now on."""
    count = case.reopenings
    case.reopen(book.limits)
    if case.reopenings == count:
        return
    rule = book.rule(case.rule)
    trigger = next((t for t in rule.triggers if case.title in (t.title, t.model_title)), rule.triggers[0])
    token = f"reopened{case.reopenings}"
    steps = []
    for n, s in enumerate(book.steps(trigger, case.tier)):
        if s.unless == "acknowledged" and s.level > case.level:
            due = calendar.add(now, Offset.parse(s.after))
            urgency = s.urgency or rule.urgency
            steps.append(Step(key=f"{token}:{n}", due_at=due, level=s.level, to=s.to, unless=s.unless, urgency=urgency))
    case.extend(case.trigger, case.title, case.facts, (), {}, case.named, steps, case.expires_at)


@dataclass(frozen=True, slots=True)
class Queue:
    """A message to be sent."""

    person: str
    channel: ChannelKind
    delivery_id: UUID


@dataclass(frozen=True, slots=True)
class Collect:
    """An alert for a digest."""

    person: str
    digest_id: UUID
    at: datetime
    kind: DigestKind


@dataclass(frozen=True, slots=True)
class Spend:
    """One of a person's immediate alerts of the day."""

    person: str


Effect = Queue | Collect | Spend


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of the people who are to be told."""

    wishes: Mapping[str, Wishes]
    spent: Mapping[str, int]
    permitted: frozenset[str]
    flapping: bool


def waiting(case: AlertCase, now: datetime) -> tuple[str, ...]:
    """Who is to get something now."""
    if case.silent:
        return ()
    due = (
        p for p, r in case.recipients.items() if r.state == "pending" or (r.state == "deferred" and _past(r.until, now))
    )
    return tuple(sorted(due))


def tell(case: AlertCase, now: datetime, s: Situation, book: RuleBook, calendar: WorkCalendar) -> list[Effect]:
    """Each person who waits gets it, or does not, and the case says why. Whoever may not see it is replaced by the head
    of KAM; if nobody is left who hears of it, the alert is suppressed."""
    effects: list[Effect] = []
    rule = book.rule(case.rule)
    for person in waiting(case, now):
        urgency = case.recipients[person].urgency or rule.urgency
        d = decide(
            now, urgency, case.rule, str(case.account_id), s.wishes[person], permitted=person in s.permitted,
            flapping=s.flapping, spent=s.spent.get(person, 0), budget=book.limits.immediate_per_day,
            calendar=calendar,
        )  # fmt: skip
        if d.do == "deliver":
            effects += [Queue(person, channel, delivery) for channel, delivery in case.deliver(person, d.channels)]
            effects += [Spend(person)] if d.counts else []
        elif d.do == "defer" and d.at is not None and d.why is not None:
            case.defer(person, d.at, d.why)
        elif d.do == "digest" and d.at is not None and d.why is not None:
            kind: DigestKind = "weekly" if d.weekly else "daily"
            digest = Digest.create_id(person, d.at, kind)
            case.put_into_digest(person, digest, d.at, d.why)
            effects.append(Collect(person, digest, d.at, kind))
        elif d.why is not None:
            case.suppress_for(person, d.why)
    if not case.silent and _unheard(case) and not case.steps:
        if all(p in s.permitted for p in case.recipients):
            case.suppress("muted")
        else:
            case.call_in(Told(person=HEAD, role="head_of_kam"))
    return effects


def _unheard(case: AlertCase) -> bool:
    return bool(case.recipients) and all(r.state == "suppressed" and r.told == 0 for r in case.recipients.values())


def _never(_: datetime) -> bool:
    return False


def _past(at: datetime | None, now: datetime) -> bool:
    return at is None or at <= now


def expires(rule: documents.Rule, trigger: int, steps: Sequence[Step], calendar: WorkCalendar) -> datetime:
    """So long after its last step an alert is of use."""
    after = rule.triggers[trigger].expires_after or rule.expires_after
    return calendar.add(max(s.due_at for s in steps), Offset.parse(after))


def stale(steps: Iterable[Step], now: datetime, fresh: timedelta, held: Callable[[datetime], bool] = _never) -> bool:
    """Whether every step that is due was due too long ago to be news. `held`: whether what fell due then had to wait
    for a source."""
    due = [s.due_at for s in steps if s.due_at <= now]
    return bool(due) and max(due) < now - fresh and not held(max(due))
