"""Facts about contact with the customer: counts only."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from pydantic import Field

from shared.contracts.bi.base import Sourced


class FactContactDay(Sourced):
    """Contacts with an account on a day (company time zone), by kind. Numbers only: neither who nor what."""

    TABLE: ClassVar[str] = "fact_contact_day"
    KEY: ClassVar[tuple[str, ...]] = ("account_id", "day", "kind")
    day: date = Field(description="Day in the company's time zone")
    kind: str = Field(description="meeting, call, mail, offer or ticket")
    contacts: int = Field(description="Contacts that took place")
    meaningful: int = Field(description="Those in which both sides talked, or the customer wrote")
    customers: int = Field(description="Distinct persons of the customer in meaningful ones")
