"""Does everything exist that a manifest refers to, and does it fit? No schema can see this."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from deploy.k8s.checks.render import Object, containers, of_kind, pods, selects, title

DRAIN = 20
"""Seconds that a process may take to stop: GRACE in shared/runtime.py."""
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def check(found: list[Object], *, digests: bool) -> list[str]:
    """Every dangling reference; `digests`: images must be pinned by one."""
    known = _Known(found)
    faults = [
        *_workloads(found, known, digests),
        *_services(found),
        *_budgets(found),
        *_scaling(found, known),
        *_routes(found, known),
        *_certificates(found, known),
        *_kafka(found),
        *_monitors(found),
    ]
    return faults + [f"{name}: is there twice" for name in known.twice]


class _Known:
    """What there is, by kind and name, with the Secrets that operators make."""

    def __init__(self, found: list[Object]) -> None:
        names = [title(o) for o in found]
        self.twice = sorted({name for name in names if names.count(name) > 1})
        self.names = set(names)
        self.secrets = {o["metadata"]["name"] for o in of_kind(found, "Secret", "KafkaUser")}
        self.secrets |= {o["spec"]["secretName"] for o in of_kind(found, "Certificate")}
        for o in of_kind(found, "ExternalSecret"):
            self.secrets.add((o["spec"].get("target") or {}).get("name") or o["metadata"]["name"])
        for o in of_kind(found, "Kafka"):
            self.secrets.add(f"{o['metadata']['name']}-cluster-ca-cert")

    def lacks(self, kind: str, name: str) -> bool:
        return name not in self.secrets if kind == "Secret" else f"{kind}/{name}" not in self.names


def _workloads(found: list[Object], known: _Known, digests: bool) -> Iterator[str]:
    for o, labels, spec in pods(found):
        here = title(o)
        account = spec.get("serviceAccountName")
        if account and known.lacks("ServiceAccount", account):
            yield f"{here}: no ServiceAccount {account}"
        if o["kind"] != "Job" and not selects(o["spec"]["selector"], labels):
            yield f"{here}: its selector does not take its own pods"
        if o["kind"] == "StatefulSet" and known.lacks("Service", o["spec"]["serviceName"]):
            yield f"{here}: no Service {o['spec']['serviceName']}"
        yield from (f"{here}: {fault}" for fault in _volumes(spec, known))
        for container in containers(spec):
            serves = o["kind"] != "Job"
            yield from (f"{here}: {container['name']}: {f}" for f in _container(container, known, serves, digests))
        yield from (f"{here}: {fault}" for fault in _pod(spec, o["kind"]))


def _pod(spec: dict[str, Any], kind: str) -> Iterator[str]:
    pauses = [
        ((c.get("lifecycle") or {}).get("preStop") or {}).get("sleep", {}).get("seconds", 0) for c in containers(spec)
    ]
    grace = spec.get("terminationGracePeriodSeconds", 30)
    if kind != "Job" and grace < max(pauses) + DRAIN + 5:
        yield f"grace period {grace} s is shorter than preStop {max(pauses)} + drain {DRAIN} + 5"
    for rule in spec.get("topologySpreadConstraints") or []:
        if rule.get("matchLabelKeys") and not rule.get("labelSelector"):
            yield "topologySpreadConstraints: matchLabelKeys needs a labelSelector"


def _volumes(spec: dict[str, Any], known: _Known) -> Iterator[str]:
    there = {v["name"] for v in spec.get("volumes") or []}
    used = {m["name"] for c in containers(spec) for m in c.get("volumeMounts") or []}
    yield from (f"mounts volume {name}, which is not there" for name in sorted(used - there))
    yield from (f"volume {name} is never mounted" for name in sorted(there - used))
    for volume in spec.get("volumes") or []:
        parts = (volume.get("projected") or {}).get("sources") or []
        secrets = [volume["secret"]["secretName"]] if "secret" in volume else []
        for secret in (*secrets, *(part["secret"]["name"] for part in parts if "secret" in part)):
            if known.lacks("Secret", secret):
                yield f"nothing makes Secret {secret}"
        if "configMap" in volume and known.lacks("ConfigMap", volume["configMap"]["name"]):
            yield f"no ConfigMap {volume['configMap']['name']}"


def _container(container: dict[str, Any], known: _Known, serves: bool, digests: bool) -> Iterator[str]:
    defined = set[str]()
    for variable in container.get("env") or []:
        for used in re.findall(r"\$\((\w+)\)", variable.get("value") or ""):
            if used not in defined:
                yield f"{variable['name']} uses $({used}) before it is defined"
        if "secretKeyRef" in (variable.get("valueFrom") or {}):
            yield f"{variable['name']} is a secret in the environment: mount it as a file"
        defined.add(variable["name"])
    for argument in container.get("args") or []:
        yield from (
            f"args use $({n}), which is not there" for n in re.findall(r"\$\((\w+)\)", argument) if n not in defined
        )
    for source in container.get("envFrom") or []:
        if "secretRef" in source:
            yield f"Secret {source['secretRef']['name']} in the environment: mount it as a file"
        elif known.lacks("ConfigMap", source["configMapRef"]["name"]):
            yield f"no ConfigMap {source['configMapRef']['name']}"
    paths = [m["mountPath"] for m in container.get("volumeMounts") or []]
    yield from (f"{path} is mounted twice" for path in sorted({p for p in paths if paths.count(p) > 1}))
    ports = {p.get("name") for p in container.get("ports") or []} | {
        p["containerPort"] for p in container.get("ports") or []
    }
    for name in PROBES if serves else ():
        probe = container.get(name)
        if not probe:
            yield f"no {name}"
            continue
        port = next((probe[k]["port"] for k in ("httpGet", "grpc", "tcpSocket") if k in probe), None)
        if port is not None and port not in ports:
            yield f"{name} asks port {port}, which is not there"
        if name == "livenessProbe" and (probe.get("httpGet") or {}).get("path") == "/ready":
            yield "liveness asks a dependency: a database that is down would restart every process"
    if "memory" not in ((container.get("resources") or {}).get("limits") or {}):
        yield "no memory limit"
    if digests and "@sha256:" not in container["image"]:
        yield f"image {container['image']} is not pinned by digest"


def _services(found: list[Object]) -> Iterator[str]:
    for service in of_kind(found, "Service"):
        selector = {"matchLabels": service["spec"].get("selector") or {}}
        taken = [(o, spec) for o, labels, spec in pods(found) if selects(selector, labels)]
        if not taken:
            yield f"{title(service)}: selects no pod"
        for o, spec in taken:
            there = {p.get("name") for c in containers(spec) for p in c.get("ports") or []}
            there |= {p["containerPort"] for c in containers(spec) for p in c.get("ports") or []}
            for port in service["spec"]["ports"]:
                if port["targetPort"] not in there:
                    yield f"{title(service)}: {title(o)} has no port {port['targetPort']}"


def _budgets(found: list[Object]) -> Iterator[str]:
    for budget in of_kind(found, "PodDisruptionBudget"):
        taken = [o for o, labels, _ in pods(found) if selects(budget["spec"]["selector"], labels)]
        if len(taken) != 1:
            yield f"{title(budget)}: selects {len(taken)} workloads"
    for policy in of_kind(found, "NetworkPolicy"):
        chosen = policy["spec"]["podSelector"] or {}
        ours = (chosen.get("matchLabels") or {}).keys() & {"app.kubernetes.io/name"}
        if ours and not any(selects(chosen, labels) for _, labels, _ in pods(found)):
            yield f"{title(policy)}: selects no pod"


def _scaling(found: list[Object], known: _Known) -> Iterator[str]:
    for o in of_kind(found, "TriggerAuthentication"):
        for part in o["spec"].get("secretTargetRef") or []:
            if known.lacks("Secret", part["name"]):
                yield f"{title(o)}: nothing makes Secret {part['name']}"
    scaled = of_kind(found, "HorizontalPodAutoscaler", "ScaledObject")
    there = {title(o) for o, _, _ in pods(found)}
    for o in scaled:
        target = o["spec"]["scaleTargetRef"]
        if f"{target.get('kind', 'Deployment')}/{target['name']}" not in there:
            yield f"{title(o)}: no {target.get('kind', 'Deployment')} {target['name']}"
        for trigger in o["spec"].get("triggers") or []:
            name = (trigger.get("authenticationRef") or {}).get("name")
            if name and f"TriggerAuthentication/{name}" not in {title(a) for a in found}:
                yield f"{title(o)}: no TriggerAuthentication {name}"
        low = o["spec"].get("minReplicas", o["spec"].get("minReplicaCount", 1))
        if low > o["spec"].get("maxReplicas", o["spec"].get("maxReplicaCount", 100)) or low < 1:
            yield f"{title(o)}: from {low} replicas makes no sense"


def _routes(found: list[Object], known: _Known) -> Iterator[str]:
    ports = {o["metadata"]["name"]: {p["port"] for p in o["spec"]["ports"]} for o in of_kind(found, "Service")}
    for route in of_kind(found, "HTTPRoute"):
        for rule in route["spec"]["rules"]:
            for backend in rule.get("backendRefs") or []:
                if backend["port"] not in ports.get(backend["name"], set()):
                    yield f"{title(route)}: no Service {backend['name']} with port {backend['port']}"


def _certificates(found: list[Object], known: _Known) -> Iterator[str]:
    for o in of_kind(found, "Certificate"):
        if known.lacks(o["spec"]["issuerRef"]["kind"], o["spec"]["issuerRef"]["name"]):
            yield f"{title(o)}: no {o['spec']['issuerRef']['kind']} {o['spec']['issuerRef']['name']}"
    for o in of_kind(found, "Issuer"):
        secret = (o["spec"].get("ca") or {}).get("secretName")
        if secret and known.lacks("Secret", secret):
            yield f"{title(o)}: nothing makes Secret {secret}"
    clusters = {o["metadata"]["name"]: o for o in of_kind(found, "Cluster")}
    for o in clusters.values():
        for secret in (o["spec"].get("certificates") or {}).values():
            if known.lacks("Secret", secret):
                yield f"{title(o)}: nothing makes Secret {secret}"
    for o in of_kind(found, "Database", "Pooler", "ScheduledBackup"):
        name = o["spec"]["cluster"]["name"]
        if name not in clusters:
            yield f"{title(o)}: no Cluster {name}"
        elif o["kind"] == "Database":
            roles = {r["name"] for r in (clusters[name]["spec"].get("managed") or {}).get("roles") or []}
            if o["spec"]["owner"] not in roles:
                yield f"{title(o)}: no role {o['spec']['owner']} in Cluster {name}"


def _kafka(found: list[Object]) -> Iterator[str]:
    topics = {o["spec"].get("topicName") or o["metadata"]["name"] for o in of_kind(found, "KafkaTopic")}
    for user in of_kind(found, "KafkaUser"):
        for acl in (user["spec"].get("authorization") or {}).get("acls") or []:
            resource = acl["resource"]
            name, literal = resource.get("name"), resource.get("patternType", "literal") == "literal"
            if name == "*":
                yield f"{title(user)}: a right on everything"
            elif resource["type"] == "topic" and literal and name not in topics:
                yield f"{title(user)}: a right on topic {name}, which is not there"
    for o in of_kind(found, "KafkaTopic"):
        least = (o["spec"].get("config") or {}).get("min.insync.replicas", 1)
        if least >= o["spec"]["replicas"] > 1:
            yield f"{title(o)}: min.insync.replicas {least} of {o['spec']['replicas']}: nobody writes while one is down"


def _monitors(found: list[Object]) -> Iterator[str]:
    databases = {o["metadata"]["name"] for o in of_kind(found, "Cluster")}  # whose pods the operator makes
    for o in of_kind(found, "PodMonitor"):
        if o["spec"]["selector"].get("matchLabels", {}).get("cnpg.io/cluster") in databases:
            continue
        taken = [spec for _, labels, spec in pods(found) if selects(o["spec"]["selector"], labels)]
        if not taken:
            yield f"{title(o)}: selects no pod"
        for endpoint in o["spec"]["podMetricsEndpoints"]:
            if any(
                endpoint["port"] not in {p.get("name") for c in containers(s) for p in c.get("ports") or []}
                for s in taken
            ):
                yield f"{title(o)}: not every pod has port {endpoint['port']}"
