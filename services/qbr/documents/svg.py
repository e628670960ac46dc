"""Charts as SVG for paper and browser: labelled directly, bars from zero, the same numbers as in the deck.

Geometry in user units, 640 wide. Colours come with the role of a series; every chart stands beside a table or is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from services.qbr.documents.outline.parts import Chart, Series

WIDE, TALL = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 10, 10, 24, 42
COLOURS = {"main": "#1B4F8A", "second": "#2A8C82", "muted": "#9AA5B1", "alert": "#B42318"}
INK, LINE = "#1F2933", "#D5DAE0"
Format = Callable[[int], str]


def svg(chart: Chart, number: Format, font: str) -> str:
    """The chart; `number` formats its values, `font` is a font family."""
    drawn = {"bar": _bars, "column": _columns, "stacked": _stacked, "line": _lines}[chart.kind]
    height = _height(chart)
    shown: Format = (lambda n: f"{n} %") if chart.percent else number
    parts = "".join(drawn(chart, height, shown))
    legend = "".join(_legend(chart.series, height)) if len(chart.series) > 1 else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" role="img" '
        f'aria-label={quoteattr(chart.title)} font-family={quoteattr(font)} font-size="12" fill="{INK}">'
        f'<text x="{LEFT}" y="13" font-weight="bold">{escape(chart.title)}</text>{parts}{legend}</svg>'
    )


def _height(chart: Chart) -> int:
    if chart.kind != "bar":
        return TALL
    return TOP + BOTTOM + len(chart.categories) * (18 * len(chart.series) + 12)


def _top(chart: Chart) -> int:
    if chart.kind == "stacked":
        return (
            max((sum(v or 0 for v in at) for at in zip(*(s.values for s in chart.series), strict=True)), default=0) or 1
        )
    return max((v for s in chart.series for v in s.values if v is not None), default=0) or 1


def _text(x: float, y: float, words: str, anchor: str = "middle", colour: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _rect(x: float, y: float, width: float, height: float, role: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(0.0, height):.1f}" fill="{COLOURS[role]}"/>'


def _base(height: int) -> str:
    y = height - BOTTOM
    return f'<line x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{y}" y2="{y}" stroke="{LINE}"/>'


def _bars(chart: Chart, height: int, number: Format) -> Iterator[str]:
    names, top = 190, _top(chart)
    slot = 18 * len(chart.series) + 12
    for n, category in enumerate(chart.categories):
        y = TOP + 6 + n * slot
        yield _text(names - 8, y + slot / 2 - 2, _short(category, 30), "end")
        for m, series in enumerate(chart.series):
            value = series.values[n]
            width = (WIDE - names - 90) * (value or 0) / top
            yield _rect(names, y + 18 * m, width, 14, series.role)
            yield _text(names + width + 6, y + 18 * m + 11, number(value) if value is not None else "–", "start")


def _columns(chart: Chart, height: int, number: Format) -> Iterator[str]:
    slot, top = (WIDE - LEFT - RIGHT) / max(1, len(chart.categories)), _top(chart)
    yield _base(height)
    for n, category in enumerate(chart.categories):
        value = chart.series[0].values[n] or 0
        tall = (height - TOP - BOTTOM - 20) * value / top
        x, y = LEFT + n * slot, height - BOTTOM - tall
        width = min(slot * 0.62, 70)
        yield _rect(x + (slot - width) / 2, y, width, tall, chart.series[0].role)
        yield _text(x + slot / 2, y - 5, number(value))
        yield _text(x + slot / 2, height - BOTTOM + 16, category)


def _stacked(chart: Chart, height: int, number: Format) -> Iterator[str]:
    slot, top = (WIDE - LEFT - RIGHT) / max(1, len(chart.categories)), _top(chart)
    yield _base(height)
    for n, category in enumerate(chart.categories):
        x, y, width = LEFT + n * slot, float(height - BOTTOM), min(slot * 0.62, 90)
        for series in chart.series:
            value = series.values[n] or 0
            tall = (height - TOP - BOTTOM - 10) * value / top
            y -= tall
            yield _rect(x + (slot - width) / 2, y, width, tall, series.role)
            if value:
                yield _text(x + slot / 2, y + tall / 2 + 4, number(value), colour="#FFFFFF")
        yield _text(x + slot / 2, height - BOTTOM + 16, category)


def _lines(chart: Chart, height: int, number: Format) -> Iterator[str]:
    top, count, left, right = _top(chart), len(chart.categories), 46, 60
    step = (WIDE - left - right) / max(1, count - 1)

    def x(n: int) -> float:
        return left + n * step

    def y(value: int) -> float:
        return height - BOTTOM - (height - TOP - BOTTOM - 10) * value / top

    for part in range(5):
        value = top * part // 4
        yield f'<line x1="{left}" x2="{WIDE - right}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="{LINE}"/>'
        yield _text(left - 6, y(value) + 4, number(value), "end")
    for n in range(0, count, 2 if count > 8 else 1):
        yield _text(x(n), height - BOTTOM + 16, chart.categories[n])
    for series in chart.series:
        width = 1.5 if series.role == "muted" else 2.5
        for run in _runs(series.values):
            points = " ".join(f"{x(n):.1f},{y(v):.1f}" for n, v in run)
            yield f'<polyline points="{points}" fill="none" stroke="{COLOURS[series.role]}" stroke-width="{width}"/>'
        last = next(((n, v) for n, v in reversed(list(enumerate(series.values))) if v is not None), None)
        if last is not None:
            yield _text(x(last[0]) + 6, y(last[1]) + 4, number(last[1]), "start", COLOURS[series.role])


def _runs(values: Sequence[int | None]) -> Iterator[list[tuple[int, int]]]:
    """Stretches without a gap."""
    run: list[tuple[int, int]] = []
    for n, value in enumerate(values):
        if value is not None:
            run.append((n, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _legend(series: Sequence[Series], height: int) -> Iterator[str]:
    x = float(LEFT)
    for s in series:
        yield _rect(x, height - 13, 10, 10, s.role) + _text(x + 15, height - 4, s.name, "start")
        x += 30 + 6.6 * len(s.name)


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
