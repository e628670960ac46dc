"""Is every object what the API server would take? Built-in kinds by the OpenAPI documents of a Kubernetes version,
custom ones by the schemas in their CRDs, both strict (an unknown field is a fault), and the CEL rules in those CRDs.

The CRDs are other projects' files and not kept here: STELLWERK_CRDS names a directory or .tar.gz that has them. Without
it custom objects are counted as not checked, and that is said. Not run: rules about a change (`oldSelf`) and webhooks.
"""

from __future__ import annotations

import copy
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cel
import jsonschema
import kubernetes_validate

from deploy.k8s.checks.render import Object, load, title

VERSION = "1.37"
"""Kubernetes version whose built-in schemas count."""
_WORDS = ("description", "example", "default", "externalDocs", "title")
_FORMATS = ("date-time", "ipv4", "ipv6", "uri", "email")
Schema = dict[str, Any]


@dataclass
class Result:
    """What was found."""

    faults: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    """Custom objects whose CRD was not given."""
    rules: int = 0
    """CEL rules that were run."""


def crds(source: Path) -> dict[tuple[str, str], Schema]:
    """(apiVersion, kind) → schema, of every CRD in a directory or archive. Raises ValueError if there is none."""
    found: dict[tuple[str, str], Schema] = {}
    for manifest in _texts(source):
        for o in load(manifest):
            if o.get("kind") == "CustomResourceDefinition":
                spec = o["spec"]
                for version in spec["versions"]:
                    key = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
                    found[key] = version["schema"]["openAPIV3Schema"]
    if not found:
        raise ValueError(f"{source} holds no CustomResourceDefinition: STELLWERK_CRDS names their directory or .tar.gz")
    return found


def _texts(source: Path) -> Iterator[str]:
    if source.is_dir():
        for path in sorted(source.rglob("*.y*ml")):
            yield path.read_text(encoding="utf-8")
        return
    with tarfile.open(source) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith((".yaml", ".yml")) and (file := archive.extractfile(member)):
                yield file.read().decode()


def check(found: list[Object], known: dict[tuple[str, str], Schema]) -> Result:
    """Every object by its schema; `known` are the CRDs."""
    result = Result()
    validators = dict[tuple[str, str], Any]()
    for o in found:
        key = str(o.get("apiVersion", "")), str(o.get("kind", ""))
        if not all(key) or not o.get("metadata", {}).get("name"):
            result.faults.append(f"{title(o)}: apiVersion, kind and metadata.name are needed")
        elif key in known:
            if key not in validators:
                validators[key] = jsonschema.Draft7Validator(_whole(known[key]))
            faults = [f"{_path(e)}: {e.message[:160]}" for e in validators[key].iter_errors(o)]
            faults = faults or list(_rules(known[key], _defaulted(known[key], copy.deepcopy(o)), "", result))
            result.faults += [f"{title(o)}: {fault}" for fault in faults]
        elif _custom(key[0]):
            result.unchecked.append(title(o))
        else:
            result.faults += [f"{title(o)}: {fault}" for fault in _builtin(o)]
    return result


def _custom(version: str) -> bool:
    group = version.rpartition("/")[0]
    return "." in group and (not group.endswith(".k8s.io") or group.startswith("gateway."))


def _builtin(o: Object) -> Iterator[str]:
    try:
        kubernetes_validate.validate(o, VERSION, strict=True)
    except kubernetes_validate.ValidationError as e:
        yield f"{'.'.join(map(str, e.path))}: {str(e.message)[:160]}"
    except (kubernetes_validate.SchemaNotFoundError, kubernetes_validate.InvalidSchemaError) as e:
        yield f"no such kind in Kubernetes {VERSION}: {e}"


def _path(error: jsonschema.ValidationError) -> str:
    return ".".join(map(str, error.absolute_path)) or "."


def _whole(schema: Schema) -> Schema:
    strict: Schema = _strict(schema)
    strict["properties"].update(apiVersion={"type": "string"}, kind={"type": "string"}, metadata={"type": "object"})
    return strict


def _strict(schema: Any, prune: bool = True) -> Any:
    """A structural schema as JSON Schema in which a field that is not named is a fault. Inside allOf, anyOf and oneOf
    (`prune` False) a schema only adds conditions, so fields may be missing there."""
    if not isinstance(schema, dict):
        return schema
    made: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            made[key] = {name: _strict(s, prune) for name, s in value.items()}
        elif key in ("items", "additionalProperties"):
            made[key] = _strict(value, prune)
        elif key in ("allOf", "anyOf", "oneOf"):
            made[key] = [_strict(s, False) for s in value]
        elif key == "not":
            made[key] = _strict(value, False)
        elif not (key.startswith("x-") or key in _WORDS or (key == "format" and value not in _FORMATS)):
            made[key] = value
    if schema.get("x-kubernetes-int-or-string"):
        made.pop("anyOf", None)
        made["type"] = ["integer", "string"]
    if schema.get("nullable") and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    named = "properties" in schema and "additionalProperties" not in schema
    if prune and named and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made["additionalProperties"] = False
    return made


def _below(schema: Schema, value: Any) -> Iterator[tuple[str, Schema, Any]]:
    """(path, schema, value) of each part of a value that has a schema."""
    if isinstance(value, dict):
        more = schema.get("additionalProperties")
        for name, part in value.items():
            found = (schema.get("properties") or {}).get(name) or more
            if isinstance(found, dict):
                yield f".{name}", found, part
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for n, part in enumerate(value):
            yield f"[{n}]", schema["items"], part


def _rules(schema: Schema, value: Any, path: str, result: Result) -> Iterator[str]:
    """Broken CEL rules, below and here. A rule that cannot be evaluated is a fault too: it was not checked."""
    if value is None:
        return
    for rule in schema.get("x-kubernetes-validations") or []:
        if "oldSelf" in rule["rule"]:
            continue
        result.rules += 1
        try:
            if cel.evaluate(rule["rule"], {"self": value}) is not True:
                yield f"{path}: {rule.get('message') or rule['rule']}"
        except Exception as e:  # the library raises several kinds
            yield f"{path}: rule {rule['rule']!r} could not be run: {e}"
    for step, found, part in _below(schema, value):
        yield from _rules(found, part, path + step, result)


def _defaulted(schema: Schema, value: Any) -> Any:
    """The value with the defaults that the API server fills in before it looks at rules."""
    if isinstance(value, dict):
        for name, found in (schema.get("properties") or {}).items():
            if name not in value and isinstance(found, dict) and "default" in found:
                value[name] = copy.deepcopy(found["default"])
    for _, found, part in _below(schema, value):
        _defaulted(found, part)
    return value
