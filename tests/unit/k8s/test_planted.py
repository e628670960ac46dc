"""Each checker sees the faults it is there for: one is planted in the production overlay, and it must be told."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.k8s.checks import agree, network, pods, refs, render, schema
from deploy.k8s.checks.code import Service, services

Objects = list[dict[str, Any]]
Plant = Callable[[Objects], None]


@pytest.fixture(scope="module")
def code() -> list[Service]:
    return services()


@pytest.fixture(scope="module")
def _rendered() -> Objects:
    return render.objects("prod")


@pytest.fixture
def prod(_rendered: Objects) -> Objects:
    """Production with Kafka by TLS: it has every kind. A copy, to be spoilt."""
    return copy.deepcopy(_rendered)


def the(found: Objects, title: str) -> dict[str, Any]:
    """One object by kind/name."""
    return next(o for o in found if render.title(o) == title)


def pod(found: Objects, title: str) -> dict[str, Any]:
    """The pod spec of a workload."""
    spec: dict[str, Any] = the(found, title)["spec"]["template"]["spec"]
    return spec


def main_of(found: Objects, title: str) -> dict[str, Any]:
    """Its main container."""
    container: dict[str, Any] = pod(found, title)["containers"][0]
    return container


def variable(found: Objects, title: str, name: str) -> dict[str, Any]:
    """One variable of its main container."""
    return next(v for v in main_of(found, title)["env"] if v["name"] == name)


WORKER, RELAY, API = "StatefulSet/qbr-worker", "Deployment/qbr-relay", "Deployment/qbr-api"


def drop(found: Objects, title: str) -> None:
    found.remove(the(found, title))


REFS: dict[str, tuple[Plant, str]] = {
    "secret": (lambda f: drop(f, "Certificate/qbr-pg-app"), f"{WORKER}: nothing makes Secret qbr-pg-app"),
    "monitor of a database that is not there": (
        lambda f: the(f, "PodMonitor/pg")["spec"]["selector"]["matchLabels"].update({"cnpg.io/cluster": "gp"}),
        "PodMonitor/pg: selects no pod",
    ),
    "certificate of an API": (lambda f: drop(f, "Certificate/qbr-grpc"), f"{API}: nothing makes Secret qbr-grpc"),
    "secret in a projection": (lambda f: drop(f, "KafkaUser/qbr-kafka"), f"{RELAY}: nothing makes Secret qbr-kafka"),
    "account": (lambda f: drop(f, "ServiceAccount/qbr-service"), f"{API}: no ServiceAccount qbr-service"),
    "config": (lambda f: drop(f, "ConfigMap/stellwerk"), f"{WORKER}: main: no ConfigMap stellwerk"),
    "governing service": (lambda f: drop(f, "Service/qbr-worker"), f"{WORKER}: no Service qbr-worker"),
    "selector": (
        lambda f: the(f, "Service/qbr-grpc")["spec"]["selector"].update({"app.kubernetes.io/name": "qrb"}),
        "Service/qbr-grpc: selects no pod",
    ),
    "target port": (
        lambda f: the(f, "Service/qbr-grpc")["spec"]["ports"][0].update(targetPort="grcp"),
        "Service/qbr-grpc: Deployment/qbr-api has no port grcp",
    ),
    "probe port": (
        lambda f: main_of(f, API)["readinessProbe"]["httpGet"].update(port="opps"),
        f"{API}: main: readinessProbe asks port opps, which is not there",
    ),
    "no probe": (lambda f: main_of(f, API).pop("livenessProbe"), f"{API}: main: no livenessProbe"),
    "liveness asks the database": (
        lambda f: main_of(f, WORKER)["livenessProbe"]["httpGet"].update(path="/ready"),
        f"{WORKER}: main: liveness asks a dependency: a database that is down would restart every process",
    ),
    "memory": (lambda f: main_of(f, API)["resources"].pop("limits"), f"{API}: main: no memory limit"),
    "tag": (
        lambda f: main_of(f, API).update(image="r.example/stellwerk/qbr:1"),
        f"{API}: main: image r.example/stellwerk/qbr:1 is not pinned by digest",
    ),
    "variable order": (
        lambda f: main_of(f, API)["env"].reverse(),
        f"{API}: main: STELLWERK_DATABASE uses $(SERVICE) before it is defined",
    ),
    "secret variable": (
        lambda f: main_of(f, API)["env"].append(
            {"name": "X", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}
        ),
        f"{API}: main: X is a secret in the environment: mount it as a file",
    ),
    "grace": (
        lambda f: pod(f, API).update(terminationGracePeriodSeconds=30),
        f"{API}: grace period 30 s is shorter than preStop 8 + drain 20 + 5",
    ),
    "unused volume": (
        lambda f: pod(f, API)["volumes"].append({"name": "x", "emptyDir": {}}),
        f"{API}: volume x is never mounted",
    ),
    "spread": (
        lambda f: pod(f, API)["topologySpreadConstraints"][0].pop("labelSelector"),
        f"{API}: topologySpreadConstraints: matchLabelKeys needs a labelSelector",
    ),
    "budget": (
        lambda f: the(f, "PodDisruptionBudget/qbr-api")["spec"]["selector"]["matchLabels"].pop(
            "app.kubernetes.io/name"
        ),
        "PodDisruptionBudget/qbr-api: selects ",
    ),
    "autoscaler": (
        lambda f: the(f, "ScaledObject/qbr-worker")["spec"]["scaleTargetRef"].update(name="worker"),
        "ScaledObject/qbr-worker: no StatefulSet worker",
    ),
    "scaling to nothing": (
        lambda f: the(f, "ScaledObject/qbr-worker")["spec"].update(minReplicaCount=0),
        "ScaledObject/qbr-worker: from 0 replicas makes no sense",
    ),
    "scaling in whose name": (
        lambda f: drop(f, "TriggerAuthentication/qbr-kafka"),
        "ScaledObject/qbr-worker: no TriggerAuthentication qbr-kafka",
    ),
    "route": (
        lambda f: the(f, "HTTPRoute/portal")["spec"]["rules"][0]["backendRefs"][0].update(port=8080),
        "HTTPRoute/portal: no Service portal-web with port 8080",
    ),
    "issuer": (lambda f: drop(f, "Issuer/pg-ca"), "Certificate/qbr-pg-app: no Issuer pg-ca"),
    "database owner": (
        lambda f: the(f, "Database/qbr")["spec"].update(owner="qbr"),
        "Database/qbr: no role qbr in Cluster pg",
    ),
    "right on nothing": (
        lambda f: drop(f, "KafkaTopic/kam.qbr.v1"),
        "KafkaUser/qbr-kafka: a right on topic kam.qbr.v1, which is not there",
    ),
    "right on everything": (
        lambda f: the(f, "KafkaUser/qbr-kafka")["spec"]["authorization"]["acls"][0]["resource"].update(name="*"),
        "KafkaUser/qbr-kafka: a right on everything",
    ),
    "all replicas in sync": (
        lambda f: the(f, "KafkaTopic/kam.qbr.v1")["spec"]["config"].update({"min.insync.replicas": 3}),
        "KafkaTopic/kam.qbr.v1: min.insync.replicas 3 of 3: nobody writes while one is down",
    ),
    "monitor": (
        lambda f: the(f, "PodMonitor/stellwerk")["spec"]["podMetricsEndpoints"][0].update(port="metrics"),
        "PodMonitor/stellwerk: not every pod has port metrics",
    ),
    "twice": (lambda f: f.append(the(f, "Service/qbr-grpc")), "Service/qbr-grpc: is there twice"),
}


@pytest.mark.parametrize("name", REFS)
def test_a_dangling_reference_is_seen(name: str, prod: Objects) -> None:
    plant, told = REFS[name]
    assert refs.check(prod, digests=True) == []
    plant(prod)
    assert [fault for fault in refs.check(prod, digests=True) if told in fault]


PODS: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any]], Any], str]] = {
    "root": (lambda s, c: c["securityContext"].update(runAsNonRoot=False), "runAsNonRoot is not true"),
    "uid 0": (lambda s, c: c["securityContext"].update(runAsUser=0), "runAsUser 0"),
    "privileged": (lambda s, c: c["securityContext"].update(privileged=True), "privileged"),
    "escalation": (
        lambda s, c: c["securityContext"].pop("allowPrivilegeEscalation"),
        "allowPrivilegeEscalation is not false",
    ),
    "capabilities": (lambda s, c: c["securityContext"].pop("capabilities"), "does not drop ALL capabilities"),
    "more capabilities": (
        lambda s, c: c["securityContext"]["capabilities"].update(add=["SYS_ADMIN"]),
        "adds capabilities ['SYS_ADMIN']",
    ),
    "seccomp": (lambda s, c: s["securityContext"].pop("seccompProfile"), "no seccomp profile"),
    "writable": (
        lambda s, c: c["securityContext"].update(readOnlyRootFilesystem=False),
        "readOnlyRootFilesystem is not true",
    ),
    "host port": (lambda s, c: c["ports"][0].update(hostPort=9090), "hostPort 9090"),
    "host of a probe": (
        lambda s, c: c["livenessProbe"]["httpGet"].update(host="10.0.0.1"),
        "a probe or hook names a host",
    ),
    "proc": (lambda s, c: c["securityContext"].update(procMount="Unmasked"), "procMount"),
}


@pytest.mark.parametrize("name", PODS)
def test_an_unrestricted_container_is_seen(name: str, prod: Objects) -> None:
    plant, told = PODS[name]
    plant(pod(prod, WORKER), main_of(prod, WORKER))
    assert pods.check(prod) == [f"{WORKER}: main: {told}"]


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (lambda s: s.update(hostNetwork=True), "hostNetwork"),
        (lambda s: s["volumes"].append({"name": "v", "hostPath": {"path": "/"}}), "volume v: hostPath"),
        (lambda s: s.pop("automountServiceAccountToken"), "automountServiceAccountToken is not false"),
        (lambda s: s["securityContext"].update(sysctls=[{"name": "a", "value": "b"}]), "sysctls"),
    ],
)
def test_an_unrestricted_pod_is_seen(plant: Callable[[dict[str, Any]], Any], told: str, prod: Objects) -> None:
    plant(pod(prod, WORKER))
    assert pods.check(prod) == [f"{WORKER}: {told}"]


NETWORK: dict[str, tuple[Plant, set[str]]] = {
    "an open door": (
        lambda f: the(f, "NetworkPolicy/portal-web")["spec"]["ingress"].append({}),
        {"stranger -> portal-api 8080: not in edges.txt", "stranger -> portal-api 9090: not in edges.txt"},
    ),
    "a cut wire": (
        lambda f: drop(f, "NetworkPolicy/qbr-kafka"),
        {"qbr-worker -> kafka kafka: is in edges.txt and not possible"},
    ),
    "the portal at the database": (
        lambda f: the(f, "NetworkPolicy/portal-web")["spec"]["egress"].append({}),
        {"portal-api -> stranger 80: not in edges.txt"},
    ),
    "brokers open to all": (
        lambda f: the(f, "Kafka/kafka")["spec"]["kafka"]["listeners"][0].pop("networkPolicyPeers"),
        {"accounts-worker -> kafka kafka: is in edges.txt and not possible"},
    ),
    "PostgreSQL open to all": (lambda f: drop(f, "NetworkPolicy/pg"), {"stranger -> pg 5432: not in edges.txt"}),
    "no default": (
        lambda f: the(f, "NetworkPolicy/qbr-pods")["spec"].update(policyTypes=["Egress"]),
        {"prometheus -> qbr-worker 9090: is in edges.txt and not possible"},
    ),
}


@pytest.mark.parametrize("name", NETWORK)
def test_another_edge_is_seen(name: str, prod: Objects) -> None:
    plant, told = NETWORK[name]
    plant(prod)
    assert told - set(network.check(prod)) == set()


AGREE: dict[str, tuple[Plant, str]] = {
    "no worker": (lambda f: drop(f, WORKER), "qbr: nothing runs its role worker"),
    "a role that is none": (
        lambda f: main_of(f, WORKER).update(args=["wroker"]),
        f"{WORKER}: qbr has no role wroker",
    ),
    "another's image": (
        lambda f: main_of(f, WORKER).update(image=main_of(f, "StatefulSet/risk-worker")["image"]),
        "is not that of qbr",
    ),
    "a misspelt variable": (
        lambda f: main_of(f, API)["env"].append({"name": "STELLWERK_GRPC_PROT", "value": "1"}),
        f"{API}: STELLWERK_GRPC_PROT is no setting of qbr",
    ),
    "a misspelt shared variable": (
        lambda f: the(f, "ConfigMap/stellwerk")["data"].update(STELLWERK_KAFKAS="x"),
        "ConfigMap/stellwerk: STELLWERK_KAFKAS is no setting",
    ),
    "the portal does not know": (
        lambda f: variable(f, "Deployment/portal-api", "STELLWERK_ACCOUNTS").update(value="accounts:50051"),
        "Deployment/portal-api: STELLWERK_ACCOUNTS must be dns:///accounts-grpc:50051",
    ),
    "a misspelt file": (
        lambda f: the(f, "ExternalSecret/notifications-channels")["spec"]["data"][0].update(secretKey="stellwerk_smpt"),
        "StatefulSet/notifications-worker: file stellwerk_smpt is no setting of notifications",
    ),
    "topic": (lambda f: drop(f, "KafkaTopic/kam.qbr.v1"), "KafkaTopic kam.qbr.v1 is missing"),
    "partitions": (
        lambda f: the(f, "KafkaTopic/kam.qbr.v1")["spec"].update(partitions=12),
        "KafkaTopic kam.qbr.v1: 12 partitions, the contract says 4",
    ),
    "compaction": (
        lambda f: the(f, "KafkaTopic/kam.people.v1")["spec"]["config"].update({"cleanup.policy": "delete"}),
        "KafkaTopic kam.people.v1: cleanup.policy delete, the contract says compacted = True",
    ),
    "right on a foreign topic": (
        lambda f: acls(f, "risk").append(acl("topic", "kam.people.v1", "Read")),
        "KafkaUser of risk: Read on topic kam.people.v1, which the code does not",
    ),
    "right to write another's": (
        lambda f: acls(f, "risk").append(acl("topic", "kam.qbr.v1", "Write")),
        "KafkaUser of risk: Write on topic kam.qbr.v1, which the code does not",
    ),
    "right missing": (lambda f: acls(f, "risk").pop(), "KafkaUser of risk: Read on group risk.facts is missing"),
    "right by prefix": (
        lambda f: acls(f, "risk").append(acl("topic", "kam.", "Read", "prefix")),
        "KafkaUser of risk: Read on a prefix, kam.",
    ),
    "right of an administrator": (
        lambda f: acls(f, "risk").append(acl("topic", "kam.risk.v1", "Delete")),
        "KafkaUser of risk: Delete is never needed",
    ),
    "no user": (lambda f: drop(f, "KafkaUser/risk-kafka"), "risk: no KafkaUser"),
    "scaling on another group": (
        lambda f: the(f, "ScaledObject/risk-worker")["spec"]["triggers"][0]["metadata"].update(consumerGroup="risk"),
        "ScaledObject of risk: groups ['risk'], the code has ['risk.facts']",
    ),
}  # fmt: skip


def acls(found: Objects, service: str) -> list[dict[str, Any]]:
    rights: list[dict[str, Any]] = the(found, f"KafkaUser/{service}-kafka")["spec"]["authorization"]["acls"]
    return rights


def acl(kind: str, name: str, operation: str, pattern: str = "literal") -> dict[str, Any]:
    return {"resource": {"type": kind, "name": name, "patternType": pattern}, "operations": [operation]}


@pytest.mark.parametrize("name", AGREE)
def test_a_difference_from_the_code_is_seen(name: str, prod: Objects, code: list[Service]) -> None:
    plant, told = AGREE[name]
    plant(prod)
    assert [fault for fault in agree.check(prod, code) if told in fault]


def test_invalid_built_in_objects_are_seen() -> None:
    good = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "a"},
        "spec": {"ports": [{"port": 80, "targetPort": "http"}]},
    }
    assert schema.check([good], {}).faults == []
    for spoilt in (
        {**good, "spec": {"ports": [{"prot": 80}]}},
        {**good, "spec": {"ports": [{"port": "eighty"}]}},
        {**good, "speck": {}},
        {**good, "kind": "Servic"},
        {**good, "metadata": {}},
        {k: v for k, v in good.items() if k != "apiVersion"},
    ):
        assert len(schema.check([spoilt], {}).faults) > 0, spoilt


CRD = """
kind: CustomResourceDefinition
metadata: {name: a}
spec:
  group: x.example
  names: {kind: Thing}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1}
              mode: {type: string, enum: [a, b], default: a}
              many: {x-kubernetes-int-or-string: true}
              labels: {type: object, additionalProperties: {type: string}}
            x-kubernetes-validations:
            - {rule: "self.size < 10 || self.mode == 'b'", message: big things are b}
            - {rule: "self.size >= oldSelf.size"}
"""


@pytest.mark.parametrize(
    ("spec", "faults"),
    [
        ({"size": 3}, 0),
        ({"size": 30, "mode": "b", "many": "5%", "labels": {"a": "b"}}, 0),
        ({}, 1),
        ({"size": "3"}, 1),
        ({"size": 0}, 1),
        ({"size": 3, "mode": "c"}, 1),
        ({"size": 3, "sizes": 4}, 1),
        ({"size": 3, "labels": {"a": 1}}, 1),
        ({"size": 30}, 1),
    ],
)
def test_custom_objects_are_checked_by_schema_and_rules(spec: dict[str, Any], faults: int, tmp_path: Path) -> None:
    (tmp_path / "crd.yaml").write_text(CRD)
    thing = {"apiVersion": "x.example/v1", "kind": "Thing", "metadata": {"name": "t"}, "spec": spec}
    result = schema.check([thing], schema.crds(tmp_path))
    assert len(result.faults) == faults, result.faults
    assert schema.check([thing], {}).unchecked == ["Thing/t"]


def test_a_place_without_crds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no CustomResourceDefinition"):
        schema.crds(tmp_path)
