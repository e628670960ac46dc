"""The gRPC clients of the portal: one for each service, all with the same deadlines, retries and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from services.portal.clients.accounts import AccountsClient
from services.portal.clients.channel import ATTEMPTS, DEADLINE, Connection, Deciding, ServiceDown, Target
from services.portal.clients.growth import GrowthClient
from services.portal.clients.insights import InsightsClient
from services.portal.clients.mailbox import Mailbox
from services.portal.clients.notifications import NotificationsClient
from services.portal.clients.passport import NOBODY, PORTAL, Passports, act_as, acting_as
from services.portal.clients.policies import Lab, RiskLab, TierLab
from services.portal.clients.qbr import QbrClient
from services.portal.clients.risk import RiskClient
from services.portal.inputs import Actor
from shared.edge.access import ANYBODY, Caller, Verb, may

__all__ = [
    "ATTEMPTS",
    "DEADLINE",
    "NOBODY",
    "PORTAL",
    "AccountsClient",
    "Clients",
    "Connection",
    "Deciding",
    "GrowthClient",
    "InsightsClient",
    "Mailbox",
    "NotificationsClient",
    "Passports",
    "QbrClient",
    "RiskClient",
    "ServiceDown",
    "Target",
    "act_as",
    "acting_as",
]

At = Target | str
"""A text is `host:port` without TLS."""


@dataclass(frozen=True, slots=True)
class Clients:
    """One client for each service."""

    accounts: AccountsClient
    qbr: QbrClient
    growth: GrowthClient
    risk: RiskClient
    notifications: NotificationsClient
    insights: InsightsClient

    @classmethod
    def of(
        cls,
        accounts: At,
        qbr: At,
        growth: At,
        risk: At,
        notifications: At,
        insights: At,
        *,
        deadline: float = DEADLINE,
    ) -> Clients:
        """Connected to each."""
        return cls(
            AccountsClient(accounts, deadline=deadline),
            QbrClient(qbr, deadline=deadline),
            GrowthClient(growth, deadline=deadline),
            RiskClient(risk, deadline=deadline),
            NotificationsClient(notifications, deadline=deadline),
            InsightsClient(insights, deadline=deadline),
        )

    @property
    def labs(self) -> Mapping[str, Lab]:
        """The kinds of policy that the policy lab knows, by name."""
        return {"tier": TierLab(self.accounts, self.insights), "risk": RiskLab(self.risk)}

    def carry(self, passports: Passports) -> None:
        """From now on every call says in whose name it is made."""
        for field in fields(self):
            getattr(self, field.name).passports = passports

    async def reach(self, actor: Actor) -> Caller:
        """What somebody may and which accounts they reach; everybody reaches all while calls carry no passports."""
        passports = self.accounts.passports
        return await passports.caller(actor) if passports else ANYBODY

    def may(self, actor: Actor, verb: Verb) -> bool:
        """Whether the services will let somebody do this, as far as their roles say."""
        return self.accounts.passports is None or may(actor.roles, verb)

    async def close(self) -> None:
        """Ends the connections."""
        for client in (self.accounts, self.qbr, self.growth, self.risk, self.notifications, self.insights):
            await client.close()
