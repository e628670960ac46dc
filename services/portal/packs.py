"""The data pack as the page shows it: sections in order, with health and notes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.models import Note, Pack, PackContent, PackSection

LAMPS = {"ok": "green", "empty": "grey", "stale": "amber", "not_available": "grey"}
ROWS = 12  # rows of a table shown at once; the rest is in the documents


@dataclass(frozen=True, slots=True)
class OpenPack:
    """A pack with what is inside."""

    pack: Pack
    content: PackContent

    @property
    def trusted(self) -> int:
        """How many sections have figures."""
        return sum(1 for s in self.content.sections if s.status == "ok")


def opened(pack: Pack | None) -> OpenPack | None:
    """The pack with its content; raises pydantic's ValidationError if the service broke its contract."""
    if pack is None:
        return None
    return OpenPack(pack, PackContent.model_validate_json(pack.canonical_json))


def lamp(section: PackSection) -> str:
    """The lamp of a section."""
    return LAMPS.get(section.status, "grey")


def by_section(notes: Sequence[Note]) -> Mapping[str, list[Note]]:
    """Notes by what they are about, oldest first."""
    out: dict[str, list[Note]] = {}
    for note in sorted(notes, key=lambda n: str(n.written_at or "")):
        out.setdefault(note.section, []).append(note)
    return out
