"""Do manifests and code say the same? Services, roles, variables, addresses, topics, consumer groups, rights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deploy.k8s.checks.code import Service
from deploy.k8s.checks.render import Object, containers, of_kind, pods, title
from shared.contracts.topics import topic

OURS = "app.kubernetes.io/name"
NOT_SETTINGS = {"SERVICE", "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"}
"""Variables of the manifests themselves, and of libpq."""
LASTING = ("migrate", "worker", "relay", "api")
"""Roles that the cluster runs; the others are commands of people."""


def check(found: list[Object], services: Sequence[Service]) -> list[str]:
    """Every difference. Kafka's objects are compared where the overlay has any."""
    faults = [
        *_roles(found, services),
        *_variables(found, services),
        *_addresses(found, services),
        *_files(found, services),
    ]
    if of_kind(found, "KafkaTopic"):
        faults += _topics(found, services)
    if of_kind(found, "KafkaUser"):
        faults += _rights(found, services)
    if of_kind(found, "ScaledObject"):
        faults += _groups(found, services)
    return faults


def _of(found: list[Object], services: Sequence[Service]) -> Iterator[tuple[Service, Object, dict[str, Any]]]:
    by_name = {service.name: service for service in services}
    for o, labels, spec in pods(found):
        if labels.get("app.kubernetes.io/part-of") == "stellwerk" and labels.get(OURS) in by_name:
            yield by_name[labels[OURS]], o, spec


def _roles(found: list[Object], services: Sequence[Service]) -> Iterator[str]:
    """Each service runs each of its lasting roles, from its own image, and nothing else."""
    known = {service.name for service in services}
    run = set[tuple[str, str]]()
    for service, o, spec in _of(found, services):
        for container in containers(spec):
            if not container["image"].split("@")[0].split(":")[0].endswith(f"/{service.name}") and (
                f"/{service.name}:" not in container["image"]
            ):
                yield f"{title(o)}: image {container['image']} is not that of {service.name}"
            if "command" not in container:
                role = container["args"][0]
                run.add((service.name, role))
                if role not in service.roles:
                    yield f"{title(o)}: {service.name} has no role {role}"
    for service in services:
        for role in LASTING:
            if role in service.roles and (service.name, role) not in run:
                yield f"{service.name}: nothing runs its role {role}"
    for o, labels, _ in pods(found):
        if labels.get("app.kubernetes.io/part-of") == "stellwerk" and labels.get(OURS) not in known:
            yield f"{title(o)}: there is no service {labels.get(OURS)}"


def _variables(found: list[Object], services: Sequence[Service]) -> Iterator[str]:
    """Every variable is a setting of the service that gets it; those of the shared ConfigMap, of some service."""
    maps = {o["metadata"]["name"]: o.get("data") or {} for o in of_kind(found, "ConfigMap")}
    everyones = {name for service in services for name in service.settings}
    for service, o, spec in _of(found, services):
        for container in containers(spec):
            for name in sorted({v["name"] for v in container.get("env") or []} - service.settings - NOT_SETTINGS):
                yield f"{title(o)}: {name} is no setting of {service.name}"
    yield from (
        f"ConfigMap/stellwerk: {n} is no setting"
        for n in sorted(maps.get("stellwerk", {}).keys() - everyones - NOT_SETTINGS)
    )


def _addresses(found: list[Object], services: Sequence[Service]) -> Iterator[str]:
    """The portal is told the address of every service whose API it asks."""
    portal = next((s for s in services if s.name == "portal"), None)
    asked = [s.name for s in services if portal and f"STELLWERK_{s.name.upper()}" in portal.settings]
    for service, o, spec in _of(found, services):
        if service.name == "portal":
            told = {v["name"]: v.get("value") for c in containers(spec) for v in c.get("env") or []}
            for name in asked:
                wanted = f"dns:///{name}-grpc:50051"
                if told.get(f"STELLWERK_{name.upper()}") != wanted:
                    yield f"{title(o)}: STELLWERK_{name.upper()} must be {wanted}"


