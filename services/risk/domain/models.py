"""The company's risk models: every version in one stream, so that numbers are gapless and one at most is active.

Draft → Shadow (evaluated beside, publishes nothing) → SignedOff → Active → Retired. The shipped version 1 is active
from the first start, "default, not signed off".
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from eventsourcing.domain import event

from services.risk.domain.base import need
from services.risk.policy.model import Model, ModelInvalid, digest, model
from shared import ids
from shared.contracts.risk.models import Recoloured
from shared.errors import Invalid, NotFound
from shared.eventstore.events import Aggregate, AggregateCreated

Status = Literal["Draft", "Shadow", "SignedOff", "Active", "Retired"]
SIGNERS = frozenset(("head_of_kam", "management", "policy_admin"))


@dataclass(slots=True)
class Version:
    """One version and how far it has come."""

    document: dict[str, Any]
    digest: str
    author: str
    status: Status = "Draft"
    signer: str = ""
    effective_from: datetime | None = None


class RiskModels(Aggregate):
    """Stream id = `RiskModels.create_id()`: there is one per company."""

    TOPIC = "risk.RiskModels"

    class Event(Aggregate.Event): ...

    class RiskModelsOpened(AggregateCreated, Event):
        """The company keeps risk models from now on."""

        TOPIC = "risk.RiskModelsOpened"

    class RiskModelDrafted(Event):
        """`document` as in `policies/risk_model.v1.json`."""

        TOPIC = "risk.RiskModelDrafted"
        model_version: int
        document: dict[str, Any]
        digest: str
        by: str

    class RiskModelShadowed(Event):
        TOPIC = "risk.RiskModelShadowed"
        model_version: int
        by: str

    class RiskModelSignedOff(Event):
        TOPIC = "risk.RiskModelSignedOff"
        model_version: int
        signer: str

    class RiskModelActivated(Event):
        TOPIC = "risk.RiskModelActivated"
        model_version: int
        effective_from: datetime
        by: str
        signed_off: bool

    class RiskModelRetired(Event):
        TOPIC = "risk.RiskModelRetired"
        model_version: int
        by_version: int | None
        by: str

    class RiskPortfolioRecoloured(Event):
        """Every account was evaluated by the new model; these have another colour."""

        TOPIC = "risk.RiskPortfolioRecoloured"
        model_version: int
        accounts: int
        changes: tuple[Recoloured, ...]

    @event(RiskModelsOpened)
    def __init__(self) -> None:
        self.versions: dict[int, Version] = {}
        self.active: int | None = None
        self.digested: set[int] = set()

    @staticmethod
    def create_id() -> UUID:
        """The one stream of the company's risk models."""
        return ids.derived("risk-models")

    @classmethod
    def open(cls) -> RiskModels:
        """Without any version yet."""
        return cls._create(cls.RiskModelsOpened, id=cls.create_id())

    def version_of(self, version: int) -> Version:
        """One version. Raises NotFound."""
        if version not in self.versions:
            raise NotFound(f"There is no risk model version {version}; known are {sorted(self.versions) or 'none'}.")
        return self.versions[version]

    def rules(self, version: int) -> Model:
        """The rules of a version. Raises NotFound."""
        return model(self.version_of(version).document)

    def adopt_default(self, document: dict[str, Any], by: str, since: datetime) -> None:
        """At the first start the shipped document decides, "default, not signed off". Later it does nothing."""
        if not self.versions:
            self._drafted(1, document, self.checked(document), by)
            self._activated(1, since, by, signed_off=False)

    def draft(self, document: dict[str, Any], by: str) -> int:
        """A new version; returns its number. Raises Invalid with every fault of the document."""
        version = max(self.versions, default=0) + 1
        self._drafted(version, document, self.checked(document), by)
        return version

    def shadow(self, version: int, by: str) -> None:
        """Evaluates it beside the active one. Raises Rejected."""
        self._in(version, "Draft")
        self._shadowed(version, by)

    def sign_off(self, version: int, by: str, roles: Collection[str]) -> None:
        """Somebody else than the author answers for it. Raises Rejected."""
        v = self._in(version, "Shadow")
        need(by != v.author, "signer-is-author", "The author cannot sign their own model.")
        need(SIGNERS & set(roles), "signer-role-missing", f"One of {', '.join(sorted(SIGNERS))} signs.")
        self._signed_off(version, by)

    def activate(self, version: int, effective_from: datetime, by: str, at: datetime) -> None:
        """Lets it decide from an instant on, never in the past. Raises Rejected."""
        self._in(version, "SignedOff")
        need(effective_from >= at, "effective-in-the-past", f"{effective_from} is past: give a later instant.")
        before = self.active
        self._activated(version, effective_from, by, signed_off=True)
        if before is not None:
            self._retired(before, version, by)

    def retire(self, version: int, by: str) -> None:
        """Gives up a version that is not active. Raises Rejected."""
        self._in(version, "Draft", "Shadow", "SignedOff")
        self._retired(version, None, by)

    def digest_of(self, version: int, accounts: int, changes: tuple[Recoloured, ...]) -> None:
        """The one digest of a recolouring."""
        if version not in self.digested:
            self._recoloured(version, accounts, changes)

    def _in(self, version: int, *statuses: Status) -> Version:
        v = self.version_of(version)
        need(
            v.status in statuses, "wrong-model-state", f"Version {version} is {v.status}, not {' or '.join(statuses)}."
        )
        return v

    @staticmethod
    def checked(document: dict[str, Any]) -> str:
        """The digest of a document that can be used. Raises Invalid with every fault."""
        try:
            model(document)
        except ModelInvalid as e:
            raise Invalid(f"The model cannot be used: {e}", slug="model-invalid") from e
        return digest(document)

    @event(RiskModelDrafted)
    def _drafted(self, model_version: int, document: dict[str, Any], digest: str, by: str) -> None:
        self.versions[model_version] = Version(document, digest, by)

    @event(RiskModelShadowed)
    def _shadowed(self, model_version: int, by: str) -> None:
        self.versions[model_version].status = "Shadow"

    @event(RiskModelSignedOff)
    def _signed_off(self, model_version: int, signer: str) -> None:
        v = self.versions[model_version]
        v.status, v.signer = "SignedOff", signer

    @event(RiskModelActivated)
    def _activated(self, model_version: int, effective_from: datetime, by: str, signed_off: bool) -> None:
        v = self.versions[model_version]
        v.status, v.effective_from = "Active", effective_from
        self.active = model_version

    @event(RiskModelRetired)
    def _retired(self, model_version: int, by_version: int | None, by: str) -> None:
        self.versions[model_version].status = "Retired"

    @event(RiskPortfolioRecoloured)
    def _recoloured(self, model_version: int, accounts: int, changes: tuple[Recoloured, ...]) -> None:
        self.digested.add(model_version)
