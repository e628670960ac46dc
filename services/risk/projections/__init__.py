"""The projection `risk_reads_v1` (our own log → the tables of `reads`), and what our own events wake."""

from services.risk.projections.rows import RiskReads
from services.risk.projections.wake import Wake

__all__ = ["RiskReads", "Wake"]
