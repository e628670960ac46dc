"""A person of the customer: events and state in `stakeholder`, the commands in `assessments`."""

from services.accounts.domain.stakeholder.stakeholder import Stakeholder

__all__ = ["Stakeholder"]
