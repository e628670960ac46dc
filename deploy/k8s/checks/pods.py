"""Pod Security Standards, level "restricted": what the API server would refuse in our namespace, and a little more.

From the text of the standard (kubernetes.io, Pod Security Standards) for Linux pods that share no namespace of the
host. What it allows and we do not use (Windows, added capabilities, user namespaces) is refused as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deploy.k8s.checks.render import Object, containers, pods, title

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def check(found: list[Object]) -> list[str]:
    """Faults of every pod template."""
    return [f"{title(o)}: {fault}" for o, _, spec in pods(found) for fault in faults(spec)]


def faults(spec: dict[str, Any]) -> Iterator[str]:
    """Faults of one pod spec."""
    pod = spec.get("securityContext") or {}
    yield from (name for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name))
    for volume in spec.get("volumes") or []:
        yield from (f"volume {volume['name']}: {kind}" for kind in volume.keys() - {"name"} - VOLUMES)
    if pod.get("sysctls"):
        yield "sysctls"
    if spec.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken is not false"
    for container in [*containers(spec), *(spec.get("ephemeralContainers") or [])]:
        yield from (f"{container['name']}: {fault}" for fault in _container(container, pod))


def _container(container: dict[str, Any], pod: dict[str, Any]) -> Iterator[str]:
    own = container.get("securityContext") or {}

    def effective(name: str) -> Any:
        return own[name] if name in own else pod.get(name)

    if own.get("privileged"):
        yield "privileged"
    if own.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    capabilities = own.get("capabilities") or {}
    if "ALL" not in (capabilities.get("drop") or []):
        yield "does not drop ALL capabilities"
    if capabilities.get("add"):
        yield f"adds capabilities {capabilities['add']}"
    if effective("runAsNonRoot") is not True:
        yield "runAsNonRoot is not true"
    if effective("runAsUser") == 0:
        yield "runAsUser 0"
    if (effective("seccompProfile") or {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "no seccomp profile"
    if (effective("appArmorProfile") or {}).get("type") == "Unconfined":
        yield "AppArmor unconfined"
    selinux = effective("seLinuxOptions") or {}
    if selinux.get("user") or selinux.get("role") or selinux.get("type"):
        yield "SELinux options"
    if own.get("procMount", "Default") != "Default":
        yield "procMount"
    if own.get("readOnlyRootFilesystem") is not True:
        yield "readOnlyRootFilesystem is not true"
    for port in container.get("ports") or []:
        if port.get("hostPort"):
            yield f"hostPort {port['hostPort']}"
    for probe in (*(container.get(f"{n}Probe") for n in ("startup", "readiness", "liveness")), *_hooks(container)):
        for kind in ("httpGet", "tcpSocket"):
            if ((probe or {}).get(kind) or {}).get("host"):
                yield "a probe or hook names a host"


def _hooks(container: dict[str, Any]) -> list[Any]:
    return list((container.get("lifecycle") or {}).values())
