"""What the growth service decided, on `kam.growth.v1`; Kafka key = account id (stream id for play books).

`Envelope.stream` is the plan, the run of a play, the account's planning or its whitespace; `Envelope.version` its
place there. Days are dates in the account's time zone.
"""

from shared.contracts.growth import accounts, goals, initiatives, milestones, plans, plays
from shared.contracts.growth.base import CHANNEL

__all__ = ["CHANNEL", "accounts", "goals", "initiatives", "milestones", "plans", "plays"]
