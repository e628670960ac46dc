"""What every public event of the qbr service has."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import PublicEvent

CHANNEL = "kam.qbr.v1"
Tier = Literal["A", "B", "C", "N"]
Side = Literal["ours", "customer"]


class QbrFact(PublicEvent):
    """Something about the reviews of one account."""

    CHANNEL: ClassVar[str] = CHANNEL
    account_id: UUID


class SeriesFact(QbrFact):
    """Something about the series of an account: the rhythm of its reviews."""

    series_id: UUID = Field(description="Series, one for each account")


class ReviewFact(QbrFact):
    """Something about one QBR."""

    qbr_id: UUID = Field(description="The QBR")


class ActionFact(ReviewFact):
    """Something about one action item of a QBR."""

    action_id: UUID = Field(description="The action item")
