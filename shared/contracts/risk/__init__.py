"""Risk colours that explain themselves, on `kam.risk.v1`; Kafka key = account id (stream id for risk models, which hold
for the whole company).

`Envelope.stream` is the thing itself (the account's risk, a risk item, an escalation, the models). Scores are basis
points: 0 good, 10000 bad. Free text is never here: `…_ref` names it inside the service. Titles are short and name no
persons.
"""

from shared.contracts.risk import colours, escalations, items, models, overrides
from shared.contracts.risk.base import CHANNEL

__all__ = ["CHANNEL", "colours", "escalations", "items", "models", "overrides"]
