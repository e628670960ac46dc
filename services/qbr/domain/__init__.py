"""The qbr domain: aggregates with their events nested. Commands decide (and may raise `Rejected`), `@event` methods
apply.

Pure: no database, no clock. Every process that reads the log imports this package, so that all topics are known.
"""

from services.qbr.domain.action import ActionEvent, ActionItem
from services.qbr.domain.base import AccountEvent
from services.qbr.domain.review import HeldEvent, Qbr, QbrEvent
from services.qbr.domain.series import Series, SeriesEvent
from services.qbr.domain.template import QbrTemplate

__all__ = [
    "AccountEvent",
    "ActionEvent",
    "ActionItem",
    "HeldEvent",
    "Qbr",
    "QbrEvent",
    "QbrTemplate",
    "Series",
    "SeriesEvent",
]
