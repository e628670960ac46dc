"""A CRM edition: which tables and columns mean what. Data (`../mappings/<edition>.yaml`), checked when it is loaded.

A table is one of: a *record* (one row is one record of ours), an extension of a record table (`extends`, the `_cstm`
tables), a *link* (`part_of`: its row says something about the record that this field refers to), a *lookup* (found
through links), or *ignored*. Only the columns named under `fields` are ever kept; `words` are those that may name a
person.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.crm.mapping.values import READERS, Reader, choice, coded

FOLDER = Path(__file__).resolve().parent.parent / "mappings"

USAGE = "crm.usage"
"""The mirror's own table of usage reports; no table of a database has a dot in its name."""

RecordKind = Literal["account", "contact", "opportunity", "case", "contract", "activity", "user", "usage"]


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldSpec(_Spec):
    """One column that is kept: `type` names a reader of `values`; `refers` the table its value is a key of."""

    column: str
    type: Literal[
        "text", "id", "flag", "integer", "decimal", "free_amount", "free_count", "date", "instant", "choice", "coded"
    ] = "text"
    scale: int | None = Field(
        default=None, description="Decimals of a DECIMAL column, unless the source says otherwise"
    )
    values: dict[str, str] = Field(default_factory=dict, description="Of a choice: the CRM's word to ours")
    patterns: dict[str, list[str]] = Field(
        default_factory=dict, description="Of a coded text: code → regular expressions; the text itself is never kept"
    )
    other: Literal["keep", "drop", "refuse"] = Field(
        default="drop", description="What becomes of a word that is not in `values`"
    )
    refers: str | None = Field(default=None, description="Table that the value is a key of")
    refers_by: str | None = Field(default=None, description="Column that holds the module name of the row referred to")
    when: dict[str, str] = Field(
        default_factory=dict, description="Other columns and the values without which the field is empty"
    )


class TableSpec(_Spec):
    """One table of the CRM's database."""

    key: str = "id"
    record: RecordKind | None = None
    extends: str | None = None
    part_of: str | None = Field(default=None, description="Of a link: the field whose record the row belongs to")
    gives: Literal["account", "contacts", "participants", "mail"] | None = Field(
        default=None, description="What a link says"
    )
    lookup: bool = False
    ignored: bool = Field(default=False, description="Read past; nothing of it is kept")
    personal: bool = Field(default=False, description="A physical delete empties what is kept of the row")
    proves_merge: bool = Field(
        default=False, description="Re-pointing such a row to another account is evidence of a merge"
    )
    deleted: str | None = Field(default=None, description="Column with the soft-delete flag")
    changed: str | None = Field(default=None, description="Column with the time of the last change (for snapshot rows)")
    entered: str | None = Field(default=None, description="Column with the time of creation")
    fields: dict[str, FieldSpec] = Field(default_factory=dict)
    words: dict[str, FieldSpec] = Field(default_factory=dict)
    fixed: dict[str, str] = Field(default_factory=dict, description="Fields with the same value in every row")
    dropped: list[str] = Field(default_factory=list, description="Known columns that are never kept: no drift")

    @model_validator(mode="after")
    def _one_role(self) -> TableSpec:
        roles = [self.record is not None, self.extends is not None, self.part_of is not None, self.lookup, self.ignored]
        if sum(roles) != 1:
            raise ValueError("a table is exactly one of record, extends, part_of, lookup, ignored")
        if self.part_of is not None and (self.part_of not in self.fields or self.gives is None):
            raise ValueError(f"part_of must name one of the fields, and `gives` what the link says: {self.part_of}")
        return self


class EditionSpec(_Spec):
    """A mapping file."""

    edition: str
    topics: dict[Literal["rows", "schema_changes", "heartbeat", "usage"], str]
    modules: dict[str, str] = Field(description="Module name in parent_type and bean_module → table")
    base_currency: list[str] = Field(description="currency_id values that mean the company's currency")
    currencies: dict[str, str] = Field(default_factory=dict, description="currency_id → ISO 4217 code")
    stages: dict[str, int] = Field(description="Sales stage → probability in percent")
    won: list[str]
    lost: list[str]
    signed: list[str] = Field(description="Contract status values that mean: signed")
    tables: dict[str, TableSpec]

    @model_validator(mode="after")
    def _whole(self) -> EditionSpec:
        for name, table in self.tables.items():
            if table.extends is not None and table.extends not in self.tables:
                raise ValueError(f"{name} extends {table.extends}, which is not mapped")
            for field, spec in table.fields.items():
                if spec.refers is not None and spec.refers not in self.tables:
                    raise ValueError(f"{name}.{field} refers to {spec.refers}, which is not mapped")
        return self


class FieldReader:
    """A compiled field."""

    __slots__ = ("column", "kind", "modules", "name", "read", "refers", "refers_by", "scale", "when")

    def __init__(self, name: str, spec: FieldSpec, modules: Mapping[str, str]) -> None:
        self.name, self.column, self.kind, self.modules = name, spec.column, spec.type, modules
        self.refers, self.refers_by, self.when = spec.refers, spec.refers_by, tuple(spec.when.items())
        self.scale = (spec.scale or 0) if spec.type == "decimal" else None
        self.read: Reader = choice(spec.values, spec.other) if spec.type == "choice" else READERS[spec.type]


