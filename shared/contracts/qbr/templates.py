"""What a QBR consists of."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shared.contracts.base import Contract, PublicEvent
from shared.contracts.qbr.base import CHANNEL


class AgendaSection(Contract):
    """One section of the agenda. `goals`, `results`, `risks` and `next_steps` are in every template."""

    key: str = Field(description="Name of the section for programs")
    title_de: str = Field(description="Title in German")
    title_en: str = Field(description="Title in English")
    minutes: int = Field(description="Time planned, minutes")


class ResultField(Contract):
    """One result that is recorded of every QBR held with the template."""

    key: str = Field(description="Name of the field for programs")
    title_de: str = Field(description="Title in German")
    title_en: str = Field(description="Title in English")
    required: bool = Field(description="Whether it must be filled in")


class QbrTemplatePublished(PublicEvent):
    """A version of a template holds from now on; packs and reviews name the version that they used."""

    CHANNEL: ClassVar[str] = CHANNEL
    TYPE: ClassVar[str] = "QbrTemplatePublished"
    template_id: str = Field(description="Name of the template")
    template_version: int = Field(description="Version of the template")
    agenda: tuple[AgendaSection, ...] = Field(description="Sections in their order")
    result_fields: tuple[ResultField, ...] = Field(description="What is recorded of every QBR")
    pack_sections: tuple[str, ...] = Field(description="Sections of the data pack, in their order")
