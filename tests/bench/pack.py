"""Targets pack, pptx, pptx_seconds: the data pack of the biggest account, and its deck against a bare one of its size.

The bare deck is what anybody would write with python-pptx: the same slides, words, tables and charts, nothing styled.
"""

from __future__ import annotations

import io
import time
from typing import Any
from uuid import UUID

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.util import Inches
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.postgres import Postgres
from services.qbr import documents, pack
from services.qbr.main import MIGRATIONS
from services.qbr.pack.facts import kept
from services.qbr.reads import facts
from shared.contracts.base import Envelope
from shared.migrate import upgrade
from tests.bench.measure import Target
from tests.integration import accounts_chain as chain
from tests.integration.qbr_pack_chain import AS_OF, published
from tests.unit.qbr.pack.told import TEMPLATE

FILES = ("crm_cdc_full.jsonl.gz", "usage.jsonl.gz")
NAMES = ("bench_pack_crm", "bench_pack_accounts", "bench_pack_qbr")


async def run(pg: Postgres, rotations: int) -> list[Target]:
    targets = [
        Target("pack", "pack of the biggest account: read, build, hash", "", "", 1, at_most=True, unit="seconds"),
        Target("pptx", "its deck / a bare python-pptx deck of the same size", "deck", "bare deck", 2.5, at_most=True,
               unit="seconds"),
        Target("pptx_seconds", "its deck", "", "", 3, at_most=True, unit="seconds"),
    ]  # fmt: skip
    crm, accounts, qbr = (pg.create(name) for name in NAMES)
    await upgrade(qbr, MIGRATIONS)
    async with chain.engine_of(qbr) as engine:
        account = await _fill(engine, crm, accounts)
        for _ in range(rotations):
            seconds, made = await _pack(engine, account)
            targets[0].take(seconds, 0.0)
            whole, raw = _timed(documents.render, made, documents.Words(), "pptx", "internal")
            source = Presentation(io.BytesIO(raw))
            bare, _ = _timed(_bare, source)
            targets[1].take(whole, bare)
            targets[2].take(whole, 0.0)
    for name in NAMES:
        pg.drop(name)
    return targets


async def _fill(engine: AsyncEngine, crm: str, accounts: str) -> UUID:
    """The facts of the full capture in the store; returns the account with the most."""
    seen, _ = await chain.facts_of(crm, chain.capture(*FILES))
    async with chain.accounts_service(accounts) as service:
        await service.take(seen)
        told = [*seen, *await published(service.engine)]
    found = [kept(Envelope.model_validate_json(m.value), m.topic, m.partition) for m in told]
    async with engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        await facts.add(conn, [f for f in found if f is not None])
        most = "SELECT account_id FROM facts WHERE account_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        account: UUID = (await conn.execute(text(most))).scalar_one()
    return account


async def _pack(engine: AsyncEngine, account: UUID) -> tuple[float, pack.Pack]:
    started = time.perf_counter()
    async with engine.connect() as conn:
        await conn.execute(text("SELECT 1"))
        known = await facts.of_account(conn, account)
    made = pack.build(known, [], account_id=account, template=TEMPLATE, as_of=AS_OF, locale="de")
    assert made.hash
    return time.perf_counter() - started, made


def _timed(work: Any, *arguments: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work(*arguments)
    return time.perf_counter() - started, done


def _bare(source: Any) -> bytes:
    """A deck with the same content as the given one, without any of its looks."""
    deck = Presentation()
    for slide in source.slides:
        _copy(slide, deck.slides.add_slide(deck.slide_layouts[5]))
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _copy(slide: Any, made: Any) -> None:
    box = (Inches(1), Inches(1), Inches(8), Inches(4))
    made.shapes.title.text = slide.shapes.title.text_frame.text
    made.notes_slide.notes_text_frame.text = slide.notes_slide.notes_text_frame.text
    for shape in slide.shapes:
        if shape.has_chart:
            plot = shape.chart.plots[0]
            data = CategoryChartData()
            data.categories = list(plot.categories)
            for series in plot.series:
                data.add_series(series.name, list(series.values))
            made.shapes.add_chart(shape.chart.chart_type, *box, data)
        elif shape.has_table:
            rows = [[c.text for c in r.cells] for r in shape.table.rows]
            table = made.shapes.add_table(len(rows), len(rows[0]), *box).table
            for n, cells in enumerate(rows):
                for m, words in enumerate(cells):
                    table.cell(n, m).text = words
        elif shape.has_text_frame and not shape.is_placeholder:
            made.shapes.add_textbox(*box).text_frame.text = shape.text_frame.text
