"""Words that people type into a search: case and accents do not count, and `ue` finds `ü`."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "ß": "ss"})

_BARRED = str.maketrans("łđøħ", "ldoh")  # letters that no decomposition splits


def folded(text: str) -> str:
    """Without case and accents: `Müller` → `muller`, `Straße` → `strasse`."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).casefold().translate(_BARRED))
    return "".join(c for c in plain if not unicodedata.combining(c))


def searchable(*texts: str | None) -> str:
    """What a search looks through: the texts folded, and as they are spelt without umlauts (`muller mueller`)."""
    whole = " ".join(t for t in texts if t)
    plain, spelt = folded(whole), folded(unicodedata.normalize("NFC", whole).casefold().translate(_SPELT))
    return plain if plain == spelt else f"{plain} {spelt}"


def words(query: str) -> list[str]:
    """The words of a query, folded, each once."""
    return list(dict.fromkeys(folded(query).split()))


def fits(wanted: Sequence[str], text: str) -> bool:
    """Whether every word occurs in a searchable text."""
    return bool(wanted) and all(word in text for word in wanted)
