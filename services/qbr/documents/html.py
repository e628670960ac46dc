"""A document as one self-contained HTML page: no script, nothing loaded, readable by screen readers and on paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from services.qbr.documents.language import NOTHING, catalogue
from services.qbr.documents.outline.parts import Chart, Document
from services.qbr.documents.svg import svg


def render(document: Document) -> bytes:
    """UTF-8 bytes of the page."""
    text = catalogue(document.language)["text"]

    def number(value: int | None) -> str:
        return NOTHING if value is None else str(format_decimal(value, locale=document.language))

    def chart(shown: Chart) -> Markup:
        return Markup(svg(shown, number, "system-ui, sans-serif"))

    page = _template().render(
        document=document, chart=chart, number=number, contents=text["contents"], sources=text["sources"]
    )
    return page.encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True,
    )  # fmt: skip
    return environment.get_template("document.html")
