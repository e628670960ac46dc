"""Pages of the risk path: the colours since the last review, causes with countermeasures, named risks, escalations."""

from __future__ import annotations

from datetime import date, datetime

from services.qbr.documents.outline.parts import Chart, Page, Series
from services.qbr.documents.outline.view import View

TILES = (
    "colour", "days_in_colour", "score", "days_of_colour", "open_risks", "without_countermeasure", "open_escalations",
)  # fmt: skip
ALERT = ("without_countermeasure", "late_countermeasures", "open_escalations")
MOST_TILES = 6
_GRIDS = {
    "causes": (("cause", "points", "change_14d", "countermeasure", "owner", "due", "standing"), (5, 2, 2, 5, 4, 3, 5)),
    "countermeasures": (("countermeasure", "risk", "owner", "due", "standing"), (6, 5, 4, 3, 3)),
    "risks": (("risk", "category", "likelihood", "impact", "exposed", "owner", "status"), (6, 3, 2, 2, 3, 4, 3)),
    "escalations": (("escalation", "severity", "state", "opened", "owner", "update_due"), (6, 2, 4, 3, 4, 3)),
    "warnings": (("warning", "since", "expected_on"), (6, 3, 3)),
}
"""Table → its columns and their widths; each that has rows is a page."""


def risk(v: View) -> list[Page]:
    """The score by week beside the colours; then one page for each table that has rows."""
    tiles = tuple(t for t in v.tiles(*TILES, alert=ALERT) if t.value)
    episodes = v.table("episodes")
    grid = v.grid(episodes, ("colour", "from", "days", "trigger"), (3, 3, 2, 5)) if episodes else None
    pages = [
        Page("risk", v.title(), lead=_lead(v), tiles=tiles[:MOST_TILES], chart=_path(v), grid=grid, split=48)
    ]  # fmt: skip
    for name, (columns, weights) in _GRIDS.items():
        if table := v.table(name):
            title = f"{v.title()}: {v.say.label('tables', name)}"
            pages.append(Page("risk", title, grid=v.grid(table, columns, weights)))
    return pages


def _lead(v: View) -> str:
    """Since when it has its colour and why; what limits the judgement."""
    say, episodes = v.say, v.table("episodes")
    if episodes is None:
        return ""
    last = dict(zip((c.name for c in episodes.columns), episodes.rows[-1].cells, strict=True))
    said = {"colour": say.value(last["colour"], "code"), "day": say.day(datetime.fromisoformat(str(last["from"])))}
    because = last.get("trigger")
    parts = [say.text("lead_risk", **said, cause=say.value(because, "code"))] if because else []
    parts = parts or [say.text("lead_risk_plain", **said)]
    for name, text in (("plan_missed", "lead_risk_missed"), ("set_until", "lead_risk_hand")):
        parts += [say.text(text, day=v.shown(f)) for f in v.figures(name)]
    parts += [say.text("lead_risk_stale", factors=v.shown(f)) for f in v.figures("not_fed")]
    return " ".join(parts)


def _path(v: View) -> Chart | None:
    table = v.table("path")
    if table is None or len(table.rows) < 3:
        return None
    days = tuple(v.say.day(date.fromisoformat(str(d))).rsplit("\u00a0", 1)[0] for d in table.column("week"))
    scores = tuple((s + 50) // 100 if isinstance(s, int) else None for s in table.column("score"))
    return Chart("line", v.say.label("tables", "path"), days, (Series(v.say.label("figures", "score"), scores),))
