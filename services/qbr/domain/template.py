"""A QBR template in versions: drafted, then published; a published version never changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.qbr.domain.base import need
from services.qbr.policy.templates import Document, ResultField, Section, document, faults
from shared import ids
from shared.errors import Rejected
from shared.eventstore.events import Aggregate, AggregateCreated, AggregateEvent


class QbrTemplate(Aggregate):
    """Stream id = `QbrTemplate.create_id(template_id)`. Holds for the whole company."""

    TOPIC = "qbr.QbrTemplate"

    class Event(AggregateEvent): ...

    class QbrTemplateOpened(AggregateCreated, Event):
        TOPIC = "qbr.QbrTemplateOpened"
        template_id: str

    class QbrTemplateDrafted(Event):
        """A new version, or another draft of one that is not published yet."""

        TOPIC = "qbr.QbrTemplateDrafted"
        template_id: str
        template_version: int
        document: dict[str, Any]
        by: str

    class QbrTemplatePublished(Event):
        """From now on new packs and QBRs go by this version."""

        TOPIC = "qbr.QbrTemplatePublished"
        template_id: str
        template_version: int
        agenda: tuple[Section, ...]
        result_fields: tuple[ResultField, ...]
        pack_sections: tuple[str, ...]
        by: str

    @event(QbrTemplateOpened)
    def __init__(self, template_id: str) -> None:
        self.template_id = template_id
        self.drafts: dict[int, dict[str, Any]] = {}
        self.published: dict[int, Document] = {}

    @staticmethod
    def create_id(template_id: str) -> UUID:
        """The stream of a template."""
        return ids.derived("qbr-template", template_id)

    @property
    def current(self) -> int | None:
        """The version that holds; None: none was published."""
        return max(self.published, default=None)

    def draft(self, raw: dict[str, Any], by: str) -> int:
        """Drafts the version after the last published one. Returns its number."""
        _read(raw)
        version = (self.current or 0) + 1
        if self.drafts.get(version) != raw:
            self._drafted(self.template_id, version, raw, by)
        return version

    def publish(self, version: int, by: str) -> None:
        """Lets a drafted version hold."""
        if version in self.published:
            return
        need(version in self.drafts, "template-version-unknown", f"There is no draft of version {version}.")
        found = _read(self.drafts[version])
        self._published(self.template_id, version, found.agenda, found.result_fields, found.pack_sections, by)

    @event(QbrTemplateDrafted)
    def _drafted(self, template_id: str, template_version: int, document: dict[str, Any], by: str) -> None:
        self.drafts[template_version] = document

    @event(QbrTemplatePublished)
    def _published(
        self, template_id: str, template_version: int, agenda: tuple[Section, ...],
        result_fields: tuple[ResultField, ...], pack_sections: tuple[str, ...], by: str,
    ) -> None:  # fmt: skip
        self.published[template_version] = Document(
            agenda=agenda, result_fields=result_fields, pack_sections=pack_sections
        )


def _read(raw: dict[str, Any]) -> Document:
    """Raises Rejected with the first rule that the document breaks."""
    try:
        found = document(raw)
    except ValueError as e:
        raise Rejected("template-unreadable", f"The template cannot be read: {e}") from e
    for slug, message in faults(found).items():
        raise Rejected(slug, message)
    return found
