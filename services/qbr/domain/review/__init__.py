"""One quarterly business review."""

from services.qbr.domain.review.review import HeldEvent, Qbr, QbrEvent

__all__ = ["HeldEvent", "Qbr", "QbrEvent"]
