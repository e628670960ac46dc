"""Languages: catalogs read from `locales/<language>/LC_MESSAGES/portal.po` at start (no build step); who reads what.

Sentences are written in English in the templates (`_("…")`). Codes of the API (tier reasons, event kinds, …) are looked
up with `code(context, value)` in both catalogs; a code that is new shows as readable text instead of failing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = {"de": "Deutsch", "en": "English"}
DEFAULT = "en"
LOCALES = Path(__file__).parent / "locales"


def catalog_path(language: str) -> Path:
    """The source file of a language."""
    return LOCALES / language / "LC_MESSAGES" / "portal.po"


@cache
def catalog(language: str) -> Catalog:
    """The catalog of a language; parsed once."""
    with catalog_path(language).open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> Translations:
    """The same, ready to look things up."""
    compiled = BytesIO()
    write_mo(compiled, catalog(language))
    compiled.seek(0)
    return Translations(compiled)


def choose(query: str | None, cookie: str | None, accept: str | None) -> str:
    """The language of a request: asked for in the address, else remembered, else the browser's first that we have."""
    for wish in (query, cookie):
        if wish in LANGUAGES:
            return wish
    return negotiate_locale(_preferred(accept or ""), list(LANGUAGES), sep="-") or DEFAULT


def code(language: str, context: str, value: str | None) -> str:
    """A code of the API in words; one that no catalog knows is made readable: `RenewedLate` → `Renewed late`."""
    if not value:
        return ""
    return known(language, context, value) or humanised(value)


def known(language: str, context: str, value: str) -> str | None:
    """A code in words if the catalog has it, else None."""
    message = catalog(language).get(value, context)
    return str(message.string) if message and message.string else None


def humanised(value: str) -> str:
    """`renewal_lead_days` → `Renewal lead days`, `TierAssessed` → `Tier assessed`."""
    if " " in value:
        return value  # words already
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", value).replace("_", " ").replace("-", " ").split()
    text = " ".join(w if w.isupper() and len(w) > 1 and len(words) > 1 else w.lower() for w in words)
    return text[:1].upper() + text[1:]


def _preferred(accept: str) -> Iterable[str]:
    """The languages of an Accept-Language header, best first; nonsense is ignored, as the header is only a wish."""
    wishes = []
    for place, part in enumerate(accept.split(",")):
        match = re.fullmatch(r"\s*([A-Za-z-]+)\s*(?:;\s*q=([01](?:\.\d{1,3})?))?\s*", part)
        if match and float(match[2] or 1) > 0:
            wishes.append((-float(match[2] or 1), place, match[1]))
    return [tag for _, _, tag in sorted(wishes)]
