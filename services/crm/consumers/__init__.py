"""Foreign change events → mirror → facts.

`ingest` runs a batch: `touched` puts its changes into the mirror, `neighbours` loads what hangs together with them and
finds mergers, `telling` writes facts and persons. `watch` reports what no message tells, `rebuild` derives all facts
anew.
"""

from services.crm.consumers.ingest import Ingest
from services.crm.consumers.rebuild import rebuild
from services.crm.consumers.watch import Watch, keep_pace

__all__ = ["Ingest", "Watch", "keep_pace", "rebuild"]