class Table:
    """A compiled table."""

    __slots__ = (
        "changed", "coded", "columns", "deleted", "entered", "extends", "fields", "fixed", "gives", "ignored", "key",
        "known", "lookup", "name", "part_of", "personal", "plain", "proves_merge", "record", "refs", "scales",
        "special", "structural", "word_columns", "words",
    )  # fmt: skip

    def __init__(self, name: str, spec: TableSpec, modules: Mapping[str, str]) -> None:
        self.name, self.key = name, spec.key
        self.record, self.extends, self.part_of, self.gives, self.lookup = (
            spec.record,
            spec.extends,
            spec.part_of,
            spec.gives,
            spec.lookup,
        )
        self.ignored, self.personal, self.proves_merge = spec.ignored, spec.personal, spec.proves_merge
        self.deleted, self.changed, self.entered = spec.deleted, spec.changed, spec.entered
        self.fixed: Mapping[str, str] = spec.fixed
        self.fields = tuple(FieldReader(n, s, modules) for n, s in spec.fields.items())
        self.refs = tuple(f for f in self.fields if f.refers or f.refers_by)
        self.special = tuple(f for f in self.fields if f not in self.refs and (f.when or f.scale is not None))
        self.plain = tuple((f.name, f.column, f.read) for f in self.fields if f not in self.refs + self.special)
        self.words = tuple(FieldReader(n, s, modules) for n, s in spec.words.items())
        self.coded = tuple((s.column, coded(s.patterns)) for s in spec.fields.values() if s.type == "coded")
        """Columns whose text is replaced by its code as soon as it is read."""
        self.scales: Mapping[str, int] = {f.column: f.scale for f in self.fields if f.scale is not None}
        kept = [c for s in spec.fields.values() for c in (s.column, s.refers_by, *s.when) if c]
        self.columns = tuple(dict.fromkeys(kept + ([spec.deleted] if spec.deleted else [])))
        self.word_columns = tuple(dict.fromkeys(s.column for s in spec.words.values()))
        self.structural = (spec.deleted,) if spec.deleted else ()
        """What remains of a personal row that was physically deleted."""
        stamps = [c for c in (spec.changed, spec.entered) if c]
        self.known = frozenset([spec.key, *self.columns, *self.word_columns, *stamps, *spec.dropped])


_USAGE = TableSpec(
    record="usage",
    fields={
        "account": FieldSpec(column="account", type="id", refers="accounts"),
        "product": FieldSpec(column="product"),
        "metric": FieldSpec(column="metric"),
        "value": FieldSpec(column="value", type="integer"),
        "licensed": FieldSpec(column="licensed", type="integer"),
        "period_start": FieldSpec(column="period_start"),
        "period_end": FieldSpec(column="period_end"),
        "reported_at": FieldSpec(column="reported_at", type="instant"),
    },
)


class Edition:
    """A compiled mapping for one CRM connection (`system`, the prefix of its topics)."""

    def __init__(self, spec: EditionSpec, system: str, company_currency: str) -> None:
        self.spec, self.name, self.system, self.company_currency = spec, spec.edition, system, company_currency
        topics = {k: v.format(system=system) for k, v in spec.topics.items()}
        self.rows_prefix = topics["rows"]
        self.schema_topic, self.heartbeat_topic, self.usage_topic = (
            topics["schema_changes"],
            topics["heartbeat"],
            topics["usage"],
        )
        self.tables = {name: Table(name, table, spec.modules) for name, table in spec.tables.items()}
        self.by_topic = {self.rows_prefix + name: table for name, table in self.tables.items()}
        self.tables[USAGE] = Table(USAGE, _USAGE, {})
        self.extensions: dict[str, tuple[str, ...]] = {
            name: tuple(t.name for t in self.tables.values() if t.extends == name) for name in self.tables
        }
        self.stages = spec.stages
        self.won, self.lost, self.signed = frozenset(spec.won), frozenset(spec.lost), frozenset(spec.signed)
        self.main = {t.record: t.name for t in self.tables.values() if t.record and t.record != "activity"}

    def topics(self) -> list[str]:
        """Every topic that the worker subscribes to."""
        return [*self.by_topic, self.schema_topic, self.heartbeat_topic, self.usage_topic]

    def currency(self, currency_id: str | None) -> str:
        """ISO code of a currency of the CRM; XXX (no currency) for one that the mapping does not know."""
        if currency_id is None or currency_id in self.spec.base_currency:
            return self.company_currency
        return self.spec.currencies.get(currency_id, "XXX")


@lru_cache(8)
def load(edition: str, system: str, company_currency: str) -> Edition:
    """The edition of that name, or the mapping file of that path. Raises ValueError with what is wrong in the file, or
    which editions there are.
    """
    path = Path(edition) if edition.endswith(".yaml") else FOLDER / f"{edition}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.yaml")))
        raise ValueError(
            f"there is no CRM edition {edition!r}; known are {known}; or give the path of a mapping file that ends in "
            ".yaml (STELLWERK_CRM_EDITION)"
        )
    return Edition(EditionSpec.model_validate(yaml.safe_load(path.read_text("utf-8"))), system, company_currency)
