"""The fold of an account's facts: what is known of it at an instant. Any order of reading gives the same book."""

from __future__ import annotations

from collections.abc import Callable, Collection
from copy import copy
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from services.risk.policy import promises, responses, stakeholders
from services.risk.policy.facts import Fact
from services.risk.policy.records import (
    Activity,
    Alarm,
    Case,
    Deal,
    Item,
    Late,
    Loss,
    Nps,
    Override,
    Person,
    Report,
    Term,
)

T = TypeVar("T")

CHURNED = ("churned",)
"""Ratings of the CRM that say that the relation is over."""
TOUCHED = {
    "CrmUsageReported": ("usage",), "CrmContractSeen": ("commerce",), "CrmOpportunitySeen": ("commerce",),
    "CrmActivityLogged": ("contacts",), "CrmCaseSeen": (), "CrmContactSeen": (), "CrmUserSeen": (),
}  # fmt: skip
"""Fact → the parts of `Book.memo` that it can change; a fact that is not named here can change all of it."""
CLOSED = ("Closed Won", "Closed Lost")
TIER_FACTS = frozenset(("TierChanged", "TierOverridden", "TierOverrideExpired", "TierOverrideLifted"))


def instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


class Book:
    """`own`: the account and those merged into it: a record that moves among them stays."""

    def __init__(self, account_id: UUID, absorbed: Collection[UUID] = ()) -> None:
        self.account_id, self.own = account_id, {str(account_id), *map(str, absorbed)}
        self.tier: str | None = None
        self.key = False
        self.ended: tuple[datetime, str, str] | None = None  # since, event, why
        self.archived_at: datetime | None = None
        self.merged = False
        self.owner: tuple[str, datetime] | None = None
        self.competitor: tuple[str, str] | None = None  # who, event
        self.nps: Nps | None = None
        self.inactive: dict[str, tuple[datetime, str]] = {}  # user → since, event
        self.terms: dict[str, Term] = {}
        self.deals: dict[str, Deal] = {}
        self.cases: dict[str, Case] = {}
        self.people: dict[str, Person] = {}
        self.activities: dict[str, Activity] = {}
        self.usage: dict[str, dict[date, Report]] = {}
        self.lost: dict[str, Loss | None] = {"champion": None, "buyer": None}
        self.had: set[str] = set()
        self.late: dict[str, Late] = {}
        self.promised: set[str] = set()  # which kinds of promises there are at all
        self.settled: dict[str, tuple[str, datetime]] = {}  # work that is over: completed or failed, since when
        self.qbr_missed: list[tuple[datetime, str]] | None = None  # in a row; None: no QBR is known
        self.overrides: dict[str, Override] = {}
        self.items: dict[str, Item] = {}
        self.alarms: dict[str, Alarm] = {}
        self.memo: dict[str, dict[Any, Any]] = {}
        """What was worked out since the last fact about usage, commerce (contracts, deals) or contacts; the key names
        everything else it depends on."""
        self._revisions: dict[tuple[str, str], int] = {}

    def apply(self, fact: Fact) -> None:
        """Folds one fact; facts come in `facts.in_order`. What nobody asks about is passed over."""
        for part in TOUCHED.get(fact.type, tuple(self.memo)):
            self.memo.pop(part, None)
        handler = getattr(self, f"_{fact.type}", None)
        if handler is not None:
            handler(fact, fact.data)
            return
        if fact.type in TIER_FACTS:
            self.tier = fact.data["to_tier"]
        elif fact.type in responses.TYPES:
            responses.apply(self, fact)
        elif fact.type in promises.TYPES:
            promises.apply(self, fact)
        elif fact.type in stakeholders.TYPES:
            stakeholders.apply(self, fact)

    def copied(self) -> Book:
        """One that can be changed without changing this. The records are shared: replace them, do not change them."""
        new = copy(self)
        for name, value in self.__dict__.items():
            if isinstance(value, (dict, set)):
                setattr(new, name, value.copy())
        new.memo = {}
        return new

    def worked_out(self, part: str, key: Any, work: Callable[[], T]) -> T:
        """What `work` gives, kept until a fact touches this part of what is known."""
        kept = self.memo.setdefault(part, {})
        if key not in kept:
            kept[key] = work()
        found: T = kept[key]
        return found

    def settle(self, at: datetime) -> None:
        """After the last fact of an instant: who is left?"""
        stakeholders.settle(self, at)

    def _newer(self, fact: Fact, kind: str) -> bool:
        """Whether the fact tells something newer of its CRM record than was folded."""
        key = (kind, str(fact.data["crm_id"]))
        if fact.number < self._revisions.get(key, 0):
            return False
        self._revisions[key] = fact.number
        return True

    # -- the account

    def _CrmAccountSeen(self, fact: Fact, d: Any) -> None:
        if str(d.get("account_id")) != str(self.account_id) or not self._newer(fact, "account"):
            return
        self.archived_at = None
        if d["owner_id"] != (self.owner and self.owner[0]):
            self.owner = (d["owner_id"], fact.at) if d["owner_id"] else None
        self.competitor = (d["competitor"], fact.event) if d["competitor"] else None
        if d["nps"] is None:
            self.nps = None
        elif self.nps is None or self.nps.value != d["nps"]:
            self.nps = Nps(d["nps"], fact.at, fact.event)
        if str(d["rating"] or "").casefold() in CHURNED:
            self.ended = self.ended or (fact.at, fact.event, f"CRM rating {d['rating']}")
        elif self.ended and self.ended[2].startswith("CRM"):
            self.ended = None

    def _AccountEnded(self, fact: Fact, d: Any) -> None:
        self.ended = (fact.at, fact.event, f"ended: {d['reason']}")

    def _AccountReopened(self, fact: Fact, d: Any) -> None:
        self.ended = None

    def _AccountArchived(self, fact: Fact, d: Any) -> None:
        if d["account_id"] == str(self.account_id):
            self.archived_at = fact.at

    def _AccountRestored(self, fact: Fact, d: Any) -> None:
        self.archived_at = None

    def _AccountsMerged(self, fact: Fact, d: Any) -> None:
        if d["absorbed_id"] == str(self.account_id):
            self.merged = True

    def _AccountMergeReverted(self, fact: Fact, d: Any) -> None:
        if d["absorbed_id"] == str(self.account_id):
            self.merged = False

    def _KeyAccountConfirmed(self, fact: Fact, d: Any) -> None:
        self.key = True

    def _KeyAccountDeclassified(self, fact: Fact, d: Any) -> None:
        self.key = False

    def _CrmUserSeen(self, fact: Fact, d: Any) -> None:
        if self._newer(fact, "user"):
            self._employee(d["crm_id"], bool(d["active"]), fact)

    def _employee(self, user: str, active: bool, fact: Fact) -> None:
        if active:
            self.inactive.pop(user, None)
        else:
            self.inactive.setdefault(user, (fact.at, fact.event))

    # -- records of the CRM

    def _CrmContractSeen(self, fact: Fact, d: Any) -> None:
        if not self._newer(fact, "contract"):
            return
        before, notice = self.terms.get(d["crm_id"]), day(d["notice_received_on"])
        term = Term(
            d["crm_id"], fact.event, fact.at, d["product"] or "", bool(d["signed"]), day(d["starts_on"]),
            day(d["ends_on"]), int(d["arr"] or 0), d["currency"], d["seats"], d["notice_period_days"],
            bool(d["auto_renew"]), notice, day(d["signed_on"]),
        )  # fmt: skip
        if notice:
            told = before is not None and before.notice_on == notice
            term.notice_event = before.notice_event if told and before else fact.event
        self.terms[d["crm_id"]] = term

    def _CrmOpportunitySeen(self, fact: Fact, d: Any) -> None:
        if not self._newer(fact, "opportunity"):
            return
        deal = self.deals.get(d["crm_id"])
        if deal is None:
            deal = self.deals[d["crm_id"]] = Deal(d["crm_id"], fact.event, d["name"], d["motion"], d["stage"], fact.at)
        closed = d["stage"] in CLOSED
        closes, probability = day(d["closes_on"]), d["probability"]
        if deal.open and not closed:
            if deal.closes_on and closes and closes > deal.closes_on:
                deal.slips, deal.slip_event = deal.slips + 1, fact.event
            if probability is not None and probability >= deal.best:
                deal.best = probability
            elif probability is not None and (deal.probability is None or probability < deal.probability):
                deal.best_event = fact.event
        deal.event, deal.name, deal.motion, deal.stage = fact.event, d["name"], d["motion"], d["stage"]
        deal.closes_on, deal.probability = closes, probability
        deal.closed_at = (deal.closed_at or fact.at) if closed else None

    def _CrmCaseSeen(self, fact: Fact, d: Any) -> None:
        if self._newer(fact, "case"):
            closed = None if d["is_open"] else instant(d["closed_at"]) or fact.at
            opened = instant(d["opened_at"]) or fact.at
            self.cases[d["crm_id"]] = Case(
                d["crm_id"], fact.event, str(d["number"] or d["crm_id"]), d["priority"] or "", opened, closed
            )

    def _CrmActivityLogged(self, fact: Fact, d: Any) -> None:
        at = instant(d["at"])
        if not self._newer(fact, "activity") or at is None:
            return
        met = d["kind"] in ("meeting", "call")
        meaningful = bool(d["done"]) and (met or (d["kind"] == "mail" and d["direction"] == "inbound"))
        missed = met and d["status"] == "Not Held"
        self.activities[d["crm_id"]] = Activity(d["crm_id"], fact.event, meaningful, missed, at, fact.at)

    def _CrmUsageReported(self, fact: Fact, d: Any) -> None:
        if d["metric"] != "active_users":
            return
        weeks, week = self.usage.setdefault(d["product"], {}), date.fromisoformat(d["period_start"])
        reported = instant(d["reported_at"]) or fact.at
        if week not in weeks or weeks[week].reported_at <= reported:
            weeks[week] = Report(fact.event, int(d["value"]), d["licensed"], reported)

    def _CrmRecordMoved(self, fact: Fact, d: Any) -> None:
        if str(d.get("to_account_id")) not in self.own:
            self._CrmRecordDeleted(fact, d)

    def _CrmRecordDeleted(self, fact: Fact, d: Any) -> None:
        kind = d["object"]
        if not self._newer(fact, kind):
            return
        if kind == "contact":
            stakeholders.left(self, d["system"], d["crm_id"], fact)
        elif kind == "user":
            self._employee(d["crm_id"], False, fact)
        else:
            tables: dict[str, dict[str, Any]] = {
                "contract": self.terms, "opportunity": self.deals, "case": self.cases, "activity": self.activities
            }  # fmt: skip
            tables.get(kind, {}).pop(d["crm_id"], None)

    def _CrmContactSeen(self, fact: Fact, d: Any) -> None:
        if self._newer(fact, "contact"):
            stakeholders.seen(self, fact)

    # -- questions

    def begun(self) -> bool:
        """Whether there is or was a signed contract."""
        return any(t.signed for t in self.terms.values())

    def first_start(self) -> date | None:
        """First day of the first signed contract."""
        return min((t.starts_on for t in self.terms.values() if t.signed and t.starts_on), default=None)

    def arr_on(self, on: date) -> tuple[int, str]:
        """(annual recurring revenue, currency) of the active contracts."""
        found = [t for t in self.terms.values() if t.active(on)]
        return sum(t.arr for t in found), found[0].currency if found else ""

    def last_contact(self, at: datetime) -> Activity | None:
        """The last meaningful contact until an instant."""
        met = self.worked_out("contacts", "met", self._met)
        return next((a for a in reversed(met) if a.at <= at), None)

    def _met(self) -> list[Activity]:
        return sorted((a for a in self.activities.values() if a.meaningful), key=lambda a: (a.at, a.key))
