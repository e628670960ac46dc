"""The kernel's tables and the mirror of the CRM."""

from __future__ import annotations

from shared.migrate import kernel_ddl, run_sql

revision, down_revision = "0001", None
branch_labels = depends_on = None

MIRROR = """
-- Every version of every row that we were told of: a set, so order and repeats cannot matter. Kept columns only.
CREATE TABLE versions (
    row    text COLLATE "C" NOT NULL,   -- <table>/<key>; an empty key: a truncate
    file   bigint           NOT NULL,   -- place in the source's log: binlog file,
    pos    bigint           NOT NULL,   --   position,
    step   bigint           NOT NULL,   --   row x 4 + rank of the operation
    op     "char"           NOT NULL,   -- c u d r t, s: a snapshot read that does not say since when
    ts     bigint,                      -- when it happened in the business, ms since 1970
    cells  bytea,                       -- JSON of the kept columns; null: the row is gone
    PRIMARY KEY (row, file, pos, step)
);
-- Who must be looked at again when a row changes: `entity` has to do with `target`, as `row` says or once said.
CREATE TABLE refs (
    target text COLLATE "C" NOT NULL,
    entity text COLLATE "C" NOT NULL,
    row    text COLLATE "C" NOT NULL,
    PRIMARY KEY (target, entity, row)
);
-- Columns that may name a person: only the newest version, emptied when the row is physically deleted.
CREATE TABLE words (
    row    text COLLATE "C" NOT NULL PRIMARY KEY,
    file   bigint           NOT NULL,
    pos    bigint           NOT NULL,
    step   bigint           NOT NULL,
    cells  bytea
);
-- Which account absorbed which, from when (ms); inferred.
CREATE TABLE aliases (
    absorbed text COLLATE "C" NOT NULL,
    since    bigint           NOT NULL,
    survivor text COLLATE "C" NOT NULL,
    PRIMARY KEY (absorbed, since)
);
CREATE INDEX aliases_survivor ON aliases (survivor);
-- The columns of the mapped tables over time, from the topic of schema changes.
CREATE TABLE schemas (
    tbl     text   NOT NULL,
    file    bigint NOT NULL,
    pos     bigint NOT NULL,
    columns bytea  NOT NULL,            -- JSON: column -> [type, scale]
    PRIMARY KEY (tbl, file, pos)
);
-- What was reported as schema drift: once each.
CREATE TABLE drifts (
    tbl  text NOT NULL,
    col  text NOT NULL,                 -- empty: the table itself
    what text NOT NULL,
    PRIMARY KEY (tbl, col, what)
);
"""


def upgrade() -> None:
    run_sql(kernel_ddl())
    run_sql(MIRROR)
