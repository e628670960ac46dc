"""What is inside of a data pack, as the qbr service freezes it. Persons are pseudonyms; names come with rendering."""

from __future__ import annotations

from services.portal.models.base import View

Value = int | str | bool | list[str] | None


class PackSource(View):
    """Where figures come from."""

    topic: str
    health: str
    watermark_at: str | None = None


class PackFigure(View):
    """One number, date or name. `of`: what it is about; `unit`: count, minor:<currency>, bp, days, day, person, …"""

    name: str
    of: str | None = None
    value: Value
    unit: str
    as_of: str
    source: PackSource
    events: list[str]
    internal: bool = False


class PackColumn(View):
    """A column of a table; `minor` is money in the row's currency."""

    name: str
    unit: str
    internal: bool = False


class PackRow(View):
    """A row with the events behind it."""

    id: str
    cells: list[Value]
    events: list[str]
    currency: str | None = None
    internal: bool = False


class PackTable(View):
    """Rows with one source and one as-of instant."""

    name: str
    columns: list[PackColumn]
    rows: list[PackRow]
    as_of: str
    source: PackSource
    internal: bool = False


class PackSection(View):
    """One topic; unless its status is `ok`, `reason` says why there is nothing."""

    name: str
    status: str
    reason: str | None = None
    internal: bool
    source: PackSource
    figures: list[PackFigure]
    tables: list[PackTable]


class PackContent(View):
    """The pack's sections."""

    as_of: str
    locale: str
    sections: list[PackSection]
    account: list[PackFigure]
