"""What the code says about itself: services, roles, consumer groups, topics, settings. The manifests must agree.

Services are imported, never run: a role is called with its database and its work replaced by what notes the arguments.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from pydantic_settings import BaseSettings

from shared.contracts.topics import TOPICS, Topic
from shared.settings import ProcessSettings
from shared.tracing.settings import TracingSettings

ROOT = Path(__file__).resolve().parents[3]
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@dataclass(frozen=True, slots=True)
class Service:
    """One service as its code has it."""

    name: str
    roles: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    """Consumer group → topics that it reads."""
    writes: tuple[Topic, ...]
    settings: frozenset[str]
    """The environment variables that it reads."""

    @property
    def has_log(self) -> bool:
        """Has a database of its own, a worker and a relay."""
        return "migrate" in self.roles

    @property
    def reads(self) -> tuple[str, ...]:
        """Every topic that it consumes, sorted."""
        return tuple(sorted({topic for topics in self.groups.values() for topic in topics}))


def services() -> list[Service]:
    """Every service there is, by name."""
    return [_service(path.parent.name) for path in sorted(ROOT.glob("services/*/main.py"))]


def _service(name: str) -> Service:
    main = importlib.import_module(f"services.{name}.main")
    roles = _roles(main)
    return Service(
        name,
        tuple(roles),
        dict(_groups(main, roles["dead-letters"])) if "dead-letters" in roles else {},
        tuple(topic for topic in TOPICS.values() if topic.producer == name),
        frozenset(_settings(name)),
    )


def _roles(main: ModuleType) -> Mapping[str, Any]:
    """The table that `main()` hands to `shared.runtime.run`."""
    with patch.object(main, "run") as run:
        main.main()
    roles: Mapping[str, Any] = run.call_args.args[1]
    return roles


def _groups(main: ModuleType, role: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Consumers by the role that replays dead letters: it must have every one of the worker's."""
    found: list[Any] = []

    @asynccontextmanager
    async def database(*_: Any) -> AsyncIterator[None]:
        yield None

    async def command(consumers: Sequence[Any], _: Any) -> None:
        found.extend(consumers)

    with (
        patch.object(main, "database", database),
        patch.object(main.deadletters, "command", command),
        patch.dict(os.environ, {"STELLWERK_DATABASE": NOWHERE}),
    ):
        asyncio.run(role(asyncio.Event(), "list"))
    for consumer in found:
        yield consumer.name, tuple(sorted(consumer.topics))


def _settings(name: str) -> Iterator[str]:
    """The variables of the service's settings class with those that it inherits, and those of every process."""
    yield from variables(TracingSettings)
    module = importlib.import_module(f"services.{name}.settings")
    for cls in vars(module).values():
        if isinstance(cls, type) and issubclass(cls, ProcessSettings) and cls.__module__ == module.__name__:
            yield from variables(cls)


def variables(cls: type[BaseSettings]) -> list[str]:
    """The environment variables of a settings class."""
    prefix = str(cls.model_config.get("env_prefix", ""))
    return [str(f.validation_alias or f"{prefix}{n}".upper()) for n, f in cls.model_fields.items()]
