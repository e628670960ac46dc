"""What became of alerts, on `kam.notifications.v1`; Kafka key = account id (stream id for the rule book).

Who was told, saw or acknowledged is not public: reactions of single employees are shown to themselves only, and counted
for groups. `Envelope.stream` is the alert.
"""

from shared.contracts.notifications import alerts
from shared.contracts.notifications.alerts import CHANNEL

__all__ = ["CHANNEL", "alerts"]
