"""The accounts domain: aggregates with their events nested. Commands decide (and may raise `Rejected`), `@event`
methods apply.

Pure: no database, no clock. Every process that reads the log imports this package, so that all topics are known.
"""

from services.accounts.domain.account import Account
from services.accounts.domain.base import AccountEvent
from services.accounts.domain.contract import Contract
from services.accounts.domain.handover import Handover
from services.accounts.domain.interaction import Interaction
from services.accounts.domain.sensitive import SensitiveTopic
from services.accounts.domain.stakeholder import Stakeholder
from services.accounts.domain.standards import AccountStandards, StandardsPolicy
from services.accounts.domain.team import AccountTeam
from services.accounts.domain.tier import AccountTier
from services.accounts.domain.tier_policy import TierPolicy
from services.accounts.domain.usage import UsageReading

__all__ = [
    "Account",
    "AccountEvent",
    "AccountStandards",
    "AccountTeam",
    "AccountTier",
    "Contract",
    "Handover",
    "Interaction",
    "SensitiveTopic",
    "Stakeholder",
    "StandardsPolicy",
    "TierPolicy",
    "UsageReading",
]
