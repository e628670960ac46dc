"""The company's tier policy: every version of it in one stream, so that numbers are gapless and one at most is active.

Draft → Submitted → signed off by sales, service and management (three people, none the author) → Scheduled → Active →
Superseded; Submitted → Draft (rejected). The shipped version 1 is active from the first start, "default, not signed
off".
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import need
from services.accounts.domain.values import SignOffFunction
from services.accounts.policy.documents import PolicyInvalid, TierPolicyDocument, digest, tier_policy
from shared import ids
from shared.errors import Invalid, NotFound, Rejected
from shared.eventstore.events import Aggregate, AggregateCreated

Status = Literal["Draft", "Submitted", "SignedOff", "Scheduled", "Active", "Superseded"]
FUNCTIONS: tuple[SignOffFunction, ...] = ("sales", "service", "management")


@dataclass(slots=True)
class Version:
    """One version of the policy and how far it has come. `signatures`: function → who signed for it."""

    document: dict[str, Any]
    digest: str
    author: str
    status: Status = "Draft"
    signatures: dict[str, str] = field(default_factory=dict)
    effective_from: datetime | None = None
    signed_off: bool = False


class TierPolicy(Aggregate):
    """Stream id = `TierPolicy.create_id()`: there is one per company."""

    TOPIC = "accounts.TierPolicy"

    class Event(Aggregate.Event): ...

    class TierPoliciesOpened(AggregateCreated, Event):
        """The company keeps tier policies from now on."""

        TOPIC = "accounts.TierPoliciesOpened"

    class TierPolicyDrafted(Event):
        """`document` as in `policies/tier_policy.v1.json`; `digest`: SHA-256 of its canonical JSON."""

        TOPIC = "accounts.TierPolicyDrafted"
        version: int
        document: dict[str, Any]
        digest: str
        author: str
        at: datetime

    class TierPolicySubmitted(Event):
        TOPIC = "accounts.TierPolicySubmitted"
        version: int
        by: str
        at: datetime

    class TierPolicySignedOff(Event):
        TOPIC = "accounts.TierPolicySignedOff"
        version: int
        function: SignOffFunction
        signer: str
        at: datetime

    class TierPolicyRejected(Event):
        """Back to draft; the signatures are void."""

        TOPIC = "accounts.TierPolicyRejected"
        version: int
        reason: str
        by: str
        at: datetime

    class TierPolicyScheduled(Event):
        """It will hold from `effective_from`."""

        TOPIC = "accounts.TierPolicyScheduled"
        version: int
        effective_from: datetime
        by: str

    class TierPolicyActivated(Event):
        """It holds from `effective_from`. `signed_off` false: the shipped default."""

        TOPIC = "accounts.TierPolicyActivated"
        version: int
        effective_from: datetime
        by: str
        signed_off: bool

    class TierPolicySuperseded(Event):
        TOPIC = "accounts.TierPolicySuperseded"
        version: int
        by_version: int
        at: datetime

    class TierPolicySimulated(Event):
        """A what-if run against the active version; changes nothing. `report_digest`: SHA-256 of the report."""

        TOPIC = "accounts.TierPolicySimulated"
        version: int
        against_version: int
        report_ref: str
        report_digest: str
        by: str
        at: datetime

    @event(TierPoliciesOpened)
    def __init__(self) -> None:
        self.versions: dict[int, Version] = {}
        self.active: int | None = None

    @staticmethod
    def create_id() -> UUID:
        """The one stream of the company's tier policy."""
        return ids.derived("tier-policy")

    @classmethod
    def open(cls) -> TierPolicy:
        """Without any version yet."""
        return cls._create(cls.TierPoliciesOpened, id=cls.create_id())

    def document(self, version: int | None = None) -> TierPolicyDocument:
        """The rules of a version (None: the active one), ready to be used. Raises NotFound."""
        return tier_policy(self.version_of(self.active or 0 if version is None else version).document)

    def version_of(self, version: int) -> Version:
        """One version. Raises NotFound."""
        if version not in self.versions:
            raise NotFound(f"There is no tier policy version {version}; known are {sorted(self.versions) or 'none'}.")
        return self.versions[version]

    def adopt_default(self, document: dict[str, Any], by: str, at: datetime) -> None:
        """At the first start the shipped document holds as version 1, "default, not signed off". Later it does
        nothing.
        """
        if not self.versions:
            self._drafted(1, document, self._checked(document), by, at)
            self._activated(1, at, by, signed_off=False)

    def draft(self, document: dict[str, Any], author: str, at: datetime) -> int:
        """A new version; returns its number. Raises Invalid with every fault of the document."""
        version = max(self.versions, default=0) + 1
        self._drafted(version, document, self._checked(document), author, at)
        return version

    def submit(self, version: int, by: str, at: datetime) -> None:
        """Asks for the three signatures."""
        self._in(version, "Draft")
        self._submitted(version, by, at)

    def sign_off(self, version: int, function: str, signer: str, roles: Collection[str], at: datetime) -> None:
        """One of the three functions signs: somebody who holds it, is not the author and has not signed for another."""
        v = self._in(version, "Submitted")
        signed_for = next((f for f in FUNCTIONS if f == function), None)
        if signed_for is None:
            raise Rejected("unknown-function", f"{function!r} does not sign; {', '.join(FUNCTIONS)} do.")
        need(function in roles, "function-not-held", f"You do not hold the role {function}.")
        need(signer != v.author, "signer-is-author", "The author cannot sign their own policy.")
        need(function not in v.signatures, "already-signed", f"{v.signatures.get(function)} has signed for {function}.")
        need(signer not in v.signatures.values(), "signer-signed-twice", "Three different people must sign.")
        self._signed_off(version, signed_for, signer, at)

    def reject(self, version: int, reason: str, by: str, at: datetime) -> None:
        """Sends a submitted version back to draft."""
        self._in(version, "Submitted", "SignedOff")
        need(reason.strip(), "reason-missing", "Say what has to change.")
        self._rejected(version, reason, by, at)

    def activate(self, version: int, effective_from: datetime, by: str, at: datetime) -> None:
        """Lets a signed-off version hold from an instant: at once, or scheduled. It never reaches into the past."""
        v = self.version_of(version)
        missing = [f for f in FUNCTIONS if f not in v.signatures]
        need(v.status != "Submitted", "sign-off-missing", f"Signatures are missing: {', '.join(missing)}.")
        self._in(version, "SignedOff")
        need(
            effective_from >= at, "effective-in-the-past", f"A policy cannot hold from {effective_from}: that is past."
        )
        if effective_from > at:
            self._scheduled(version, effective_from, by)
        else:
            self._take_over(version, effective_from, by)

    def take_effect(self, version: int, at: datetime) -> None:
        """The timer of a scheduled version: does nothing before its instant."""
        v = self.version_of(version)
        if v.status == "Scheduled" and v.effective_from and at >= v.effective_from:
            self._take_over(version, v.effective_from, "system:accounts")

    def record_simulation(self, version: int, report_ref: str, report_digest: str, by: str, at: datetime) -> None:
        """A what-if run of `version` against the active one was made (`policy.simulation`)."""
        self.version_of(version)
        if self.active is None:
            raise Rejected("no-active-policy", "There is no active version to compare with.")
        self._simulated(version, self.active, report_ref, report_digest, by, at)

    def _take_over(self, version: int, effective_from: datetime, by: str) -> None:
        before = self.active
        self._activated(version, effective_from, by, signed_off=True)
        if before is not None:
            self._superseded(before, version, effective_from)

    def _in(self, version: int, *statuses: Status) -> Version:
        v = self.version_of(version)
        need(
            v.status in statuses, "wrong-policy-state", f"Version {version} is {v.status}, not {' or '.join(statuses)}."
        )
        return v

    @staticmethod
    def _checked(document: dict[str, Any]) -> str:
        try:
            tier_policy(document)
        except PolicyInvalid as e:
            raise Invalid(f"The policy document cannot be used: {e}", slug="policy-invalid") from e
        return digest(document)

    @event(TierPolicyDrafted)
    def _drafted(self, version: int, document: dict[str, Any], digest: str, author: str, at: datetime) -> None:
        self.versions[version] = Version(document, digest, author)

    @event(TierPolicySubmitted)
    def _submitted(self, version: int, by: str, at: datetime) -> None:
        self.versions[version].status = "Submitted"

    @event(TierPolicySignedOff)
    def _signed_off(self, version: int, function: SignOffFunction, signer: str, at: datetime) -> None:
        v = self.versions[version]
        v.signatures[function] = signer
        if len(v.signatures) == len(FUNCTIONS):
            v.status, v.signed_off = "SignedOff", True

    @event(TierPolicyRejected)
    def _rejected(self, version: int, reason: str, by: str, at: datetime) -> None:
        v = self.versions[version]
        v.status, v.signed_off, v.signatures = "Draft", False, {}

    @event(TierPolicyScheduled)
    def _scheduled(self, version: int, effective_from: datetime, by: str) -> None:
        v = self.versions[version]
        v.status, v.effective_from = "Scheduled", effective_from

    @event(TierPolicyActivated)
    def _activated(self, version: int, effective_from: datetime, by: str, signed_off: bool) -> None:
        v = self.versions[version]
        v.status, v.effective_from, v.signed_off = "Active", effective_from, signed_off
        self.active = version

    @event(TierPolicySuperseded)
    def _superseded(self, version: int, by_version: int, at: datetime) -> None:
        self.versions[version].status = "Superseded"

    @event(TierPolicySimulated)
    def _simulated(
        self, version: int, against_version: int, report_ref: str, report_digest: str, by: str, at: datetime
    ) -> None:
        """Changes nothing."""
