"""A batch of changes put into the mirror's sets of versions: what is new, and what must be looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.crm.mapping.edition import Edition, FieldReader, Table
from services.crm.mapping.rows import Cells, Change, Coordinate
from services.crm.mapping.schemas import Schemas
from services.crm.policy.history import BEGIN, History, Span, Version, emptied, first_difference, references, spans
from services.crm.policy.world import World, liveness
from services.crm.reads import Ref


class Since(dict[str, int]):
    """Row → the earliest instant from which something about it changed."""

    def touch(self, row: str, instant: int) -> None:
        if instant < self.get(row, instant + 1):
            self[row] = instant


References = Sequence[tuple[FieldReader, str]]


class Touched:
    """Takes changes row by row and gathers what follows from them."""

    def __init__(self, edition: Edition, schemas: Schemas, truncates: Mapping[str, Sequence[Version]]) -> None:
        self.edition, self.schemas = edition, schemas
        self.world = World(edition)
        self.truncates = dict(truncates)
        """Table → the versions of its row without key."""
        self.records, self.fan_out = Since(), Since()
        """Records to look at again; rows whose dependents must be looked at again too."""
        self.persons: set[str] = set()
        """Rows of persons, or of their mail addresses, whose words may be new."""
        self.candidates: set[str] = set()
        """Accounts that may turn out to be merged."""
        self.kept: list[tuple[str, Version]] = []
        self.emptied: list[tuple[str, Version]] = []
        self.refs: set[Ref] = set()
        self.words: dict[str, tuple[Coordinate, Cells | None]] = {}
        self.known: set[str] = set()
        """Rows of records that the mirror had before."""

    def history(self, table: Table, key: str, versions: Sequence[Version]) -> History:
        """The row over time, into the world."""
        history = self._history(table, key, self._spans(table, versions))
        self.world.rows[f"{table.name}/{key}"] = history
        return history

    def _history(self, table: Table, key: str, found: Sequence[Span]) -> History:
        return History(table, key, found, self.schemas.scale, self.world.drift)

    def _spans(self, table: Table, versions: Sequence[Version]) -> list[Span]:
        more = self.truncates.get(table.name)
        return spans(table, emptied(table, [*versions, *more] if more else versions))

    def row(self, table: Table, key: str, old: Sequence[Version], changes: Sequence[Change]) -> None:
        """All changes of one row in the batch; `old` is what the mirror has of it."""
        row = f"{table.name}/{key}"
        if old:
            have = {v.at for v in old}
            changes = [c for c in changes if c.at not in have]
            if not changes:
                return
            if table.record:
                self.known.add(row)
        new = [Version(c.at, c.op, c.ts, c.cells) for c in changes]  # type: ignore[arg-type]  # they are placed
        if table.words:
            self._speak(row, changes)
        if table.personal and (old or len(new) > 1):
            both = emptied(table, [*old, *new])
            self.emptied += [(row, v) for v, was in zip(both, old, strict=False) if v is not was]
            new = both[len(old) :]
        self.kept += [(row, v) for v in new]
        before = self._spans(table, old) if old else []
        after = self._spans(table, [*old, *new])
        since = first_difference(before, after) if old else after[0].instant if after else None
        self.world.rows[row] = self._history(table, key, after)
        found = [references(table, v.cells) for v in new if v.cells] if table.refs else []
        if found:
            self._relate(table, row, found)
        if since is not None:
            found += [references(table, v.cells) for v in old if v.cells] if table.refs else []
            self._follow(table, key, row, found, since, before)

    def again(self, table: Table, key: str, versions: Sequence[Version]) -> None:
        """A row that reads differently now without being told anew: its table was truncated, or has other decimals."""
        row = f"{table.name}/{key}"
        if table.record:
            self.known.add(row)
        self.history(table, key, versions)
        self._follow(table, key, row, [references(table, v.cells) for v in versions if v.cells], BEGIN, ())
        if table.words and (truncates := self.truncates.get(table.name)):
            self.words[row] = (max(v.at for v in truncates), None)
            self.persons.add(row)

    def _speak(self, row: str, changes: Sequence[Change]) -> None:
        newest = max(changes, key=lambda c: c.at or Coordinate(-2, 0, 0))
        if newest.at is not None:
            self.words[row] = (newest.at, newest.words)
        self.persons.add(row)

    def _follow(
        self, table: Table, key: str, row: str, refs: Sequence[References], since: int, before: Sequence[Span]
    ) -> None:
        """Who must be looked at again, because the row is another from `since` on."""
        if table.record is not None:
            self.records.touch(row, since)
            if table.record == "account":
                self._account(table, key, row, before, since)
            elif table.record in ("case", "contract", "user"):
                self.fan_out.touch(row, since)
        elif table.extends is not None:
            self.records.touch(f"{table.extends}/{key}", since)
        elif table.lookup:
            self.fan_out.touch(row, since)
        for found in refs:
            for field, target in found:
                if field.name == table.part_of:
                    self.records.touch(target, since)
                    if table.gives == "account":
                        self.fan_out.touch(target, since)
                    elif table.gives == "mail":
                        self.persons.add(target)
                elif table.proves_merge and field.name == "account":
                    self.candidates.add(target)

    def _account(self, table: Table, key: str, row: str, before: Sequence[Span], since: int) -> None:
        """Others depend only on whether it is there."""
        was, now = liveness(self._history(table, key, before)), liveness(self.world.rows[row])
        if was != now:
            self.fan_out.touch(row, since)
            self.candidates.add(row)

    def _relate(self, table: Table, row: str, refs: Sequence[References]) -> None:
        for found in refs:
            entity: str | None = row
            if table.part_of is not None:
                entity = next((target for field, target in found if field.name == table.part_of), None)
            if entity is not None:
                self.refs.update([Ref(target, entity, row) for _, target in found])
