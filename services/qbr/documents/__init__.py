"""The documents of a review: PowerPoint, PDF and HTML from one pack, internal or for the customer, in two languages.

    words = Words(people={subject: name or None}, remarks={section: (Remark(text, customer=True),)},
        results={field: text})
    documents.render(pack, words, "pptx", "customer", "de", template=corporate_pptx_bytes) -> bytes

The pack is the only source of figures; `words` has what packs never hold: names (missing or None: "[erased]") and free
text. The customer's version has no attitudes, no power, no roles, no internal sections; `share` names internal sections
that this release shows nevertheless (still without what they judge about persons).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.qbr.documents.language import LANGUAGES, Remark, Words
from services.qbr.documents.outline import outline
from services.qbr.pack.model import Pack
from shared.errors import Invalid

MEDIA_TYPES: Mapping[str, str] = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}

__all__ = ["LANGUAGES", "MEDIA_TYPES", "Remark", "Words", "render"]


def render(
    pack: Pack, words: Words, format: str, audience: str, locale: str | None = None, *,
    template: bytes | None = None, share: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """The document's bytes. `locale`: the pack's unless given. `template`: a .pptx whose layouts are used.

    Raises Invalid: no such format, audience or language, or the template lacks a layout (the message says which).
    """
    if format not in MEDIA_TYPES:
        raise Invalid(f"documents are made as {', '.join(MEDIA_TYPES)}, not as {format!r}", slug="format")
    if audience not in ("internal", "customer"):
        raise Invalid(f"a document is internal or for the customer, not {audience!r}", slug="audience")
    from services.qbr.documents import html, pdf, pptx  # here, so that who renders nothing does not carry python-pptx

    document = outline(pack, words, audience, locale or pack.locale, share)
    if format == "pptx":
        return pptx.render(document, template)
    return pdf.render(document) if format == "pdf" else html.render(document)
