"""Play books and their runs."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.growth.base import (
    CompanyFact,
    PlayStep,
    RunFact,
)


class PlaybookPublished(CompanyFact):
    """The version that new runs get."""

    TYPE: ClassVar[str] = "PlaybookPublished"
    playbook: str = Field(description="Name of the play book")
    playbook_version: int = Field(description="Version of the play book")
    titles: dict[str, str] = Field(description="Title by language")
    steps: tuple[str, ...] = Field(description="Its steps, in order")
    digest: str = Field(description="SHA-256 of the canonical document")
    published_by: str = Field(description="Who published it (actor)")


class PlayStarted(RunFact):
    """The play became an initiative with dated milestones. `anchor_on`: the day that dates relate to, null:
    only the start."""

    TYPE: ClassVar[str] = "PlayStarted"
    plan_id: UUID = Field(description="Plan that it runs in")
    initiative_id: UUID = Field(description="The initiative")
    playbook: str = Field(description="Name of the play book")
    playbook_version: int = Field(description="Version of the play book")
    starts_on: date = Field(description="First day")
    anchor_on: date | None = Field(description="Day that dates of steps relate to; null: only the start")
    steps: tuple[PlayStep, ...] = Field(description="Its steps, in order")
    started_by: str = Field(description="Who started it (actor)")


class PlayStepCompleted(RunFact):
    """The step's milestone is done."""

    TYPE: ClassVar[str] = "PlayStepCompleted"
    step: str = Field(description="Step of the play book")
    milestone_id: UUID = Field(description="The milestone")


class PlayStepSkipped(RunFact):
    """The step is left out; its milestone is waived."""

    TYPE: ClassVar[str] = "PlayStepSkipped"
    step: str = Field(description="Step of the play book")
    milestone_id: UUID = Field(description="The milestone")
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")


class PlayStepReopened(RunFact):
    """The milestone of a completed step was reopened."""

    TYPE: ClassVar[str] = "PlayStepReopened"
    step: str = Field(description="Step of the play book")
    milestone_id: UUID = Field(description="The milestone")


class PlayCompleted(RunFact):
    """Every step is completed or skipped."""

    TYPE: ClassVar[str] = "PlayCompleted"
    completed: int = Field(description="How many steps were completed")
    skipped: int = Field(description="How many steps were left out")


class PlayAborted(RunFact):
    """The step's milestone is done."""

    TYPE: ClassVar[str] = "PlayAborted"
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")
