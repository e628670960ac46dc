"""The gRPC clients of the portal: one for each service, all with the same deadlines, retries and errors."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.clients.accounts import AccountsClient
from services.portal.clients.channel import ATTEMPTS, DEADLINE, Connection, ServiceDown
from services.portal.clients.growth import GrowthClient
from services.portal.clients.qbr import QbrClient

__all__ = [
    "ATTEMPTS",
    "DEADLINE",
    "AccountsClient",
    "Clients",
    "Connection",
    "GrowthClient",
    "QbrClient",
    "ServiceDown",
]


@dataclass(frozen=True, slots=True)
class Clients:
    """One client for each service."""

    accounts: AccountsClient
    qbr: QbrClient
    growth: GrowthClient

    @classmethod
    def of(cls, accounts: str, qbr: str, growth: str, *, deadline: float = DEADLINE) -> Clients:
        """Connected to `host:port` each."""
        return cls(
            AccountsClient(accounts, deadline=deadline),
            QbrClient(qbr, deadline=deadline),
            GrowthClient(growth, deadline=deadline),
        )

    async def close(self) -> None:
        """Ends the connections."""
        for client in (self.accounts, self.qbr, self.growth):
            await client.close()
