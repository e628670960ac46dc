"""The qbr service: its queries as typed models, its commands by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.portal.clients.channel import DEADLINE, Deciding, Target, text
from services.portal.models import (
    Document,
    Ledger,
    Pack,
    PreparationTimes,
    Qbr,
    Qbrs,
    QbrStatus,
    SinceLastQbr,
    StoredEvent,
)
from shared.protos import accounts_pb2 as common
from shared.protos import qbr_pb2 as pb
from shared.protos.qbr_pb2_grpc import QbrCommandsStub, QbrQueriesStub

DOCUMENT_DEADLINE = 20.0  # seconds: a deck of the biggest account is measured in seconds


class QbrClient(Deciding):
    """QBRs, packs, documents, promises."""

    service = "qbr"

    def __init__(self, target: Target | str, *, deadline: float = DEADLINE) -> None:
        super().__init__(target, deadline=deadline)
        self._stub = QbrQueriesStub(self.channel)  # type: ignore[no-untyped-call]
        self._commands = QbrCommandsStub(self.channel)  # type: ignore[no-untyped-call]

    async def qbrs(self, as_of: date | None = None, account_ids: Sequence[str] = ()) -> Qbrs:
        """Every QBR and series, of some accounts or of all."""
        request = pb.ListQbrsRequest(as_of=text(as_of), account_ids=account_ids)
        return await self.ask(Qbrs, self._stub.ListQbrs, request)

    async def qbr(self, qbr_id: str, as_of: date | None = None) -> Qbr:
        """One QBR with everything that belongs to it."""
        return await self.ask(Qbr, self._stub.GetQbr, pb.GetQbrRequest(qbr_id=qbr_id, as_of=text(as_of)))

    async def pack(self, qbr_id: str, locale: str, *, preview: bool = False, pack_hash: str = "") -> Pack:
        """The frozen pack of a QBR; with `preview` how it would be now."""
        request = pb.GetPackRequest(qbr_id=qbr_id, locale=locale, preview=preview, pack_hash=pack_hash)
        return await self.ask(Pack, self._stub.GetPack, request)

    async def document(self, qbr_id: str, form: str, audience: str, locale: str, *, preview: bool = False) -> Document:
        """The pack as pptx, pdf or html, for an audience."""
        request = pb.GetPackDocumentRequest(
            qbr_id=qbr_id, format=form, audience=audience, locale=locale, preview=preview
        )
        return await self.ask(Document, self._stub.GetPackDocument, request, DOCUMENT_DEADLINE)

    async def since_last(self, account_id: str, locale: str, as_of: date | None = None) -> SinceLastQbr:
        """What changed at an account since its last QBR."""
        request = pb.GetSinceLastQbrRequest(account_id=account_id, as_of=text(as_of), locale=locale)
        return await self.ask(SinceLastQbr, self._stub.GetSinceLastQbr, request)

    async def ledger(self, account_id: str = "", as_of: date | None = None) -> Ledger:
        """The promises of an account, or of all."""
        request = pb.GetLedgerRequest(account_id=account_id, as_of=text(as_of))
        return await self.ask(Ledger, self._stub.GetLedger, request)

    async def preparation_times(self, first: date | None = None, last: date | None = None) -> PreparationTimes:
        """How long preparations took, by team; days of publication."""
        request = pb.GetPreparationTimesRequest(until=text(last), **{"from": text(first)})
        return await self.ask(PreparationTimes, self._stub.GetPreparationTimes, request)

    async def event(self, event_id: str) -> StoredEvent:
        """One stored event, as it was recorded."""
        return await self.ask(StoredEvent, self._stub.GetEvent, common.GetEventRequest(event_id=event_id))

    async def status(self) -> QbrStatus:
        """How far the service has read and shown."""
        return await self.ask(QbrStatus, self._stub.GetStatus, pb.GetQbrStatusRequest())
