"""The arithmetic of the page: pure functions over rows that were already cut at a day. Money in minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from services.accounts.policy import contracts as rules


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A contract as we know it: what the rules of `policy.contracts` read, and where it comes from."""

    contract_id: UUID
    account_id: UUID
    crm_id: str
    name: str
    product: str | None
    signed: bool
    signed_on: date | None
    starts_on: date | None
    ends_on: date | None
    arr: int
    currency: str
    seats: int | None
    notice_period_days: int | None
    auto_renew: bool | None
    notice_received_on: date | None
    event_id: str


@dataclass(frozen=True, slots=True)
class ContractFigures:
    """What the contracts of one account come to on a day; `evidence` names the event behind each figure."""

    arr: int = 0
    active: int = 0
    next_notice_deadline: date | None = None
    next_renewal_on: date | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)


def contract_figures(contracts: Sequence[ContractFacts], day: date) -> ContractFigures:
    """ARR is the sum over active contracts. A deadline counts while no successor is signed and it is not over."""
    active = sorted((c for c in contracts if rules.active(c, day)), key=lambda c: (c.starts_on or date.min, c.crm_id))
    if not active:
        return ContractFigures()
    evidence = {"arr_minor": active[-1].event_id, "active_contracts": active[-1].event_id}
    open_ = [c for c in active if rules.successor_of(c, contracts) is None]
    deadlines = [(d, c) for c in open_ if (d := rules.notice_deadline(c)) is not None and d >= day]
    ends = [(c.ends_on, c) for c in active if c.ends_on is not None]
    deadline = min(deadlines, key=lambda x: x[0], default=None)
    end = min(ends, key=lambda x: x[0], default=None)
    if deadline:
        evidence["next_notice_deadline"] = deadline[1].event_id
    if end:
        evidence["next_renewal_on"] = end[1].event_id
    return ContractFigures(
        arr=sum(c.arr for c in active),
        active=len(active),
        next_notice_deadline=deadline[0] if deadline else None,
        next_renewal_on=end[0] + timedelta(days=1) if end else None,
        evidence=evidence,
    )


def by_account(contracts: Iterable[ContractFacts]) -> dict[UUID, list[ContractFacts]]:
    """Contracts grouped by their (final) account."""
    groups: dict[UUID, list[ContractFacts]] = defaultdict(list)
    for c in contracts:
        groups[c.account_id].append(c)
    return groups


def quarter_ends(day: date, count: int = 8) -> list[date]:
    """The last `count` quarter ends before the day, oldest first, and the day itself."""
    year, quarter = day.year, (day.month - 1) // 3
    found: list[date] = []
    for _ in range(count - 1):
        found.append(date(year, 3 * quarter + 1, 1) - timedelta(days=1))
        year, quarter = (year, quarter - 1) if quarter else (year - 1, 3)
    return [*reversed(found), day]


@dataclass(frozen=True, slots=True)
class TierStep:
    """One row of `tier_steps`."""

    at: datetime
    kind: str
    from_tier: str | None
    to_tier: str | None
    reason: str | None
    decided_by: str
    provisional: bool
    until: datetime | None
    event_id: str
    score_bp: int | None = None


@dataclass(frozen=True, slots=True)
class TierState:
    """The tier that holds, after all steps up to some instant. `tier` None: never assessed; "N": in no tier."""

    tier: str | None = None
    before: str | None = None
    since: datetime | None = None
    provisional: bool = False
    manual: bool = False
    proposed: str | None = None
    event_id: str | None = None
    own: str | None = None  # what holds again when an override ends
    own_provisional: bool = False


def fold_tier(steps: Iterable[TierStep]) -> TierState:
    """Steps in order of the business time. An override hides the own tier and gives it back when it ends."""
    s = TierState()
    for step in steps:
        match step.kind:
            case "changed" if s.manual:
                s = replace(s, own=step.to_tier, own_provisional=step.provisional, proposed=None)
            case "changed":
                s = replace(s, own=step.to_tier, own_provisional=step.provisional)
                s = _moved(s, step, step.to_tier, manual=False)
            case "overridden":
                s = _moved(s, step, step.to_tier, manual=True)
            case "override_ended":
                s = _moved(s, step, s.own, manual=False)
            case "proposed":
                s = replace(s, proposed=step.to_tier)
            case "rejected":
                s = replace(s, proposed=None)
            case "reaffirmed" if not step.decided_by.startswith("policy:"):
                s = replace(s, provisional=False, own_provisional=False, proposed=None)
    return s


def _moved(s: TierState, step: TierStep, to: str | None, *, manual: bool) -> TierState:
    """Another tier holds; what was before and since when stay where the tier is the same."""
    if to != s.tier:
        s = replace(s, tier=to, before=s.tier, since=step.at)
    return replace(
        s, manual=manual, provisional=s.own_provisional and not manual, proposed=None, event_id=step.event_id
    )
