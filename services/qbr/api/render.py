"""A pack as a document: its words (names, remarks, results) are put in here, and never kept in the pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr import documents
from services.qbr.app import texts
from services.qbr.documents import LANGUAGES, Remark, Words
from services.qbr.pack import Pack
from services.qbr.reads import states
from services.qbr.reads.asof import AsOf
from shared.people import names

__all__ = ["AUDIENCES", "FORMS", "LANGUAGES", "document", "file_name", "words"]

FORMS: Mapping[str, str] = dict(documents.MEDIA_TYPES)
"""Format → media type."""
AUDIENCES = ("internal", "customer")


async def shared(conn: AsyncConnection, qbr_id: UUID, pack_hash: str) -> tuple[str, ...]:
    """The internal sections that the pack's newest release to the customer shows."""
    told = await states.told(conn, AsOf.everything(), qbr_id=qbr_id, type="QBRPackPublished")
    released = [r["data"] for r in told if r["data"]["audience"] == "customer" and r["data"]["pack_hash"] == pack_hash]
    return tuple(released[-1].get("shared_sections", ())) if released else ()


async def words(conn: AsyncConnection, pack: Pack, account_id: UUID, qbr_id: UUID | None) -> Words:
    """Names of the persons in the pack, and what was annotated and recorded of the QBR."""
    persons = {UUID(p) for p in pack.persons()}
    known = await names(conn, persons) if persons else {}
    people = {str(p): known[p].name if p in known else None for p in persons}
    if qbr_id is None:
        return Words(people)
    told = await states.told(conn, AsOf.everything(), qbr_id=qbr_id)
    annotated = [r["data"] for r in told if r["type"] == "QBRPackAnnotated"]
    results = {k: v for r in told if r["type"] == "QBRResultsRecorded" for k, v in r["data"]["results"].items()}
    refs = [UUID(a["text_ref"]) for a in annotated] + [UUID(v) for v in results.values()]
    found = await texts.words(conn, refs)
    remarks: dict[str, tuple[Remark, ...]] = {}
    for a in annotated:
        if body := _body(found, a["text_ref"]):
            remarks[a["section"]] = (*remarks.get(a["section"], ()), Remark(body, a.get("customer", False)))
    return Words(people, remarks, {k: body for k, v in results.items() if (body := _body(found, v))})


def _body(found: Mapping[UUID, Mapping[str, Any]], ref: str) -> str:
    text = found.get(UUID(ref))
    return text["body"] if text else ""


def document(
    pack: Pack, said: Words, form: str, audience: str, language: str, template: bytes, share: Sequence[str] = ()
) -> bytes:
    """The bytes of the document. Raises Invalid for a template that is no .pptx with the layouts needed."""
    return documents.render(pack, said, form, audience, language, template=template or None, share=share)


def file_name(pack: Pack, form: str, audience: str) -> str:
    """Such as `qbr-acme-2026-11-15-customer.pptx`: letters, digits and hyphens only."""
    account = next((str(f.value) for f in pack.account if f.name == "name" and f.value), "account")
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in account.lower())
    slug = "-".join(part for part in plain.split("-") if part) or "account"
    return f"qbr-{slug}-{pack.day}-{audience}.{form}"
