"""The gRPC clients of the portal: one for each service, all with the same deadlines, retries and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.clients.accounts import AccountsClient
from services.portal.clients.channel import ATTEMPTS, DEADLINE, Connection, Deciding, ServiceDown, Target
from services.portal.clients.growth import GrowthClient
from services.portal.clients.insights import InsightsClient
from services.portal.clients.mailbox import Mailbox
from services.portal.clients.notifications import NotificationsClient
from services.portal.clients.policies import Lab, RiskLab, TierLab
from services.portal.clients.qbr import QbrClient
from services.portal.clients.risk import RiskClient

__all__ = [
    "ATTEMPTS",
    "DEADLINE",
    "AccountsClient",
    "Clients",
    "Connection",
    "Deciding",
    "GrowthClient",
    "InsightsClient",
    "Mailbox",
    "NotificationsClient",
    "QbrClient",
    "RiskClient",
    "ServiceDown",
    "Target",
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

    async def close(self) -> None:
        """Ends the connections."""
        for client in (self.accounts, self.qbr, self.growth, self.risk, self.notifications, self.insights):
            await client.close()
