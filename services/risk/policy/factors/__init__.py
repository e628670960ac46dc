"""The six factors: from the book to signals, each with its value and what it rests on."""

from services.risk.policy.factors import commercial, delivery, engagement, relationship, service, usage
from services.risk.policy.factors.base import Evidence, Now, Signal

SIGNALS = {
    "relationship": relationship.signals,
    "engagement": engagement.signals,
    "service": service.signals,
    "usage": usage.signals,
    "commercial": commercial.signals,
    "delivery": delivery.signals,
}

__all__ = [
    "SIGNALS",
    "Evidence",
    "Now",
    "Signal",
    "commercial",
    "delivery",
    "engagement",
    "relationship",
    "service",
    "usage",
]
