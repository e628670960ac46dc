"""gRPC by TLS, both ways: a caller is known by its certificate, and whether it may call is asked at every call.

A certificate names its service by one URI, `spiffe://stellwerk/<service>`. Files are read anew when they change: a
renewed certificate needs no restart. Without STELLWERK_GRPC_CA all of this is off, as on a machine of one's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import structlog

from shared.edge.around import Around, Method
from shared.errors import Invalid
from shared.settings import ProcessSettings

log = structlog.get_logger(__name__)

DOMAIN = "spiffe://stellwerk/"


@dataclass(frozen=True, slots=True)
class Mtls:
    """The files of one service (PEM): the CA of all, its own certificate and key."""

    ca: Path
    certificate: Path
    key: Path

    @classmethod
    def of(cls, settings: ProcessSettings) -> Mtls | None:
        """None if gRPC shall be without TLS. Raises Invalid for a CA without a certificate."""
        if settings.grpc_ca is None:
            return None
        if settings.grpc_certificate is None or settings.grpc_key is None:
            raise Invalid("STELLWERK_GRPC_CA needs STELLWERK_GRPC_CERTIFICATE and STELLWERK_GRPC_KEY", slug="half-tls")
        return cls(settings.grpc_ca, settings.grpc_certificate, settings.grpc_key)

    def read(self) -> tuple[bytes, bytes, bytes]:
        """(key, certificate, CA) as they are now. Raises OSError."""
        return self.key.read_bytes(), self.certificate.read_bytes(), self.ca.read_bytes()

    def server(self) -> grpc.ServerCredentials:
        """For a server: who shows no certificate of the CA is refused before any call. Raises OSError."""
        known = self.read()

        def made(key: bytes, certificate: bytes, ca: bytes) -> Any:
            return grpc.ssl_server_certificate_configuration([(key, certificate)], ca)

        def renewed() -> Any:
            """Asked at each handshake; None: as before."""
            nonlocal known
            before, known = known, self.read()
            return None if known == before else made(*known)

        return grpc.dynamic_ssl_server_credentials(made(*known), renewed, require_client_authentication=True)


class Callers(Around):
    """Refuses each call of a service that is not among the `allowed` (names, comma-separated). What streams is not
    served at all: nobody but a developer asks for it."""

    streams = False

    def __init__(self, allowed: str) -> None:
        self.allowed = {DOMAIN + name.strip() for name in allowed.split(",")}

    async def around(self, name: str, method: Method, request: Any, context: Any) -> Any:
        names = {n.decode() for n in context.auth_context().get("x509_subject_alternative_name", ())}
        if not self.allowed & names:
            log.warning("caller refused", method=name, names=sorted(names))
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "this service does not answer the caller")
        return await method(request, context)
