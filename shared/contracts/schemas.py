"""From the contract models: JSON Schemas, the event catalogue and the AsyncAPI document; `make schemas` runs it.

    python -m shared.contracts.schemas              writes them
    python -m shared.contracts.schemas --check      fails on any difference and writes nothing
    python -m shared.contracts.schemas --baseline   also makes them the baseline that later changes are compared with

The models are the only source. A schema lies in `schemas/<channel>/<Type>.v<schema>.json`; the envelope around every
event, once, in `schemas/envelope.v1.json`. The baseline holds the schemas of the last release.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.contracts import catalogue, vocabulary
from shared.contracts.base import Envelope
from shared.contracts.compatible import breaking
from shared.contracts.messages import message_types, schema_of

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCHEMAS, BASELINE = HERE / "schemas", HERE / "baseline"
ENVELOPE = "envelope.v1.json"


def files() -> dict[Path, str]:
    """Every generated file with its content."""
    types = message_types()
    schemas = {ENVELOPE: schema_of(Envelope, "envelope.v1", vocabulary.ENVELOPE)}
    schemas |= {t.file: schema_of(t.model, t.file.removesuffix(".json"), vocabulary.FIELDS) for t in types}
    out = {SCHEMAS / name: _json(schema) for name, schema in schemas.items()}
    out[ROOT / "docs" / "events.md"] = catalogue.events_markdown(types)
    out[ROOT / "docs" / "asyncapi.json"] = _json(catalogue.asyncapi(types))
    return out


def baseline() -> dict[str, dict[str, Any]]:
    """The schemas of the last release, by their file name below `baseline/`."""
    return {path.relative_to(BASELINE).as_posix(): json.loads(path.read_text()) for path in BASELINE.rglob("*.json")}


def breakages(old: Mapping[str, dict[str, Any]], new: Mapping[str, dict[str, Any]]) -> list[str]:
    """What `new` schemas break for users of the `old` ones; a type that vanished is a breakage, a new type is none."""
    gone = [f"{name}: removed; keep the type for one release beside its successor" for name in old if name not in new]
    return gone + [f"{name}: {line}" for name in old if name in new for line in breaking(old[name], new[name])]


def current() -> dict[str, dict[str, Any]]:
    """The schemas of the models as they are now, by file name."""
    return {
        path.relative_to(SCHEMAS).as_posix(): json.loads(text)
        for path, text in files().items()
        if path.is_relative_to(SCHEMAS)
    }


def differences() -> list[str]:
    """Generated files that are missing, differ from the models, or belong to no model any more."""
    wanted = files()
    wrong = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    stale = [path for path in SCHEMAS.rglob("*.json") if path not in wanted]
    return [path.relative_to(ROOT).as_posix() for path in sorted({*wrong, *stale})]


def write() -> None:
    """Bring every generated file up to date and remove schemas without a model."""
    wanted = files()
    for path in set(SCHEMAS.rglob("*.json")) - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def release() -> None:
    """Make the present schemas the baseline of the release that is being made."""
    for path in BASELINE.rglob("*.json"):
        path.unlink()
    for name, schema in current().items():
        path = BASELINE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_json(schema), encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """The command; returns its exit code."""
    if list(arguments) == ["--check"]:
        wrong = differences()
        broken = breakages(baseline(), current())
        for path in wrong:
            print(f"{path} does not match the models; run `make schemas`")
        for line in broken:
            print(f"breaks readers of the last release: {line}")
        return 1 if wrong or broken else 0
    if list(arguments) not in ([], ["--baseline"]):
        print(__doc__)
        return 2
    write()
    if arguments:
        release()
    return 0


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
