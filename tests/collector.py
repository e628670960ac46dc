"""A collector of traces for tests: takes OTLP by HTTP on a free port and keeps every span."""

from __future__ import annotations

import gzip
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Seen:
    """One span: who made it, ids in hex, what was said."""

    service: str
    role: str
    name: str
    trace: str
    span: str
    parent: str
    attributes: dict[str, Any]


@dataclass
class Collector:
    """What has come so far."""

    address: str = ""
    spans: list[Seen] = field(default_factory=list)

    def by_trace(self) -> dict[str, list[Seen]]:
        """The spans of each trace."""
        found: dict[str, list[Seen]] = defaultdict(list)
        for s in tuple(self.spans):
            found[s.trace].append(s)
        return found

    def take(self, body: bytes) -> None:
        """An export request."""
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            who = _plain(resource.resource.attributes)
            for scope in resource.scope_spans:
                for s in scope.spans:
                    ids = s.trace_id.hex(), s.span_id.hex(), s.parent_span_id.hex()
                    told = Seen(who["service.name"], who["stellwerk.role"], s.name, *ids, _plain(s.attributes))
                    self.spans.append(told)


def _plain(pairs: Any) -> dict[str, Any]:
    return {p.key: getattr(p.value, p.value.WhichOneof("value") or "string_value") for p in pairs}


@contextmanager
def collecting() -> Iterator[Collector]:
    """Listens until left."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.take(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
