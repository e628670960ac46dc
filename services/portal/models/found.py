"""What a search found: things by title, persons by name."""

from __future__ import annotations

from pydantic import Field

from services.portal.models.base import View


class SearchHit(View):
    """Something with a title of its own; an account, a QBR, an alert."""

    kind: str
    id: str
    account_id: str
    crm_id: str | None
    account: str | None = Field(description="Name of the account it belongs to")
    text: str | None = Field(description="Its title or name; of an alert the rule; a QBR has none")
    state: str | None
    on: str | None = Field(description="The day that counts: due, held, raised")
    event_id: str | None
    open: bool


class SearchGroup(View):
    """Hits of one kind, the best first; `found` counts those that are not listed too."""

    kind: str
    found: int
    hits: list[SearchHit]


class Search(View):
    """Everything with these words, by kind."""

    query: str | None
    groups: list[SearchGroup]


class PersonHit(View):
    """A person of a customer, by pseudonym."""

    subject_id: str
    name: str | None
    title: str | None
    department: str | None
    status: str | None
    account_id: str
    crm_id: str
    account: str | None


class PeopleFound(View):
    """Persons with these words, from the vault: who was erased is not found."""

    found: int
    hits: list[PersonHit]
