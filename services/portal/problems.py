"""What went wrong, for a page and as RFC 9457 problem details: the one place that knows the statuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from services.portal.clients import ServiceDown
from services.portal.forms import Foreign, NotAForm
from services.portal.oidc import SignInRefused
from shared.edge.access import Forbidden, NotSignedIn
from shared.errors import Conflict, Invalid, NotFound, OutcomeUnknown, Rejected, StellwerkError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong. `kind` picks the page's words, `errors` name the fields of a command."""

    status: int
    kind: str
    title: str
    detail: str
    parameter: str = ""
    slug: str = ""
    service: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def details(self, instance: str) -> dict[str, Any]:
        """RFC 9457; what is not known is left out."""
        body = {
            "type": f"urn:stellwerk:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or None,
            "instance": instance,
        }
        more = {"parameter": self.parameter, "slug": self.slug, "service": self.service, "errors": self.errors}
        return body | {name: value for name, value in more.items() if value}


_STATUS: tuple[tuple[type[StellwerkError], int, str, str], ...] = (
    (NotFound, 404, "not_found", "There is no such thing"),
    (Invalid, 400, "invalid", "The request cannot be understood"),
    (Rejected, 409, "rejected", "A rule says no"),
    (Conflict, 409, "conflict", "Somebody else wrote first"),
    (SignInRefused, 400, "sign_in_refused", "The sign-in was not finished"),
    (NotSignedIn, 401, "not_signed_in", "Sign in first"),
    (Forbidden, 403, "forbidden", "None of your roles allows this"),
    (Foreign, 403, "foreign", "The request comes from another site"),
    (NotAForm, 415, "not_a_form", "The body is not of the kind that is taken here"),
    (ServiceDown, 503, "unavailable", "A service does not answer"),
    (OutcomeUnknown, 503, "unknown_outcome", "It is not known whether it was recorded"),
)


def problem_of(error: Exception) -> Problem:
    """Errors of our tree, of FastAPI and anything unforeseen as one Problem."""
    for cls, status, kind, title in _STATUS:
        if isinstance(error, cls):
            fields = error.fields if isinstance(error, Invalid) else {}
            slug = error.slug if isinstance(error, Rejected | Forbidden | NotSignedIn | SignInRefused) else ""
            service = error.service if isinstance(error, ServiceDown) else ""
            return Problem(status, kind, title, error.message, next(iter(fields), ""), slug, service, fields)
    if isinstance(error, RequestValidationError):
        errors = {".".join(str(part) for part in e["loc"][1:]) or "body": e["msg"] for e in error.errors()}
        first = error.errors()[0]
        name = str(first["loc"][-1])
        title = "The request cannot be understood"
        return Problem(400, "invalid", title, f"{name}: {first['msg']}", name, errors=errors)
    if isinstance(error, HTTPException):
        kind = "not_found" if error.status_code == 404 else "http"
        return Problem(error.status_code, kind, str(error.detail), "")
    if isinstance(error, StellwerkError | ValidationError):
        return Problem(502, "bad_answer", "A service gave an answer that cannot be read", str(error)[:500])
    return Problem(500, "unexpected", "Unexpected error", "The portal's log has the details.")
