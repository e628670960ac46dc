"""Foreign change events → mirror → facts: `ingest` runs a batch, `merging` finds the mergers in it, `neighbours` loads what
hangs together with what was touched, `telling` writes events and persons, `watch` reports what no message tells."""

from services.crm.consumers.ingest import Ingest
from services.crm.consumers.watch import Watch

__all__ = ["Ingest", "Watch"]
