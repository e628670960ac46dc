"""Who reaches whom, by the NetworkPolicies of an overlay, compared with the committed edges in edges.txt.

Kubernetes' rules: policies add up; a pod that no policy of a direction selects is open in that direction; a connection
needs the sender's egress and the receiver's ingress. Stand-ins with their labels play the pods that operators make.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from deploy.k8s.checks.render import Object, containers, of_kind, pods, selects, title

NAMESPACE = "stellwerk"
NAMED = {9092: "kafka", 9093: "kafka"}
"""Ports that stand for each other: without and with TLS."""
EDGES = Path(__file__).with_name("edges.txt")


@dataclass(frozen=True, slots=True)
class End:
    """A pod, or something outside the cluster (`address`)."""

    name: str
    namespace: str
    labels: tuple[tuple[str, str], ...]
    ports: tuple[int, ...]
    address: str | None = None


def _end(name: str, namespace: str, ports: Iterable[int], address: str | None = None, **labels: str) -> End:
    known = {key.replace("__", "/").replace("_", "-"): value for key, value in labels.items()}
    return End(name, namespace, tuple(known.items()), tuple(ports), address)


OTHERS = (
    _end("gateway", "gateway", (), app="gateway"),
    _end("prometheus", "monitoring", (4318,), app="prometheus"),  # and a collector of traces: who is known by namespace
    _end("dns", "kube-system", (53,), k8s_app="kube-dns"),
    _end("stranger", "default", (80,), app="stranger"),
    _end("neighbour", NAMESPACE, (80,), app="neighbour"),
    _end("internet", "", (25, 80, 443, 465, 587), "203.0.113.7"),
    _end("metadata-service", "", (80, 443), "169.254.169.254"),
)
MADE_BY_OPERATORS = (
    End("kafka", NAMESPACE, (("strimzi.io/cluster", "kafka"), ("strimzi.io/broker-role", "true")), (9092, 9093)),
    End("pg", NAMESPACE, (("cnpg.io/cluster", "pg"),), (5432,)),
)


def ends(found: list[Object]) -> list[End]:
    """Every pod of the overlay, what operators make, and the rest of the world."""
    ours = [
        End(
            o["metadata"]["name"],
            NAMESPACE,
            tuple(labels.items()),
            tuple(sorted({p["containerPort"] for c in containers(spec) for p in c.get("ports", [])})),
        )
        for o, labels, spec in pods(found)
    ]
    names = {end.name for end in ours}
    return [*ours, *(end for end in MADE_BY_OPERATORS if end.name not in names), *OTHERS]


def policies(found: list[Object]) -> list[Object]:
    """NetworkPolicies, and those that Strimzi will write for the listeners of a Kafka object."""
    written = of_kind(found, "NetworkPolicy")
    for kafka in of_kind(found, "Kafka"):
        rules = [
            {"from": listener["networkPolicyPeers"], "ports": [{"protocol": "TCP", "port": listener["port"]}]}
            for listener in kafka["spec"]["kafka"]["listeners"]
            if "networkPolicyPeers" in listener
        ]
        spec = {
            "podSelector": {"matchLabels": {"strimzi.io/cluster": "kafka", "strimzi.io/broker-role": "true"}},
            "policyTypes": ["Ingress"],
            "ingress": rules,
        }
        written.append(
            {"kind": "NetworkPolicy", "metadata": {"name": title(kafka), "namespace": NAMESPACE}, "spec": spec}
        )
    return written


def edges(found: list[Object]) -> list[str]:
    """`from -> to port` of every connection that is allowed to a pod of ours or to a store, or from a pod of ours."""
    rules, all_ends = policies(found), ends(found)
    ours = {end.name for end in all_ends} - {end.name for end in (*MADE_BY_OPERATORS, *OTHERS)}
    kept = ours | {end.name for end in MADE_BY_OPERATORS}
    found_edges = (
        f"{a.name} -> {b.name} {NAMED.get(port, port)}"
        for a in all_ends
        for b in all_ends
        if a is not b and (a.name in ours or b.name in kept)
        for port in b.ports
        if _open(rules, "Egress", a, b, port) and _open(rules, "Ingress", b, a, port)
    )
    return sorted(set(found_edges))


def _open(rules: list[Object], direction: str, me: End, other: End, port: int) -> bool:
    if me.address is not None:
        return True
    mine = [p for p in rules if _applies(p, direction, me)]
    return not mine or any(_allows(rule, p, direction, other, port) for p in mine for rule in _rules(p, direction))


def _applies(policy: Object, direction: str, me: End) -> bool:
    spec, namespace = policy["spec"], policy["metadata"].get("namespace", NAMESPACE)
    types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])]
    return direction in types and namespace == me.namespace and selects(spec["podSelector"] or {}, dict(me.labels))


def _rules(policy: Object, direction: str) -> Iterator[dict[str, Any]]:
    yield from policy["spec"].get(direction.lower()) or []


def _allows(rule: dict[str, Any], policy: Object, direction: str, other: End, port: int) -> bool:
    peers = rule.get("from" if direction == "Ingress" else "to")
    at_port = not rule.get("ports") or any(p.get("port") in (None, port) for p in rule["ports"])
    home = policy["metadata"].get("namespace", NAMESPACE)
    return at_port and (not peers or any(_is(peer, home, other) for peer in peers))


def _is(peer: dict[str, Any], home: str, other: End) -> bool:
    if "ipBlock" in peer:
        if other.address is None:
            return False  # a pod's address is not known here; our blocks leave the private ranges out
        block, address = peer["ipBlock"], ip_address(other.address)
        return address in ip_network(block["cidr"]) and not any(
            address in ip_network(hole) for hole in block.get("except", [])
        )
    if other.address is not None:
        return False
    namespaces = peer.get("namespaceSelector")
    if namespaces is None:
        there = other.namespace == home
    else:
        there = selects(namespaces, {"kubernetes.io/metadata.name": other.namespace})
    return there and ("podSelector" not in peer or selects(peer["podSelector"] or {}, dict(other.labels)))


def committed() -> list[str]:
    """The edges that are wanted."""
    lines = EDGES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def check(found: list[Object]) -> list[str]:
    """Edges that are not in the list, and those of the list that are gone."""
    now, wanted = set(edges(found)), set(committed())
    return [f"{edge}: not in edges.txt" for edge in sorted(now - wanted)] + [
        f"{edge}: is in edges.txt and not possible" for edge in sorted(wanted - now)
    ]
