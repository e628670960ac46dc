"""What the accounts service decided, on `kam.accounts.v1`; Kafka key = account id (stream id for company-wide
policies).

`Envelope.stream` is the thing itself (account, contract, interaction, one person in one account …) and
`Envelope.version` its place there: a reader that keeps the highest version of each stream needs no other order. Money
is in minor units of `currency`, scores in basis points. Persons appear by `subject_id`; their names are on
`kam.people.v1`.
"""

from shared.contracts.accounts import account, commerce, handovers, people, tiers
from shared.contracts.accounts.base import CHANNEL

__all__ = ["CHANNEL", "account", "commerce", "handovers", "people", "tiers"]
