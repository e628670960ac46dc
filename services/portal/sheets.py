"""Tables as CSV: one mechanism for every page, with the rows that the page shows for the same address.

UTF-8 with byte order mark (so that spreadsheets read umlauts), comma-separated, one header line of field names;
numbers, days and instants as in JSON whatever the reader's language. Text that a spreadsheet would run as a formula is
made text by a leading apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel
from starlette.responses import Response

from services.portal.models import View

MEDIA = "text/csv; charset=utf-8"
DESCRIPTION = "UTF-8 with byte order mark, comma-separated, one header line"
_FORMULA = "=+-@\t\r"


def answer(stem: str, model: type[View], rows: Iterable[View]) -> Response:
    """The rows as `<stem>.csv`, of which what a header cannot hold is left out.

    The columns are those of the model, so an empty table has its header too.
    """
    name = re.sub(r"[^\w.-]+", "-", stem, flags=re.ASCII)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + text(model, rows), media_type=MEDIA, headers=headers)


def text(model: type[View], rows: Iterable[View]) -> str:
    """One line per row. Fields of a part are `part.field`; maps and lists of parts have no place in a table."""
    out, paths = io.StringIO(), columns(model)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([".".join(path) for path in paths])
    for row in rows:
        plain = row.model_dump(mode="json")
        writer.writerow([_cell(_at(plain, path)) for path in paths])
    return out.getvalue()


@cache
def columns(model: type[BaseModel]) -> Sequence[tuple[str, ...]]:
    """The fields that fit into a cell, as paths."""
    return tuple(_columns(model))


def _columns(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        kinds = set(_kinds(field.annotation))
        part = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), None)
        if dict in kinds or (part is not None and list in kinds):
            continue
        if part is None:
            yield (*above, name)
        elif not above:
            yield from _columns(part, (name,))


def _kinds(annotation: Any) -> Iterator[Any]:
    """Every type in an annotation: `list[Part] | None` → list, Part, NoneType."""
    origin = getattr(annotation, "__origin__", None)
    yield origin if isinstance(origin, type) else annotation
    for inner in get_args(annotation):
        yield from _kinds(inner)


def _at(plain: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        plain = None if plain is None else plain[name]
    return plain


def _cell(value: Any) -> str:
    words = isinstance(value, str | list)
    text = "" if value is None else " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if words and text[:1] in _FORMULA and text else text