def _files(found: list[Object], services: Sequence[Service]) -> Iterator[str]:
    """The keys of a secret that is read as settings (a file for each) are settings of the service that mounts it."""
    keys = {
        (o["spec"].get("target") or {}).get("name") or o["metadata"]["name"]: [
            d["secretKey"] for d in o["spec"]["data"]
        ]
        for o in of_kind(found, "ExternalSecret")
    }
    for service, o, spec in _of(found, services):
        for volume in spec.get("volumes") or []:
            for key in keys.get((volume.get("secret") or {}).get("secretName", ""), []):
                if key.upper() not in service.settings:
                    yield f"{title(o)}: file {key} is no setting of {service.name}"


def _topics(found: list[Object], services: Sequence[Service]) -> Iterator[str]:
    """Topics = those that the code writes and reads, with the partitions of the contract."""
    there = {o["spec"].get("topicName") or o["metadata"]["name"]: o for o in of_kind(found, "KafkaTopic")}
    wanted = {name for s in services for name in (*(t.name for t in s.writes), *s.reads)}
    yield from (f"KafkaTopic {name}: no service writes or reads it" for name in sorted(there.keys() - wanted))
    yield from (f"KafkaTopic {name} is missing" for name in sorted(wanted - there.keys()))
    for name in sorted(wanted & there.keys()):
        contract, spec = topic(name), there[name]["spec"]
        if spec["partitions"] != contract.partitions:
            yield f"KafkaTopic {name}: {spec['partitions']} partitions, the contract says {contract.partitions}"
        policy = (spec.get("config") or {}).get("cleanup.policy")
        if (policy == "compact") != contract.compacted:
            yield f"KafkaTopic {name}: cleanup.policy {policy}, the contract says compacted = {contract.compacted}"


def _rights(found: list[Object], services: Sequence[Service]) -> Iterator[str]:
    """Write on what a service publishes, Read on what it consumes and on its groups: those and no others."""
    there = {o["metadata"]["name"].removesuffix("-kafka"): o for o in of_kind(found, "KafkaUser")}
    logs = {s.name: s for s in services if s.has_log}
    yield from (f"KafkaUser of {name}: there is no such service" for name in sorted(there.keys() - logs.keys()))
    yield from (f"{name}: no KafkaUser" for name in sorted(logs.keys() - there.keys()))
    for name in sorted(logs.keys() & there.keys()):
        service, given = logs[name], set[tuple[str, str, str]]()
        for acl in there[name]["spec"]["authorization"]["acls"]:
            for operation in acl["operations"]:
                given.add((acl["resource"]["type"], acl["resource"]["name"], operation))
                if acl["resource"].get("patternType", "literal") != "literal" and operation != "Describe":
                    yield f"KafkaUser of {name}: {operation} on a prefix, {acl['resource']['name']}"
        for operation, kind, wanted in (
            ("Write", "topic", {t.name for t in service.writes}),
            ("Read", "topic", set(service.reads)),
            ("Read", "group", set(service.groups)),
        ):
            has = {n for k, n, o in given if k == kind and o == operation}
            yield from (
                f"KafkaUser of {name}: {operation} on {kind} {n}, which the code does not" for n in sorted(has - wanted)
            )
            yield from (f"KafkaUser of {name}: {operation} on {kind} {n} is missing" for n in sorted(wanted - has))
        strange = {o for _, _, o in given} - {"Create", "Describe", "Read", "Write"}
        yield from (f"KafkaUser of {name}: {o} is never needed" for o in sorted(strange))


def _groups(found: list[Object], services: Sequence[Service]) -> Iterator[str]:
    """Every worker scales on the lag of each of its groups."""
    for service in services:
        scaled = [o for o in of_kind(found, "ScaledObject") if o["metadata"]["name"] == f"{service.name}-worker"]
        groups = {t["metadata"]["consumerGroup"] for o in scaled for t in o["spec"]["triggers"]}
        if groups != set(service.groups):
            yield f"ScaledObject of {service.name}: groups {sorted(groups)}, the code has {sorted(service.groups)}"
