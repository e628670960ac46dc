"""How a table fits a slide: type size, column widths, row heights, and where it goes on to the next slide.

PowerPoint lays text out by itself when a deck is opened, so the sizes here are careful estimates from the widths of our
type's letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pptx.util import Inches

from services.qbr.documents.outline.parts import Align, Grid

SIZES = (16, 14, 12, 11)
INCH = int(Inches(1))
SIDES: dict[Align, float] = {"left": 0.14, "right": 0.29}
"""Inches lost to a cell's margins, and a little for our estimate's error."""
BLANK = (0.42, 0.85)
"""Least and most height, in inches, of a row that is filled in by hand."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A type size in points, and widths and heights (the head's first) in EMU."""

    size: int
    widths: tuple[int, ...]
    heights: tuple[int, ...]
    whole: bool
    """False: a word breaks in this type and width."""


def fit(grid: Grid, width: int, height: int, most: int = SIZES[0]) -> Fit:
    """The largest type in which the whole table fits and no word breaks; the smallest where none does."""
    for size in (s for s in SIZES if s <= most):
        found = _at(grid, size, width, height)
        if found.whole and sum(found.heights) <= height:
            break
    return found


def cut(grid: Grid, width: int, height: int) -> Iterator[Grid]:
    """The table in parts that each fit; every part has at least one row."""
    whole = fit(grid, width, height)
    start, used = 0, whole.heights[0]
    for n, row in enumerate(whole.heights[1:]):
        if n > start and used + row > height:
            yield replace(grid, rows=grid.rows[start:n])
            start, used = n, whole.heights[0]
        used += row
    yield replace(grid, rows=grid.rows[start:])


def _at(grid: Grid, size: int, width: int, height: int) -> Fit:
    columns, whole = _widths(grid, size, width)
    line, pad = size * 0.0168, 0.008 * size + 0.03

    def tall(cells: Sequence[str]) -> float:
        rooms = [w / INCH - SIDES[h.align] for w, h in zip(columns, grid.heads, strict=True)]
        return max(_lines(cell, size, room) for cell, room in zip(cells, rooms, strict=True)) * line + pad

    head = tall([h.text for h in grid.heads])
    rows = [tall(cells) for cells in grid.rows]
    if grid.blank:
        share = (height / INCH - head) / len(rows)
        rows = [max(row, min(max(share, BLANK[0]), BLANK[1])) for row in rows]
    return Fit(size, tuple(columns), tuple(int(x * INCH) for x in (head, *rows)), whole)


def _widths(grid: Grid, size: int, width: int) -> tuple[list[int], bool]:
    """By weight, but no column narrower than its longest word; False: the words do not fit, columns are squeezed."""
    longest = [
        max(inches(word, size) for text in (h.text, *(r[n] for r in grid.rows)) for word in text.split(" "))
        for n, h in enumerate(grid.heads)
    ]
    least = [int((word * 1.06 + SIDES[h.align]) * INCH) for word, h in zip(longest, grid.heads, strict=True)]
    total = sum(h.weight for h in grid.heads)
    if sum(least) > width:
        found = [width * small // sum(least) for small in least]
    else:
        found = [max(width * h.weight // total, small) for h, small in zip(grid.heads, least, strict=True)]
        spare = [a - b for a, b in zip(found, least, strict=True)]
        over = sum(found) - width
        if over > 0:
            found = [a - over * s // sum(spare) for a, s in zip(found, spare, strict=True)]
    found[-1] += width - sum(found)
    return found, sum(least) <= width


def _lines(words: str, size: int, room: float) -> int:
    """Lines that a text takes when words stay whole unless one is longer than a line."""
    count, used, space = 1, 0.0, inches(" ", size)
    for word in words.split(" "):
        wide = inches(word, size)
        if used and used + space + wide > room:
            count, used = count + 1, 0.0
        used += wide + (space if used else 0.0)
        while used > room:
            count, used = count + 1, used - room
    return count


def inches(words: str, size: int) -> float:
    """Width of a text in our type at a size in points, by kinds of letters."""
    return sum(_WIDTH.get(c, 0.0092 if c.isupper() else 0.0071) for c in words) * size


_WIDTH = dict.fromkeys("fijlrtI.,:;'·-()\u00a0 ", 0.0044) | dict.fromkeys("mwMW%→", 0.0116)
"""Inches of a letter for each point of its size; capitals and all others have one width each."""
