"""Play books (data, in versions) and their runs."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.growth.domain.base import AccountEvent, OfAccount, need
from services.growth.domain.values import PlayStep, RunStatus
from services.growth.policy.playbooks import PlaybookDocument, digest, playbook
from shared import ids
from shared.errors import Invalid, NotFound
from shared.eventstore.events import Aggregate, AggregateCreated


class Playbook(Aggregate):
    """Stream id = `Playbook.create_id(key)`. Versions are never edited: runs keep theirs."""

    TOPIC = "growth.Playbook"

    class Event(Aggregate.Event): ...

    class PlaybookOpened(AggregateCreated, Event):
        """There is a play book of this name."""

        TOPIC = "growth.PlaybookOpened"
        playbook: str

    class PlaybookDrafted(Event):
        """A version that nobody can start yet; the document as in `playbooks/*.json`."""

        TOPIC = "growth.PlaybookDrafted"
        playbook: str
        playbook_version: int
        document: dict[str, Any]
        drafted_by: str

    class PlaybookPublished(Event):
        """The version that new runs get."""

        TOPIC = "growth.PlaybookPublished"
        playbook: str
        playbook_version: int
        titles: dict[str, str]
        steps: tuple[str, ...]
        digest: str
        published_by: str

    @event(PlaybookOpened)
    def __init__(self, playbook: str) -> None:
        self.playbook = playbook
        self.documents: dict[int, dict[str, Any]] = {}
        self.published: int | None = None

    @staticmethod
    def create_id(playbook: str) -> UUID:
        """The stream of the play book of that name."""
        return ids.derived("playbook", playbook)

    @classmethod
    def open(cls, key: str) -> Playbook:
        """Without any version yet."""
        return cls(key)

    def define(self, document: dict[str, Any], by: str) -> int:
        """A new version, as a draft; returns its number. The newest document again does nothing. Raises Invalid."""
        try:
            found = playbook(document)
        except ValueError as e:
            raise Invalid(f"The play book cannot be used: {e}", slug="playbook-invalid") from e
        need(found.playbook == self.playbook, "playbook-name", f"The document is of {found.playbook}.")
        last = max(self.documents, default=0)
        if last and self.documents[last] == document:
            return last
        self.trigger_event(
            self.PlaybookDrafted, playbook=self.playbook, playbook_version=last + 1, document=document, drafted_by=by
        )
        return last + 1

    def publish(self, version: int, by: str) -> None:
        """New runs get this version."""
        need(version in self.documents, "playbook-version-unknown", f"{self.playbook} has no version {version}.")
        if version != self.published:
            found = playbook(self.documents[version])
            self.trigger_event(
                self.PlaybookPublished, playbook=self.playbook, playbook_version=version, titles=dict(found.title),
                steps=tuple(s.step for s in found.steps), digest=digest(self.documents[version]), published_by=by,
            )  # fmt: skip

    def current(self) -> tuple[int, PlaybookDocument]:
        """(version, document) that a new run gets. Raises NotFound before the first is published."""
        if self.published is None:
            raise NotFound(f"No version of the play book {self.playbook} is published yet.")
        return self.published, playbook(self.documents[self.published])

    @event(PlaybookDrafted)
    def _drafted(self, playbook_version: int, document: dict[str, Any]) -> None:
        self.documents[playbook_version] = document

    @event(PlaybookPublished)
    def _published(self, playbook_version: int) -> None:
        self.published = playbook_version


class PlayRun(OfAccount, Aggregate):
    """A play that runs for an account. Stream id = run id. Its steps are milestones of one initiative."""

    TOPIC = "growth.PlayRun"

    class Event(AccountEvent): ...

    class PlayStarted(AggregateCreated, Event):
        """The play became an initiative with dated milestones. `anchor_on`: the day that dates relate to, null: only
        the start."""

        TOPIC = "growth.PlayStarted"
        plan_id: UUID
        initiative_id: UUID
        playbook: str
        playbook_version: int
        starts_on: date
        anchor_on: date | None
        steps: tuple[PlayStep, ...]
        started_by: str

    class PlayStepCompleted(Event):
        TOPIC = "growth.PlayStepCompleted"
        step: str
        milestone_id: UUID

    class PlayStepSkipped(Event):
        """The step is left out; its milestone is waived."""

        TOPIC = "growth.PlayStepSkipped"
        step: str
        milestone_id: UUID
        reason_ref: UUID

    class PlayStepReopened(Event):
        """The milestone of a completed step was reopened."""

        TOPIC = "growth.PlayStepReopened"
        step: str
        milestone_id: UUID

    class PlayCompleted(Event):
        """Every step is completed or skipped."""

        TOPIC = "growth.PlayCompleted"
        completed: int
        skipped: int

    class PlayAborted(Event):
        TOPIC = "growth.PlayAborted"
        reason_ref: UUID

    @event(PlayStarted)
    def __init__(
        self, account_id: UUID, plan_id: UUID, initiative_id: UUID, playbook: str, playbook_version: int,
        starts_on: date, anchor_on: date | None, steps: tuple[PlayStep, ...], started_by: str,
    ) -> None:  # fmt: skip
        self.account_id, self.plan_id, self.initiative_id = account_id, plan_id, initiative_id
        self.playbook, self.playbook_version = playbook, playbook_version
        self.steps = {s.step: s.milestone_id for s in steps}
        self.done: dict[str, str] = {}
        self.status: RunStatus = "Started"

    @classmethod
    def start(cls, run_id: UUID, account_id: UUID, **fields: Any) -> PlayRun:
        """Begin; the fields of `PlayStarted`."""
        return cls._create(cls.PlayStarted, id=run_id, account_id=account_id, **fields)

    def milestone_of(self, step: str) -> UUID:
        """The milestone that a step became. Raises NotFound."""
        if step not in self.steps:
            raise NotFound(f"The play has no step {step!r}.", slug="step-unknown")
        return self.steps[step]

    def complete_step(self, step: str) -> None:
        """The step's milestone is done. Again: nothing."""
        milestone = self.milestone_of(step)
        if self.done.get(step) == "completed":
            return
        self._while_running()
        self.trigger_event(self.PlayStepCompleted, step=step, milestone_id=milestone)
        self._finish()

    def skip_step(self, step: str, reason_ref: UUID) -> None:
        """Leave the step out."""
        milestone = self.milestone_of(step)
        self._while_running()
        need(step not in self.done, "step-done", f"The step {step} is {self.done.get(step)} already.")
        self.trigger_event(self.PlayStepSkipped, step=step, milestone_id=milestone, reason_ref=reason_ref)
        self._finish()

    def reopen_step(self, step: str) -> None:
        """Its milestone is open again; a completed play goes on."""
        if step in self.done and self.status != "Aborted":
            self.trigger_event(self.PlayStepReopened, step=step, milestone_id=self.steps[step])

    def abort(self, reason_ref: UUID) -> None:
        """End it early."""
        self._while_running()
        self.trigger_event(self.PlayAborted, reason_ref=reason_ref)

    def _while_running(self) -> None:
        need(self.status == "Started", "play-not-running", f"The play is {self.status}.")

    def _finish(self) -> None:
        if len(self.done) == len(self.steps):
            skipped = sum(how == "skipped" for how in self.done.values())
            self.trigger_event(self.PlayCompleted, completed=len(self.done) - skipped, skipped=skipped)

    @event(PlayStepCompleted)
    def _completed(self, step: str) -> None:
        self.done[step] = "completed"

    @event(PlayStepSkipped)
    def _skipped(self, step: str) -> None:
        self.done[step] = "skipped"

    @event(PlayStepReopened)
    def _reopened(self, step: str) -> None:
        del self.done[step]
        self.status = "Started"

    @event(PlayCompleted)
    def _finished(self) -> None:
        self.status = "Completed"

    @event(PlayAborted)
    def _aborted(self) -> None:
        self.status = "Aborted"
