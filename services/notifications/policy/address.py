"""Where an employee's mail goes."""

from __future__ import annotations

import re
import unicodedata

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def mail_address(known: str | None, name: str | None, domain: str) -> str:
    """The address that the CRM has; without one, and if `domain` is set, `first.last@domain`; empty: none is known."""
    if known and "@" in known:
        return known
    plain = unicodedata.normalize("NFKD", (name or "").casefold().translate(_GERMAN))
    local = ".".join(re.findall(r"[a-z0-9-]+", plain.encode("ascii", "ignore").decode()))
    return f"{local}@{domain}" if domain and local else ""
