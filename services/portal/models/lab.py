"""What-if runs as pages and programs get them: progress, then the report as the service made it."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field, computed_field

from services.portal.models.base import Moment, View


class WhatIf(View):
    """A draft over all history. `done` of `total`: accounts of a risk model, assessments of a tier policy."""

    whatif_id: str
    status: str = Field(description="running, done, cancelled or failed")
    done: int
    total: int
    version: int = Field(default=0, description="The version that was tried; 0: a document that is no version yet")
    against: int = Field(default=0, description="The version in force that it is compared with")
    input_hash: str | None = Field(description="SHA-256 over the documents and every fact: same inputs, same report")
    report_json: str | None = Field(exclude=True)
    asked_by: str | None
    asked_at: Moment | None
    ended_at: Moment | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def report(self) -> dict[str, Any] | None:
        """None until the run is done."""
        found: dict[str, Any] | None = json.loads(self.report_json) if self.report_json else None
        return found

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self.status == "running"


class WhatIfs(View):
    """Runs without their reports, newest first."""

    rows: list[WhatIf]


class ModelMover(View):
    """An account that a draft risk model colours otherwise, at the end or on the way. Scores in basis points."""

    account_id: str
    crm_id: str | None
    name: str | None
    tier: str | None
    team: str | None = Field(description="Whom the commercial owner reports to")
    active: str = Field(description="Colour at the end by the model in force")
    draft: str = Field(description="Colour at the end by the draft")
    active_score: int | None
    draft_score: int | None
    first_different_at: str | None
    active_red_days: int
    draft_red_days: int
    active_changes: int
    draft_changes: int
    active_alerts: int
    draft_alerts: int


class TierMover(View):
    """An account that a draft tier policy puts elsewhere. Scores in basis points."""

    account_id: str
    crm_id: str | None
    name: str | None
    owner: str | None
    told: str | None = Field(description="Tier of the last assessment as it was told")
    draft: str | None
    told_score: int | None
    draft_score: int | None
    first_different_at: str | None
