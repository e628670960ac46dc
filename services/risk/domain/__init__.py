"""The risk domain: aggregates with their events nested. Commands decide (and may raise `Rejected`), `@event` methods
apply.

Pure: no database, no clock. Every process that reads the log imports this package, so that all topics are known.
"""

from services.risk.domain.account_risk import AccountRisk
from services.risk.domain.base import RiskEvent
from services.risk.domain.escalation import Escalation
from services.risk.domain.models import RiskModels
from services.risk.domain.risk_item import RiskItem

__all__ = ["AccountRisk", "Escalation", "RiskEvent", "RiskItem", "RiskModels"]
