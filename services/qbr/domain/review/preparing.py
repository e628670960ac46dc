"""The commands of a QBR before it is held: plan, date, preparation, pack, and what time brings. Mixed into `Qbr`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.qbr.domain.base import need, reason_given
from services.qbr.domain.review import states
from services.qbr.domain.values import Attendees, Audience, Pack, State, Step, TemplateRef
from services.qbr.policy.cycle import Cycle
from shared import ids

NO_TEMPLATE = TemplateRef(id="std", version=0)


class PreparingCommands:
    """`state` is what the machine in `states.py` says; days are dates in the account's time zone."""

    state: State
    series_id: UUID
    due_by: date
    grace: int
    due_version: int
    at: datetime | None
    date_version: int
    invitees: tuple[UUID, ...]
    accepted: tuple[UUID, ...]
    moves: int
    template: TemplateRef
    pack_hash: str | None
    published: tuple[tuple[Audience, str], ...]
    shared: tuple[str, ...]
    told: tuple[tuple[str, int], ...]

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The event classes and `trigger_event` of Qbr."""

    def begin(self) -> None:
        """The state before the first event that says something."""
        self.state = "Proposed"
        self.due_by, self.grace, self.due_version = date.min, 0, 0
        self.at, self.date_version, self.moves = None, 0, 0
        self.invitees = self.accepted = ()
        self.template, self.pack_hash, self.published, self.told = NO_TEMPLATE, None, (), ()
        self.shared = ()
        self.proposal: tuple[str, str] | None = None
        self.proposed_owner: str | None = None
        self.dismissed_by_crm, self.revision = False, 0
        self.held_on: date | None = None
        self.attendees: Attendees | None = None
        self.held_version, self.summary_sent = 0, False
        self.results: dict[str, UUID] = {}
        self.actions: tuple[UUID, ...] = ()
        self.decisions: frozenset[UUID] = frozenset()

    # -- plan and date

    @classmethod
    def plan(cls, account_id: UUID, series_id: UUID, number: int, due_by: date, grace: int, cycle: Cycle) -> Any:
        """A new one. `number`: how many events its series has, so that a repeated plan is the same QBR."""
        made: Any = cls(account_id, series_id, ids.derived("qbr", str(series_id), str(number)))  # type: ignore[call-arg]
        opens = due_by - timedelta(days=cycle.window_days)
        made.trigger_event(
            made.QBRPlanned, series_id=series_id, due_by=due_by, grace_days=grace, window_opens=opens, due_version=1
        )
        return made

    @property
    def open(self) -> bool:
        """Neither held nor given up."""
        return self.state in states.OPEN

    def move_due(self, due_by: date, grace: int, cause: str) -> None:
        """The series has another due day. Does nothing to a QBR that is not open any more."""
        if self.open and (due_by, grace) != (self.due_by, self.grace):
            self.trigger_event(
                self.QBRDueMoved, due_by=due_by, was_due_by=self.due_by, grace_days=grace, cause=cause,
                due_version=self.due_version + 1,
            )  # fmt: skip

    def schedule(self, at: datetime, invitees: Sequence[UUID], accepted: Collection[UUID], now: datetime) -> None:
        """A date that at least one key person of the customer accepted."""
        states.may("ScheduleQBR", self.state)
        need(at > now, "date-in-the-past", "Choose a date to come; what took place is held, not scheduled.")
        named = tuple(dict.fromkeys((*invitees, *accepted)))
        yes = tuple(p for p in named if p in set(accepted))
        need(yes, "nobody-accepted", "A QBR is scheduled when at least one key person of the customer has accepted.")
        self.trigger_event(
            self.QBRScheduled, at=at, invitees=named, accepted=yes, due_version=self.date_version + 1
        )  # fmt: skip

    def record_acceptance(self, subject_id: UUID) -> None:
        """One more person of the customer comes."""
        states.may("RecordAcceptance", self.state)
        if subject_id not in self.accepted:
            self.trigger_event(self.QBRAcceptanceRecorded, subject_id=subject_id)

    def reschedule(self, to: datetime, reason: str, now: datetime, cycle: Cycle) -> None:
        """Another date; the third move is told to the head of KAM."""
        states.may("RescheduleQBR", self.state)
        reason_given(reason)
        need(to > now, "date-in-the-past", "Choose a date to come.")
        need(to != self.at, "date-unchanged", "That is the date already.")
        count = self.moves + 1
        self.trigger_event(
            self.QBRRescheduled, from_at=self.at, to_at=to, reason=reason, count=count,
            alert_head=count >= cycle.moves_until_head_is_told, due_version=self.date_version + 1,
        )  # fmt: skip

    def postpone(self, reason: str, until: date | None, today: date) -> None:
        """Off the calendar. It stays due."""
        states.may("PostponeQBR", self.state)
        reason_given(reason)
        need(until is None or until > today, "until-in-the-past", "Choose a day to come.")
        self.trigger_event(self.QBRPostponed, reason=reason, until=until)

    def cancel(self, reason: str) -> None:
        """It will not take place."""
        states.may("CancelQBR", self.state)
        reason_given(reason)
        self.trigger_event(self.QBRCancelled, reason=reason)

    def waive(self, reason: str, approver: str, by: str, roles: Collection[str]) -> None:
        """Left out. A head of KAM approves: the actor in that role, or somebody else who is named."""
        states.may("WaiveQBR", self.state)
        reason_given(reason)
        approver = approver or (by if "head_of_kam" in roles else "")
        need(approver, "approver-missing", "A waiver needs the approval of a head of KAM; name who approved.")
        need(
            "head_of_kam" in roles or approver != by, "approver-is-asker", "Somebody else has to approve the waiver."
        )  # fmt: skip
        self.trigger_event(self.QBRWaived, reason=reason, approver=approver)

    # -- preparation and pack

    def start_preparation(self) -> None:
        """The clock of the active minutes runs."""
        states.may("StartPreparation", self.state)
        self.trigger_event(self.QBRPreparationStarted)

    def note_agenda(self, section: str, text_ref: UUID, known: Collection[str]) -> None:
        """A note on a section of the agenda."""
        states.may("NoteAgenda", self.state)
        need(section in known, "section-unknown", f"The agenda has no section {section!r}: {', '.join(known)}.")
        self.trigger_event(self.QBRAgendaNoted, section=section, text_ref=text_ref)

    def freeze_pack(self, pack: Pack) -> None:
        """The pack as it is now, for ever."""
        states.may("FreezeDataPack", self.state)
        self.trigger_event(self.QBRDataPackFrozen, **dict(pack))

    def annotate_pack(self, section: str, text_ref: UUID, known: Collection[str], customer: bool = False) -> None:
        """A remark on a section of the frozen pack; `customer`: their version shows it, too."""
        states.may("AnnotatePack", self.state)
        need(self.pack_hash, "no-pack", "Freeze a data pack first.")
        need(section in known, "section-unknown", f"The pack has no section {section!r}: {', '.join(known)}.")
        self.trigger_event(self.QBRPackAnnotated, section=section, text_ref=text_ref, customer=customer)

    def publish_pack(
        self, audience: Audience, active_minutes: int, share: Collection[str] = (), known: Collection[str] = ()
    ) -> None:
        """The frozen pack goes out; the QBR is ready. `share`: internal sections that this customer's version shows
        nevertheless, without what they judge. The same release again does nothing."""
        states.may("PublishPack", self.state)
        need(self.pack_hash, "no-pack", "Freeze a data pack before you publish it.")
        need(not share or audience == "customer", "share-internal", "Internally every section is shown: share nothing.")
        strange = sorted(set(share) - set(known))
        need(not strange, "section-unknown", f"The pack has no section {', '.join(strange)}: {', '.join(known)}.")
        shared = tuple(name for name in known if name in share)
        if (audience, self.pack_hash) not in self.published or (audience == "customer" and shared != self.shared):
            self.trigger_event(
                self.QBRPackPublished, audience=audience, pack_hash=self.pack_hash, active_minutes=active_minutes,
                shared_sections=shared,
            )  # fmt: skip

    # -- what time brings, once for each version

    def remind(self, step: Step, days_left: int, late_by_s: int) -> None:
        """A step of the cycle is due."""
        version = self.due_version if step in ("plan", "invite") else self.date_version
        if (step, version) not in self.told:
            self.trigger_event(
                self.QBRDueSoon, step=step, due_by=self.due_by, days_left=days_left, due_version=version,
                late_by_s=late_by_s,
            )  # fmt: skip

    def miss(self, late_by_s: int) -> None:
        """Due day and grace are over."""
        if self.state in states.MOVES["MissQBR"].since and ("missed", self.due_version) not in self.told:
            self.trigger_event(
                self.QBRMissed, due_by=self.due_by, grace_days=self.grace, due_version=self.due_version,
                late_by_s=late_by_s,
            )  # fmt: skip
