"""A contract, as the CRM records it, and what its calendar brings: notice deadline, renewal window, lapse, renewal.

Draft → Active → InRenewalWindow → Renewed | NoticeReceived → Terminated | Lapsed → RenewedLate | Terminated. The dates
are arithmetic (`policy.contracts`); each calendar event is recorded once per term and only while the terms still say
so.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import AccountEvent, OfAccount
from services.accounts.domain.values import RenewalKind, Terms
from services.accounts.policy import contracts as rules
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class TermsEvent(AccountEvent):
    """Carries the whole known contract: its terms at CRM `revision`, its place (account, or none) at
    `place_revision`.
    """

    revision: int
    place_revision: int
    terms: Terms


class Contract(OfAccount, Aggregate):
    """Stream id = `Contract.create_id(system, crm_id)`.

    Where it belongs and what it says have a revision each: "moved away" and "seen there" come by different Kafka
    partitions. A calendar command that no longer applies does nothing: its timer was armed for terms that have changed
    since.
    """

    TOPIC = "accounts.Contract"

    class Event(AccountEvent): ...

    class ContractRecorded(AggregateCreated, TermsEvent, Event):
        TOPIC = "accounts.ContractRecorded"
        system: str
        crm_id: str

    class ContractAmended(TermsEvent, Event):
        """`changed`: the names of the terms that differ from before."""

        TOPIC = "accounts.ContractAmended"
        changed: tuple[str, ...]

    class ContractReassigned(TermsEvent, Event):
        """It belongs to `account_id` now; before to `from_account_id`."""

        TOPIC = "accounts.ContractReassigned"
        from_account_id: UUID

    class ContractWithdrawn(TermsEvent, Event):
        """The CRM deleted the record, or it belongs to no account any more: it counts at no time."""

        TOPIC = "accounts.ContractWithdrawn"

    class ContractRestored(TermsEvent, Event):
        """The CRM shows a withdrawn contract again."""

        TOPIC = "accounts.ContractRestored"

    class NoticeReceived(Event):
        """The customer gave notice on `on`; without withdrawal the contract ends on `ends_on`."""

        TOPIC = "accounts.NoticeReceived"
        on: date
        ends_on: date | None

    class NoticeWithdrawn(Event):
        TOPIC = "accounts.NoticeWithdrawn"
        was_on: date

    class RenewalWindowOpened(Event):
        """The tier's lead before the notice deadline is reached."""

        TOPIC = "accounts.RenewalWindowOpened"
        opened_on: date
        notice_deadline: date
        ends_on: date
        lead_days: int

    class NoticeDeadlineApproached(Event):
        """`days_left` until the last day on which notice can be given; `step_days`: which reminder of the ladder."""

        TOPIC = "accounts.NoticeDeadlineApproached"
        notice_deadline: date
        days_left: int
        has_renewal_opportunity: bool
        step_days: int

    class NoticeDeadlinePassed(Event):
        """Nobody can give notice for this term any more."""

        TOPIC = "accounts.NoticeDeadlinePassed"
        notice_deadline: date
        auto_renew: bool | None

    class RenewalOpportunityLinked(Event):
        """A renewal deal of the CRM belongs to this contract."""

        TOPIC = "accounts.RenewalOpportunityLinked"
        opportunity_crm_id: str

    class ContractRenewed(Event):
        """A successor begins without a gap. `kind` compares the years' values."""

        TOPIC = "accounts.ContractRenewed"
        successor_id: UUID
        starts_on: date
        kind: RenewalKind
        arr_before: int
        arr_after: int
        currency: str

    class ContractLapsed(Event):
        """It ended on `ends_on` without successor and without notice."""

        TOPIC = "accounts.ContractLapsed"
        ends_on: date
        arr: int
        currency: str

    class ContractRenewedLate(Event):
        """A successor begins after a gap of at most 90 days."""

        TOPIC = "accounts.ContractRenewedLate"
        successor_id: UUID
        starts_on: date
        gap_days: int
        kind: RenewalKind
        arr_before: int
        arr_after: int
        currency: str

    class ContractTerminated(Event):
        """It is over: after notice, or 90 days after it lapsed. `on`: its last day."""

        TOPIC = "accounts.ContractTerminated"
        on: date
        arr: int
        currency: str
        after_notice: bool

    @event(ContractRecorded)
    def __init__(
        self, account_id: UUID, revision: int, place_revision: int, terms: Terms, system: str, crm_id: str
    ) -> None:
        self.account_id, self.terms, self.withdrawn = account_id, terms, False
        self.revision, self.place_revision = revision, place_revision
        self.system, self.crm_id = system, crm_id
        self.notice_on: date | None = None
        self.opportunities: set[str] = set()
        self.told: set[tuple[str, date, int]] = set()
        self.outcome: rules.Outcome | None = None
        self.successor_id: UUID | None = None

    @staticmethod
    def create_id(system: str, crm_id: str) -> UUID:
        """The stream of one CRM contract."""
        return ids.derived("contract", system, crm_id)

    @classmethod
    def record(cls, system: str, crm_id: str, account_id: UUID, revision: int, terms: Terms) -> Contract:
        """The CRM shows a contract we do not know yet."""
        contract = cls(
            account_id=account_id, revision=revision, place_revision=revision, terms=terms, system=system, crm_id=crm_id
        )
        contract._follow_notice()
        return contract

    # -- what the CRM says

    def observe(self, account_id: UUID, revision: int, terms: Terms) -> None:
        """The CRM shows the contract at `revision`, at this account; a withdrawn one counts again."""
        said, placed = revision > self.revision, revision > self.place_revision
        if not said and not placed:
            return
        terms = terms if said else self.terms
        revisions = max(revision, self.revision), max(revision, self.place_revision)
        if placed and account_id != self.account_id:
            self._reassigned(account_id, *revisions, terms, self.account_id)
        elif self.withdrawn and placed:
            self._restored(*revisions, terms)
        elif self.withdrawn:
            self._withdrawn(*revisions, terms)
        else:
            changed = tuple(n for n in Terms.model_fields if getattr(terms, n) != getattr(self.terms, n))
            self._amended(*revisions, terms, changed)
        self._follow_notice()

    def move(self, account_id: UUID | None, revision: int) -> None:
        """The CRM gave it to another account; None: deleted, or no account's any more."""
        if revision <= self.place_revision:
            return
        if account_id is None:
            if not self.withdrawn:
                self._withdrawn(self.revision, revision, self.terms)
        elif account_id != self.account_id or self.withdrawn:
            self._reassigned(account_id, self.revision, revision, self.terms, self.account_id)

    def link_renewal_opportunity(self, opportunity_crm_id: str) -> None:
        """A renewal deal belongs to this contract (`policy.contracts.renewal_target` finds which)."""
        if opportunity_crm_id not in self.opportunities:
            self._opportunity_linked(opportunity_crm_id)

    def _follow_notice(self) -> None:
        on = self.terms.notice_received_on
        if on == self.notice_on:
            return
        if self.notice_on:
            self._notice_withdrawn(self.notice_on)
        if on:
            self._notice_received(on, self.terms.ends_on)

    # -- what the calendar brings; `on` is the day in the account's zone

    def open_renewal_window(self, on: date, lead_days: int) -> None:
        """The window is open from `lead_days` before the notice deadline until the end."""
        opens, ends, deadline = rules.renewal_window_opens(self.terms, lead_days), self.terms.ends_on, self.deadline
        if self._running and opens and ends and deadline and opens <= on <= ends and self._first("window", ends):
            self._window_opened(opens, deadline, ends, lead_days)

    def approach_deadline(self, on: date, step_days: int) -> None:
        """`step_days` (90, 60, 30, 14, 7, 1) or fewer are left; once per step and deadline."""
        deadline = self.deadline
        if not self._running or deadline is None or not 0 <= (deadline - on).days <= step_days:
            return
        if self._first("approach", deadline, step_days):
            self._deadline_approached(deadline, (deadline - on).days, bool(self.opportunities), step_days)

    def pass_deadline(self, on: date) -> None:
        """The day after the notice deadline."""
        deadline = self.deadline
        if self._running and deadline and on > deadline and self._first("passed", deadline):
            self._deadline_passed(deadline, self.terms.auto_renew)

    def renew(self, successor: Contract) -> None:
        """Another contract of the account follows this one: without a gap, or late (at most 90 days)."""
        new, ends = successor.terms, self.terms.ends_on
        usable = not (self.withdrawn or successor.withdrawn) and successor.account_id == self.account_id
        if not usable or not rules.follows(self.terms, new) or self.successor_id == successor.id:
            return
        assert ends
        assert new.starts_on
        before, after = self.terms.arr or 0, new.arr or 0
        kind, gap = rules.renewal_kind(before, after), (new.starts_on - ends).days - 1
        if gap <= 0:
            self._renewed(successor.id, new.starts_on, kind, before, after, new.currency)
        else:
            self._renewed_late(successor.id, new.starts_on, gap, kind, before, after, new.currency)

    def lapse(self, on: date) -> None:
        """The term is over, nobody gave notice and nothing follows."""
        ends = self.terms.ends_on
        if self._running and ends and on > ends:
            self._lapsed(ends, self.terms.arr or 0, self.terms.currency)

    def terminate(self, on: date) -> None:
        """The term is over after notice, or it lapsed more than 90 days ago."""
        ends = self.terms.ends_on
        if self.withdrawn or not ends or self.outcome not in (None, "Lapsed"):
            return
        noticed = self.notice_on is not None and on > ends
        if noticed or (self.outcome == "Lapsed" and on > ends + rules.LATE):
            self._terminated(ends, self.terms.arr or 0, self.terms.currency, noticed)

    @property
    def deadline(self) -> date | None:
        """The last day on which notice can be given."""
        return rules.notice_deadline(self.terms)

    @property
    def _running(self) -> bool:
        return self.terms.signed and not self.withdrawn and self.notice_on is None and self.outcome is None

    def _first(self, what: str, day: date, step: int = 0) -> bool:
        return (what, day, step) not in self.told

    # -- how facts change the state

    def _say(self, revision: int, place_revision: int, terms: Terms) -> None:
        if terms.ends_on != self.terms.ends_on:
            self.outcome = self.successor_id = None
        self.revision, self.place_revision, self.terms = revision, place_revision, terms

    @event(ContractAmended)
    def _amended(self, revision: int, place_revision: int, terms: Terms, changed: tuple[str, ...]) -> None:
        self._say(revision, place_revision, terms)

    @event(ContractReassigned)
    def _reassigned(
        self, account_id: UUID, revision: int, place_revision: int, terms: Terms, from_account_id: UUID
    ) -> None:
        self._say(revision, place_revision, terms)
        self.account_id, self.withdrawn = account_id, False

    @event(ContractWithdrawn)
    def _withdrawn(self, revision: int, place_revision: int, terms: Terms) -> None:
        self._say(revision, place_revision, terms)
        self.withdrawn = True

    @event(ContractRestored)
    def _restored(self, revision: int, place_revision: int, terms: Terms) -> None:
        self._say(revision, place_revision, terms)
        self.withdrawn = False

    @event(NoticeReceived)
    def _notice_received(self, on: date, ends_on: date | None) -> None:
        self.notice_on = on

    @event(NoticeWithdrawn)
    def _notice_withdrawn(self, was_on: date) -> None:
        self.notice_on = None

    @event(RenewalWindowOpened)
    def _window_opened(self, opened_on: date, notice_deadline: date, ends_on: date, lead_days: int) -> None:
        self.told.add(("window", ends_on, 0))

    @event(NoticeDeadlineApproached)
    def _deadline_approached(
        self, notice_deadline: date, days_left: int, has_renewal_opportunity: bool, step_days: int
    ) -> None:
        self.told.add(("approach", notice_deadline, step_days))

    @event(NoticeDeadlinePassed)
    def _deadline_passed(self, notice_deadline: date, auto_renew: bool | None) -> None:
        self.told.add(("passed", notice_deadline, 0))

    @event(RenewalOpportunityLinked)
    def _opportunity_linked(self, opportunity_crm_id: str) -> None:
        self.opportunities.add(opportunity_crm_id)

    @event(ContractRenewed)
    def _renewed(
        self, successor_id: UUID, starts_on: date, kind: RenewalKind, arr_before: int, arr_after: int, currency: str
    ) -> None:
        self.outcome, self.successor_id = "Renewed", successor_id

    @event(ContractLapsed)
    def _lapsed(self, ends_on: date, arr: int, currency: str) -> None:
        self.outcome = "Lapsed"

    @event(ContractRenewedLate)
    def _renewed_late(
        self,
        successor_id: UUID,
        starts_on: date,
        gap_days: int,
        kind: RenewalKind,
        arr_before: int,
        arr_after: int,
        currency: str,
    ) -> None:
        self.outcome, self.successor_id = "RenewedLate", successor_id

    @event(ContractTerminated)
    def _terminated(self, on: date, arr: int, currency: str, after_notice: bool) -> None:
        self.outcome = "Terminated"
