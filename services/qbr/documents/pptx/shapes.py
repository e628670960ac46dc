"""Text, tiles, tables and charts on a slide: native shapes that a reader can edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from services.qbr.documents.outline.parts import Chart, Grid, Head, Tile
from services.qbr.documents.pptx.base import Box
from services.qbr.documents.pptx.colours import ALERT, FIXED, GREY, INK, LINE, THEME, rgb
from services.qbr.documents.pptx.fit import INCH, Fit, inches

PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's “No Style, No Grid”: the lines are ours."""
BODY, SMALL = Pt(11), Pt(10)
TILE_SIZES, BOLD = (22, 20, 18, 16, 14, 12), 1.08
_CHART_DATA: Any = CategoryChartData  # python-pptx has no types here
KINDS = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked": XL_CHART_TYPE.COLUMN_STACKED,
    "line": XL_CHART_TYPE.LINE,
}


def text(slide: Any, box: Box, words: str, *, size: Any = BODY, colour: str = INK, bold: bool = False) -> Any:
    """A text box without margins."""
    shape = slide.shapes.add_textbox(*map(Emu, (box.left, box.top, box.width, box.height)))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    run = frame.paragraphs[0].add_run()
    run.text = words
    run.font.size, run.font.bold, run.font.color.rgb = size, bold, rgb(colour)
    return shape


def tiles(slide: Any, box: Box, shown: Sequence[Tile]) -> None:
    """Figures side by side, each under a thin rule: value above, name below."""
    count = max(4, len(shown))
    gap = Inches(0.25)
    width = (box.width - gap * (count - 1)) // count
    for n, tile in enumerate(shown):
        left = box.left + n * (width + gap)
        rule = slide.shapes.add_connector(
            MSO_CONNECTOR.STRAIGHT, Emu(left), Emu(box.top), Emu(left + width), Emu(box.top)
        )
        if (style := rule._element.find(qn("p:style"))) is not None:
            rule._element.remove(style)  # the theme's effects: a shadow under a thin rule is dirt
        rule.line.width = Pt(1.5)
        if tile.alert:
            rule.line.color.rgb = rgb(ALERT)
        else:
            rule.line.color.theme_color = THEME["main"]
        size = next((s for s in TILE_SIZES if inches(tile.value, s) * BOLD * INCH <= width), TILE_SIZES[-1])
        value = Box(left, box.top + Inches(0.07), width, Inches(0.42))
        text(slide, value, tile.value, size=Pt(size), colour=ALERT if tile.alert else INK, bold=True)
        text(slide, Box(left, box.top + Inches(0.5), width, Inches(0.4)), tile.label, size=SMALL, colour=GREY)


def table(slide: Any, box: Box, grid: Grid, fit: Fit) -> None:
    """A native table in the sizes that `fit` found."""
    heads, rows = grid.heads, grid.rows
    height = sum(fit.heights)
    frame = slide.shapes.add_table(
        len(rows) + 1, len(heads), Emu(box.left), Emu(box.top), Emu(sum(fit.widths)), Emu(height)
    )
    frame.name = grid.title
    made = frame.table
    made._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN_TABLE
    made.horz_banding = False
    for column, width in zip(made.columns, fit.widths, strict=True):
        column.width = Emu(width)
    for row, tall in zip(made.rows, fit.heights, strict=True):
        row.height = Emu(tall)
    for n, head in enumerate(heads):
        _cell(made.cell(0, n), head.text, head, Pt(fit.size - 1), bold=True, colour=GREY, line=INK)
        for m, cells in enumerate(rows, 1):
            _cell(made.cell(m, n), cells[n], head, Pt(fit.size), line=LINE)


def _cell(cell: Any, words: str, head: Head, size: Any, *, line: str, bold: bool = False, colour: str = INK) -> None:
    cell.margin_left, cell.margin_right = Inches(0.06), Inches(0.2 if head.align == "right" else 0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if head.align == "right" else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = words
    run.font.size, run.font.bold, run.font.color.rgb = size, bold, rgb(colour)
    if not words:  # an empty cell would take the height of the default type
        paragraph._p.get_or_add_endParaRPr().set("sz", str(int(size.pt * 100)))
    properties = cell._tc.get_or_add_tcPr()
    colour_of_line = f'<a:solidFill><a:srgbClr val="{line}"/></a:solidFill>'
    properties.append(parse_xml(f'<a:lnB {nsdecls("a")} w="{Pt(0.75)}">{colour_of_line}</a:lnB>'))


def chart(slide: Any, box: Box, shown: Chart) -> None:
    """A native chart with its data in an embedded workbook; values at the bars, a legend only for several series."""
    data = _CHART_DATA(number_format='0"%"' if shown.percent else "#,##0")
    data.categories = shown.categories
    for series in shown.series:
        data.add_series(series.name, series.values)
    frame = slide.shapes.add_chart(KINDS[shown.kind], *map(Emu, (box.left, box.top, box.width, box.height)), data)
    made = frame.chart
    frame.name = shown.title
    made.font.size, made.font.color.rgb = SMALL, rgb(INK)
    made.has_title = True
    made.chart_title.include_in_layout = False
    title = made.chart_title.text_frame.paragraphs[0].add_run()
    title.text = shown.title
    title.font.size, title.font.bold, title.font.color.rgb = Pt(12), True, rgb(INK)
    several = len(shown.series) > 1
    made.has_legend = several
    if several:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        made.legend.font.size = SMALL
    _axes(made, shown)
    plot = made.plots[0]
    if shown.kind != "line":
        plot.gap_width = 60 if len(shown.categories) > 2 else 160
        plot.has_data_labels = True
        labels = plot.data_labels
        labels.font.size, labels.number_format_is_linked = SMALL, False
        labels.number_format = '0"%"' if shown.percent else "#,##0;-#,##0;;" if shown.kind == "stacked" else "#,##0"
        if shown.kind == "stacked":
            plot.overlap = 100
            labels.font.color.rgb, labels.font.bold = rgb("FFFFFF"), True
        else:
            plot.overlap = -10
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for series, made_series in zip(shown.series, plot.series, strict=True):
        _colour(made_series, series.role, shown.kind)


def _axes(made: Any, shown: Chart) -> None:
    category, value = made.category_axis, made.value_axis
    category.format.line.color.rgb = rgb(LINE)
    category.major_tick_mark = value.major_tick_mark = XL_TICK_MARK.NONE
    category.has_major_gridlines = False
    category.tick_labels.font.size = SMALL
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if shown.kind == "bar":
        category.reverse_order = True
    value.minimum_scale = 0
    if shown.kind == "line":
        value.has_major_gridlines = True
        value.major_gridlines.format.line.color.rgb = rgb(LINE)
        value.format.line.fill.background()
        value.tick_labels.font.size = SMALL
        value.tick_labels.number_format, value.tick_labels.number_format_is_linked = "#,##0", False
    else:
        value.visible = False
        value.has_major_gridlines = False
    if not any(v for s in shown.series for v in s.values):
        value.maximum_scale = 1


def _colour(series: Any, role: str, kind: str) -> None:
    part = series.format.line if kind == "line" else series.format
    if kind == "line":
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
        part.width = Pt(1.5 if role == "muted" else 2.5)
    else:
        series.invert_if_negative = False
        part.fill.solid()
    colour = part.color if kind == "line" else part.fill.fore_color
    if role in THEME:
        colour.theme_color = THEME[role]
    else:
        colour.rgb = rgb(FIXED[role])
