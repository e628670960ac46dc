"""Small charts as inline SVG: geometry only, colour comes from the style sheet. Every chart stands beside a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Scale:
    """A drawing area in user units with a margin, and the highest value that fits."""

    width: int
    height: int
    top: int  # the value at the upper edge
    pad: int = 6

    def x(self, i: int, n: int) -> float:
        """The i-th of n points, first and last on the margins."""
        return self.pad + (self.width - 2 * self.pad) * (i / (n - 1) if n > 1 else 1)

    def y(self, value: int) -> float:
        """Zero is always the floor: a chart that cuts the axis exaggerates."""
        return (
            self.height - self.pad - (self.height - 2 * self.pad) * (min(value, self.top) / self.top if self.top else 0)
        )


def line(values: Sequence[int], scale: Scale, css: str) -> Markup:
    """A polyline through the values."""
    points = " ".join(f"{scale.x(i, len(values)):.1f},{scale.y(v):.1f}" for i, v in enumerate(values))
    return Markup('<polyline class="{}" points="{}"/>').format(css, points)


def steps(values: Sequence[int], scale: Scale, css: str) -> Markup:
    """A stepped line: a level that holds until it changes (licences, recurring revenue)."""
    n = len(values)
    points = []
    for i, value in enumerate(values):
        if i:
            points.append(f"{scale.x(i, n):.1f},{scale.y(values[i - 1]):.1f}")
        points.append(f"{scale.x(i, n):.1f},{scale.y(value):.1f}")
    return Markup('<polyline class="{}" points="{}"/>').format(css, " ".join(points))


def dot(values: Sequence[int], scale: Scale) -> Markup:
    """A dot on the last value, where the label goes."""
    if not values:
        return Markup("")
    x, y = scale.x(len(values) - 1, len(values)), scale.y(values[-1])
    return Markup('<circle class="dot" cx="{}" cy="{}" r="3"/>').format(f"{x:.1f}", f"{y:.1f}")


def sparkline(values: Sequence[int], label: str, *, width: int = 160, height: int = 36) -> Markup:
    """Eight quarters in the space of a word; `label` is what a screen reader says."""
    scale = Scale(width, height, max(values, default=0))
    return _svg(steps(values, scale, "ink") + dot(values, scale), scale, label, "spark")


def trend(values: Sequence[int | None], marks: Sequence[bool], label: str, *, width: int = 160) -> Markup:
    """Closed months in the space of a word: zero is always inside, a gap is a gap, a ring marks a restated month."""
    known = [v for v in values if v is not None]
    low, high = min(0, *known, 0), max(0, *known, 0)
    scale, n, inner, run = Scale(width, 36, max(1, high - low)), len(values), Markup(""), list[str]()
    for i, value in enumerate([*values, None]):
        if value is not None:
            run.append(f"{scale.x(i, n):.1f},{scale.y(value - low):.1f}")
        elif run:
            inner += Markup('<polyline class="ink" points="{}"/>').format(" ".join(run))
            run = []
    if low < 0:
        y = f"{scale.y(-low):.1f}"
        inner = Markup('<line class="zero" x1="0" x2="{}" y1="{}" y2="{}"/>').format(width, y, y) + inner
    for i, (value, marked) in enumerate(zip(values, marks, strict=True)):
        if value is not None and (marked or i == n - 1):
            inner += Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(
                "ring" if marked else "dot",
                f"{scale.x(i, n):.1f}",
                f"{scale.y(value - low):.1f}",
                4 if marked else 3,
            )
    return _svg(inner, scale, label, "spark")


def usage_chart(used: Sequence[int], licensed: Sequence[int], top: int, label: str) -> Markup:
    """Weeks of use under the licensed line; `top` is shared by all charts side by side."""
    scale = Scale(240, 72, top)
    return _svg(steps(licensed, scale, "limit") + line(used, scale, "ink") + dot(used, scale), scale, label, "multiple")


def quarters_chart(values: Sequence[int], label: str) -> Markup:
    """Bars from zero, one a quarter."""
    scale = Scale(480, 96, max(values, default=0), 0)
    slot = scale.width / max(1, len(values))
    bars = Markup("").join(
        Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
            "bar now" if i == len(values) - 1 else "bar",
            f"{i * slot + 3:.1f}",
            f"{scale.y(v):.1f}",
            f"{slot - 6:.1f}",
            f"{max(1.0, scale.height - scale.y(v)):.1f}",
        )
        for i, v in enumerate(values)
    )
    return _svg(bars, scale, label, "quarters")


def _svg(inner: Markup, scale: Scale, label: str, css: str) -> Markup:
    return Markup(
        '<svg class="{}" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}</svg>'
    ).format(css, label, scale.width, scale.height, scale.width, scale.height, inner)
