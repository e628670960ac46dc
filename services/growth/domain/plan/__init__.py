"""The growth plan."""

from services.growth.domain.plan.plan import GrowthPlan

__all__ = ["GrowthPlan"]
