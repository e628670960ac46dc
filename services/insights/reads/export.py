"""The BI tables as Parquet files: one for each table, with the columns' comments in its schema, all of one snapshot."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import ARRAY, BigInteger, Boolean, Date, DateTime, Uuid
from sqlalchemy.ext.asyncio import AsyncEngine

from services.insights.reads import bi, loading
from services.insights.reads.snapshot import snapshot
from shared.contracts.bi import tables
from shared.positions import driver

PAGE = 20_000  # rows in memory at once
MANIFEST = "manifest.json"


def arrow_type(kind: Any) -> pa.DataType:
    """The Parquet type of an SQL type; ids are text, so that every reader can join them."""
    if isinstance(kind, ARRAY):
        return pa.list_(pa.field("element", arrow_type(kind.item_type)))  # as Parquet names it
    if isinstance(kind, BigInteger):
        return pa.int64()
    if isinstance(kind, Boolean):
        return pa.bool_()
    if isinstance(kind, DateTime):
        return pa.timestamp("us", tz="UTC")
    if isinstance(kind, Date):
        return pa.date32()
    return pa.string()


def arrow_schema(name: str) -> pa.Schema:
    """The schema of a table's file."""
    model, columns = tables()[name], bi.table(name).columns
    fields = [
        pa.field(c.name, arrow_type(c.type), nullable=bool(c.nullable), metadata={"comment": about.description or ""})
        for c, about in zip(columns, model.model_fields.values(), strict=True)
    ]
    return pa.schema(fields, metadata={"comment": " ".join((model.__doc__ or "").split()), "table": f"bi.{name}"})


async def export(engine: AsyncEngine, folder: Path, now: datetime) -> dict[str, int]:
    """table → rows written. Files are made beside and put in place at the end, the manifest last: who reads a manifest
    reads the files that it names. Raises OSError if the folder cannot be written."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    drafts: list[Path] = []
    async with snapshot(engine) as conn:
        raw = driver(conn)
        for name in tables():
            draft = folder / f".{name}.parquet.new"
            drafts.append(draft)
            schema, texts = arrow_schema(name), _texts(name)
            order = ", ".join(tables()[name].KEY)
            with pq.ParquetWriter(draft, schema, compression="zstd") as out:
                counts[name] = 0
                page: list[dict[str, Any]] = []
                async for r in raw.cursor(f"SELECT * FROM bi.{name} ORDER BY {order}", prefetch=2_000):
                    page.append({k: str(v) if k in texts and v is not None else v for k, v in r.items()})
                    if len(page) == PAGE:
                        out.write_table(pa.Table.from_pylist(page, schema))
                        counts[name] += len(page)
                        page.clear()
                out.write_table(pa.Table.from_pylist(page, schema))
                counts[name] += len(page)
        mark = await loading.watermark(conn)
    for draft in drafts:
        draft.replace(folder / draft.name[1:].removesuffix(".new"))
    manifest = {"shape": bi.digest(), "exported_at": now.isoformat(), "watermark": mark, "rows": counts}
    path = folder / f".{MANIFEST}.new"
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    path.replace(folder / MANIFEST)
    return counts


def _texts(name: str) -> set[str]:
    """Columns that hold ids."""
    return {c.name for c in bi.table(name).columns if isinstance(c.type, Uuid)}
