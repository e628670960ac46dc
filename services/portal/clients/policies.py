"""The policy lab's two kinds of policy behind one face: tier policies (accounts, tried by insights) and risk models."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from services.portal.clients.accounts import AccountsClient
from services.portal.clients.channel import Deciding
from services.portal.clients.insights import InsightsClient
from services.portal.clients.risk import RiskClient
from services.portal.inputs import Actor, Step
from services.portal.inputs.lab import (
    MODEL_CANCEL,
    MODEL_DRAFT,
    MODEL_STEPS,
    MODEL_WHATIF,
    TIER_CANCEL,
    TIER_DRAFT,
    TIER_STEPS,
    TIER_WHATIF,
    Tried,
)
from services.portal.inputs.risk import Nothing
from services.portal.models import WhatIf, WhatIfs
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a policy. `signatures`: (function or empty, who signed)."""

    version: int
    status: str
    author: str | None
    signatures: tuple[tuple[str, str], ...]
    signed_off: bool
    effective_from: datetime | date | None
    event_id: str | None = None

    @property
    def in_force(self) -> bool:
        """Whether it judges now."""
        return self.status == "Active"


@dataclass(frozen=True, slots=True)
class Policy:
    """A version with its document, and all versions, newest first."""

    chosen: Version
    document: Mapping[str, Any]
    versions: tuple[Version, ...]

    @property
    def active(self) -> int:
        """The number of the version in force; 0: none is."""
        return next((v.version for v in self.versions if v.in_force), 0)


class Lab(Protocol):
    """A kind of policy: its versions, its commands, its what-ifs."""

    name: str
    steps: Mapping[str, Step]
    draft: Step
    trial: Step
    client: Deciding  # takes the commands about versions
    runner: Deciding  # runs what-ifs

    async def policy(self, version: int = 0) -> Policy:
        """A version (0: the one in force) and all others. Raises NotFound."""
        ...

    async def what_if(self, whatif_id: str) -> WhatIf:
        """A run. Raises NotFound."""
        ...

    async def what_ifs(self) -> WhatIfs:
        """What was tried, newest first."""
        ...

    async def start(self, document: Mapping[str, Any], version: int, command_id: UUID, actor: Actor) -> WhatIf:
        """Begins a run; `version` says which one the document is (0: none yet). Raises Invalid for one that cannot be
        used."""
        ...

    async def cancel(self, whatif_id: str, command_id: UUID, actor: Actor) -> WhatIf:
        """Stops a run."""
        ...


class TierLab:
    """Tier policies."""

    name, steps, draft, trial = "tier", TIER_STEPS, TIER_DRAFT["draft-policy"], TIER_WHATIF

    def __init__(self, accounts: AccountsClient, insights: InsightsClient) -> None:
        self._accounts, self._insights = accounts, insights
        self.client: Deciding = accounts
        self.runner: Deciding = insights

    async def policy(self, version: int = 0) -> Policy:
        """A version of the tier policy."""
        answer = await self._accounts.tier_policy(version)
        versions = tuple(
            Version(
                v.version, v.status or "", v.author, tuple(zip(v.functions, v.signers, strict=False)), v.signed_off,
                v.effective_from, v.event_id,
            )
            for v in reversed(answer.versions)
        )  # fmt: skip
        chosen = _of(versions, answer.version)
        return Policy(chosen, json.loads(answer.document_json or "{}"), versions)

    async def what_if(self, whatif_id: str) -> WhatIf:
        """A run of the insights service."""
        return await self._insights.what_if(whatif_id)

    async def what_ifs(self) -> WhatIfs:
        """Those of the insights service."""
        return await self._insights.what_ifs()

    async def start(self, document: Mapping[str, Any], version: int, command_id: UUID, actor: Actor) -> WhatIf:
        """Weighs every assessment again."""
        said = Tried(document=dict(document), version=version)
        return await self._insights.tell(WhatIf, TIER_WHATIF, said, "", command_id, actor)

    async def cancel(self, whatif_id: str, command_id: UUID, actor: Actor) -> WhatIf:
        """Stops it."""
        return await self._insights.tell(WhatIf, TIER_CANCEL, Nothing(), whatif_id, command_id, actor)


class RiskLab:
    """Risk models."""

    name, steps, draft, trial = "risk", MODEL_STEPS, MODEL_DRAFT["draft-model"], MODEL_WHATIF

    def __init__(self, risk: RiskClient) -> None:
        self._risk = risk
        self.client: Deciding = risk
        self.runner: Deciding = risk

    async def policy(self, version: int = 0) -> Policy:
        """A version of the risk model."""
        answer = await self._risk.model(version)
        versions = tuple(
            Version(
                v.version, v.status or "", v.author, (("", v.signer),) if v.signer else (), v.signed_off,
                v.effective_from,
            )
            for v in reversed(answer.versions)
        )  # fmt: skip
        chosen = _of(versions, answer.version)
        return Policy(chosen, json.loads(answer.document_json or "{}"), versions)

    async def what_if(self, whatif_id: str) -> WhatIf:
        """A run of the risk service."""
        return await self._risk.what_if(whatif_id)

    async def what_ifs(self) -> WhatIfs:
        """Those of the risk service."""
        return await self._risk.what_ifs()

    async def start(self, document: Mapping[str, Any], version: int, command_id: UUID, actor: Actor) -> WhatIf:
        """Folds every account's history again."""
        said = Tried(document=dict(document), version=version)
        return await self._risk.tell(WhatIf, MODEL_WHATIF, said, "", command_id, actor)

    async def cancel(self, whatif_id: str, command_id: UUID, actor: Actor) -> WhatIf:
        """Stops it."""
        return await self._risk.tell(WhatIf, MODEL_CANCEL, Nothing(), whatif_id, command_id, actor)


def _of(versions: Sequence[Version], number: int) -> Version:
    """The version that was asked for. Raises NotFound."""
    found = next((v for v in versions if v.version == number), None)
    if found is None:
        raise NotFound(f"there is no version {number}")
    return found
