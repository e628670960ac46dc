"""What a QBR template may be: the four sections Ziele, Ergebnisse, Risiken, Nächste Schritte are always there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FIXED = ("goals", "results", "risks", "next_steps")
PACK_SECTIONS = (
    "changes", "goals", "results", "value", "pipeline", "renewals", "cases", "usage", "risk", "stakeholders",
    "promises", "whitespace", "next_goals", "open_questions",
)  # fmt: skip
"""The sections that a data pack can have."""

_KEY = r"^[a-z][a-z0-9_]{0,39}$"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=_KEY)
    title_de: str = Field(min_length=1, max_length=80)
    title_en: str = Field(min_length=1, max_length=80)


class Section(_Part):
    """One section of the agenda."""

    minutes: int = Field(ge=0, le=480)


class ResultField(_Part):
    """One result that is recorded."""

    required: bool


class Document(BaseModel):
    """A template document."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    agenda: tuple[Section, ...]
    result_fields: tuple[ResultField, ...] = ()
    pack_sections: tuple[str, ...] = PACK_SECTIONS


def document(raw: Mapping[str, Any]) -> Document:
    """Reads a document. Raises ValueError with the field that is wrong."""
    try:
        return Document.model_validate(raw)
    except ValidationError as e:
        first = e.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from e


def faults(found: Document) -> dict[str, str]:
    """What keeps a document from being a template: slug → what to do. Empty: nothing."""
    wrong: dict[str, str] = {}
    keys = [s.key for s in found.agenda]
    if missing := [k for k in FIXED if k not in keys]:
        wrong["fixed-section-missing"] = f"These sections are in every template: {', '.join(missing)}."
    for what, names in (("section", keys), ("result-field", [f.key for f in found.result_fields]),
                        ("pack-section", list(found.pack_sections))):  # fmt: skip
        if twice := {k for k in names if names.count(k) > 1}:
            wrong[f"{what}-twice"] = f"Name each once: {', '.join(sorted(twice))}."
    if unknown := [k for k in found.pack_sections if k not in PACK_SECTIONS]:
        wrong["pack-section-unknown"] = f"No pack has {', '.join(unknown)}; choose from {', '.join(PACK_SECTIONS)}."
    return wrong
