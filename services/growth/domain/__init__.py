"""The aggregates of the growth service. Importing this package makes all its stored events readable."""

from services.growth.domain.base import AccountEvent, Now
from services.growth.domain.plan import GrowthPlan
from services.growth.domain.planning import AccountPlanning
from services.growth.domain.play import Playbook, PlayRun
from services.growth.domain.whitespace import Whitespace

__all__ = ["AccountEvent", "AccountPlanning", "GrowthPlan", "Now", "PlayRun", "Playbook", "Whitespace"]
