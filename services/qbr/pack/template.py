"""Which sections a pack has, and what of them the customer may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.qbr.pack.model import Agenda, ResultField
from shared.errors import Invalid

SECTIONS = (
    "changes", "goals", "results", "value", "pipeline", "renewals", "cases", "usage", "risk", "stakeholders",
    "promises",
    "whitespace", "next_goals", "open_questions",
)  # fmt: skip
"""Every section that exists, in the order of the standard template; `changes` is what happened since the last QBR."""

FOR_CUSTOMER = frozenset(
    {"changes", "goals", "results", "value", "renewals", "cases", "usage", "promises", "next_goals"}
)
"""What a customer sees unless a template says otherwise; internal rows and columns of these stay internal."""


@dataclass(frozen=True, slots=True)
class Template:
    """A published template version, as far as packs need it."""

    id: str
    version: int
    agenda: tuple[Agenda, ...]
    result_fields: tuple[ResultField, ...]
    sections: tuple[str, ...] = SECTIONS
    customer: frozenset[str] = FOR_CUSTOMER

    @classmethod
    def of(
        cls, template_id: str, version: int, agenda: Iterable[Any], result_fields: Iterable[Any],
        sections: Iterable[str],
        customer: Iterable[str] = FOR_CUSTOMER,
    ) -> Template:  # fmt: skip
        """From the fields of `QbrTemplatePublished` (its models or their JSON); `changes` is in every pack and comes
        first. Raises Invalid for a section that does not exist.
        """
        names, shared = tuple(sections), frozenset(customer)
        if unknown := sorted({*names, *shared} - set(SECTIONS)):
            raise Invalid(f"no pack has the sections {unknown}; there are {', '.join(SECTIONS)}", slug="pack-section")
        return cls(
            template_id, version,
            tuple(Agenda.model_validate(a, from_attributes=True) for a in agenda),
            tuple(ResultField.model_validate(r, from_attributes=True) for r in result_fields),
            ("changes", *(n for n in names if n != "changes")), shared,
        )  # fmt: skip
