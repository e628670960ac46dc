"""What all paths of the JSON API share: the description, problems, the day asked for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from services.portal.frame import parse_day

DESCRIPTION = """
Money is in minor units of `currency`, scores and shares in basis points (0…10000), days are ISO dates, instants
RFC 3339 in UTC. `null` always means *not known*, never zero. `as_of=DATE` asks for the state at the end of that day in
the company's time zone, with what is known today; without it the answer is for now. Ids of events lead to
`/api/v1/events/{event_id}`.

Programs send a bearer token of the company's identity provider (`Authorization: Bearer …`); what their roles do not
allow is a 403, and an account out of their reach is a 404 as if there were none.

Commands are sent by POST with a header `Idempotency-Key` (a UUID of your own, best version 7): repeating it gives the
first result with `repeated: true`. A rule that says no is a 409 with its `slug`; a field that is wrong is named in
`errors`. Instants need an offset. Figures of a goal are integers in its unit (cents, basis points).
"""


class ProblemDetails(BaseModel):
    """RFC 9457: what went wrong and with which part of the input."""

    type: str
    title: str
    status: int
    detail: str | None = None
    instance: str
    parameter: str | None = Field(default=None, description="The parameter or field at fault")
    slug: str | None = Field(default=None, description="Stable name of the rule that says no")
    service: str | None = Field(default=None, description="The service that does not answer")
    errors: dict[str, str] | None = Field(default=None, description="Field of a command -> what is wrong with it")


def problem(description: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
    return {"description": description, "model": ProblemDetails, "content": {"application/problem+json": schema}}


def _as_of(
    as_of: Annotated[
        str | None,
        Query(
            description="End of this day, for example 2026-11-15; without it: now", json_schema_extra={"format": "date"}
        ),
    ] = None,
) -> date | None:
    return parse_day(as_of)


def _known_at(
    known_at: Annotated[
        str | None,
        Query(
            description="With what was known at the end of this day; without it: everything that is known today",
            json_schema_extra={"format": "date"},
        ),
    ] = None,
) -> date | None:
    return parse_day(known_at, "known_at")


AsOf = Annotated[date | None, Depends(_as_of)]
KnownAt = Annotated[date | None, Depends(_known_at)]
