"""The risk service: colours with their reasons, forecasts, escalations; its commands by step."""

from __future__ import annotations

from datetime import date

from services.portal.clients.channel import DEADLINE, Deciding, Target, text
from services.portal.models import (
    EscalationDetail,
    Escalations,
    RiskAccount,
    RiskBoard,
    RiskForecast,
    RiskModel,
    RiskStatus,
    RiskTrend,
    StoredEvent,
    WhatIf,
    WhatIfs,
)
from shared.protos import accounts_pb2 as common
from shared.protos import risk_pb2 as pb
from shared.protos.risk_pb2_grpc import RiskCommandsStub, RiskQueriesStub

FORECAST_DEADLINE = 15.0  # seconds: every account is run forward by 90 days


class RiskClient(Deciding):
    """Colours, reasons, forecasts, risk items, escalations."""

    service = "risk"

    def __init__(self, target: Target | str, *, deadline: float = DEADLINE) -> None:
        super().__init__(target, deadline=deadline)
        self._stub = RiskQueriesStub(self.channel)  # type: ignore[no-untyped-call]
        self._commands = RiskCommandsStub(self.channel)  # type: ignore[no-untyped-call]

    async def board(self, as_of: date | None = None) -> RiskBoard:
        """Every judged account with its colour, the gravest first; tier × colour; totals."""
        return await self.ask(RiskBoard, self._stub.ListRisk, pb.ListRiskRequest(as_of=text(as_of)))

    async def account(self, account_id: str, as_of: date | None = None) -> RiskAccount:
        """One account: why, what would help, what comes, what is done. Raises NotFound if it was never judged."""
        request = pb.GetRiskRequest(account_id=account_id, as_of=text(as_of))
        return await self.ask(RiskAccount, self._stub.GetRisk, request)

    async def trend(self, as_of: date | None = None, weeks: int = 0) -> RiskTrend:
        """The board week by week; 0 weeks are a quarter."""
        return await self.ask(RiskTrend, self._stub.GetTrend, pb.GetTrendRequest(as_of=text(as_of), weeks=weeks))

    async def forecast(self, account_id: str = "", days: int = 90, as_of: date | None = None) -> RiskForecast:
        """What time alone brings, for an account or for all; `as_of`: what it promised then."""
        request = pb.GetForecastRequest(account_id=account_id, days=days, as_of=text(as_of))
        return await self.ask(RiskForecast, self._stub.GetForecast, request, FORECAST_DEADLINE)

    async def escalations(
        self, account_id: str = "", *, with_closed: bool = False, as_of: date | None = None
    ) -> Escalations:
        """Escalations, open and gravest first."""
        request = pb.ListEscalationsRequest(account_id=account_id, with_closed=with_closed, as_of=text(as_of))
        return await self.ask(Escalations, self._stub.ListEscalations, request)

    async def escalation(self, escalation_id: str) -> EscalationDetail:
        """One escalation with everything that was said and decided. Raises NotFound."""
        request = pb.GetEscalationRequest(escalation_id=escalation_id)
        return await self.ask(EscalationDetail, self._stub.GetEscalation, request)

    async def model(self, version: int = 0) -> RiskModel:
        """A version of the risk model; 0 is the active one."""
        return await self.ask(RiskModel, self._stub.GetModel, pb.GetModelRequest(version=version))

    async def what_if(self, whatif_id: str) -> WhatIf:
        """A run over all history: its progress, then its report. Raises NotFound."""
        return await self.ask(WhatIf, self._stub.GetWhatIf, pb.GetWhatIfRequest(whatif_id=whatif_id))

    async def what_ifs(self) -> WhatIfs:
        """What was tried, newest first."""
        return await self.ask(WhatIfs, self._stub.ListWhatIfs, pb.ListWhatIfsRequest())

    async def event(self, event_id: str) -> StoredEvent:
        """One stored event, or a fact of the crm service that is the evidence of a colour."""
        return await self.ask(StoredEvent, self._stub.GetEvent, common.GetEventRequest(event_id=event_id))

    async def status(self) -> RiskStatus:
        """How far colours are evaluated."""
        return await self.ask(RiskStatus, self._stub.GetStatus, pb.GetRiskStatusRequest())
