"""Loads what hangs together with the touched records: a few queries for the whole batch, none for a single record."""

from __future__ import annotations

from collections.abc import Iterable

from services.crm import reads
from services.crm.consumers.touched import Touched
from services.crm.policy.history import references
from services.crm.policy.merges import infer
from shared.eventstore.store import Connection

WITH_PARTS = frozenset(("contact", "user", "opportunity", "activity"))
OWNED = frozenset(("contact", "opportunity", "case", "contract"))
"""Records on whose account activities depend."""


class Neighbours:
    """Fills the world of a batch."""

    def __init__(self, raw: Connection, batch: Touched) -> None:
        self.raw, self.batch, self.world, self.edition = raw, batch, batch.world, batch.edition
        self._looked: set[str] = set()
        self._refs: dict[str, list[reads.Ref]] = {}

    def _record(self, row: str) -> str | None:
        return self.edition.tables[row.partition("/")[0]].record

    async def load(self, rows: Iterable[str]) -> None:
        """Those of the rows that the world does not have yet."""
        missing = {r for r in rows if r not in self.world.rows and r not in self._looked}
        self._looked |= missing
        self.world.grown()
        for row, versions in (await reads.versions(self.raw, missing)).items():
            name, _, key = row.partition("/")
            table = self.edition.tables.get(name)
            if table is not None:
                self.batch.history(table, key, versions)
                if table.record:
                    self.batch.known.add(row)

    async def _ask(self, targets: Iterable[str]) -> None:
        """Read what refers to these rows, once."""
        new = [t for t in set(targets) if t not in self._refs]
        self._refs.update((t, []) for t in new)
        for ref in await reads.refs(self.raw, new):
            if ref.row.partition("/")[0] not in self.edition.tables:
                continue  # told under an earlier mapping
            self._refs[ref.target].append(ref)
            if ref.entity == ref.target != ref.row:
                self.world.parts.setdefault(ref.target, []).append(ref.row)

    async def mergers(self) -> None:
        """Infer anew the mergers of accounts that died, where rows that could prove or disprove one were touched."""
        batch = self.batch
        await self.load(batch.candidates)
        dead = batch.candidates & self.world.mortal().keys()
        if not dead:
            return
        await self._ask(dead)
        proof = [r for a in dead for r in self._refs[a] if self.edition.tables[r.row.partition("/")[0]].proves_merge]
        children = {r.entity for r in proof if r.entity != r.row}
        await self._ask(children)
        await self.load([r.row for r in proof] + [r for c in children for r in self.world.parts.get(c, ())])
        known = await reads.aliases(self.raw, dead)
        for account in sorted(dead):
            was = {since: heir for (a, since), heir in known.items() if a == account}
            now = infer(self.world, account, lambda row: [r.row for r in self._refs.get(row, ())])
            if was != now:
                await reads.marry(self.raw, account, now)
                since = min(s for s in {*was, *now} if was.get(s) != now.get(s))
                batch.fan_out.touch(account, since)
                batch.records.touch(account, since)

    async def dependents(self) -> None:
        """Whatever depends on what was touched is touched itself: activities on their contact's account, all on a
        merger.
        """
        batch, followed = self.batch, dict[str, int]()
        while due := {t: s for t, s in batch.fan_out.items() if s < followed.get(t, s + 1)}:
            followed.update(due)
            await self._ask(due)
            absorbed = await reads.absorbed(self.raw, [t for t in due if self._record(t) == "account"])
            for target, since in due.items():
                through_account = self._record(target) == "account"
                for entity in {r.entity for r in self._refs[target]}.union(absorbed.get(target, ())) - {target}:
                    batch.records.touch(entity, since)
                    if through_account and (self._record(entity) in OWNED or entity in absorbed.get(target, ())):
                        batch.fan_out.touch(entity, since)
        await self._ask([p for p in batch.persons if self._record(p) is None])
        batch.persons = {r.entity for p in batch.persons if self._record(p) is None for r in self._refs[p]} | {
            p for p in batch.persons if self._record(p) is not None
        }

    async def around(self) -> None:
        """The rows that the states of the touched records are made of."""
        world, records = self.world, {*self.batch.records, *self.batch.persons}
        await self._ask([r for r in records if self._record(r) in WITH_PARTS])
        rows: set[str] = set()
        for record in records:
            table, _, key = record.partition("/")
            rows |= {
                record,
                *(f"{x}/{key}" for x in self.edition.extensions.get(table, ())),
                *world.parts.get(record, ()),
            }
        await self.load(rows)
        for _ in range(2):  # an activity → the links of its contact → their account
            wanted, parents = self._mentioned(rows)
            await self._ask(parents)
            rows = wanted.union(*(world.parts.get(p, ()) for p in parents))
            await self.load(rows)
        await self._aliases()

    def _mentioned(self, rows: Iterable[str]) -> tuple[set[str], set[str]]:
        """Rows that these mention, and the records among them whose links count instead of themselves."""
        wanted: set[str] = set()
        parents: set[str] = set()
        for row in rows:
            history = self.world.rows.get(row)
            if history is not None and history.table.refs:
                for span in history.spans:
                    for field, target in references(history.table, span.cells) if span.cells else ():
                        if field.name != history.table.part_of:
                            (parents if self._record(target) in WITH_PARTS and field.name == "parent" else wanted).add(
                                target
                            )
        return wanted, parents

    async def _aliases(self) -> None:
        asked: set[str] = set()
        while True:
            dead = set(self.world.mortal())
            if dead <= asked:
                return
            found = await reads.aliases(self.raw, dead - asked)
            asked |= dead
            self.world.aliases.update(found)
            await self.load(found.values())
