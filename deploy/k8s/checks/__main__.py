"""Render every overlay and check it; `make k8s-check` runs this.

    python -m deploy.k8s.checks [overlay …] [--edges]

STELLWERK_CRDS names the CRDs (directory or .tar.gz) that custom objects are validated against; STELLWERK_CHECKOV a
checkov program to run on top (`make k8s-check` installs one). Exit status: 0 nothing found, 1 faults. `--edges` prints
what reaches what in prod, for checks/edges.txt, and nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.k8s import generate
from deploy.k8s.checks import agree, network, pods, refs, render, schema
from deploy.k8s.checks.code import services

PINNED = ("staging", "prod")
"""Overlays whose images are pinned by digest."""
SKIPPED = {
    "CKV_K8S_11": "no CPU limits: a throttled consumer loses its partitions",
    "CKV_K8S_15": "images by digest need no pull policy",
    "CKV_K8S_43": "refs.py asks for digests where they belong",
    "CKV_K8S_14": "the tags of dev and ci move on purpose",
    "CKV2_K8S_6": "network.py computes reachability; this one only looks for a policy",
}


def main(arguments: Sequence[str]) -> int:
    """The command; returns its exit code."""
    wanted = [a for a in arguments if not a.startswith("--")] or list(render.OVERLAYS)
    if unknown := set(wanted) - set(render.OVERLAYS):
        print(f"no overlay {', '.join(sorted(unknown))}: there are {', '.join(render.OVERLAYS)}")
        return 2
    if "--edges" in arguments:
        print("\n".join(network.edges(render.objects("prod"))))
        return 0
    given = os.environ.get("STELLWERK_CRDS")
    known = schema.crds(Path(given)) if given else {}
    print(
        f"CRDs: {len(known)} versions of kinds"
        if given
        else "CRDs: none given (STELLWERK_CRDS): schemas of custom objects not checked"
    )
    faults = generate.main(["--check"])
    code = services()
    for name in wanted:
        text = render.text(name)
        found = render.load(text)
        result = schema.check(found, known)
        lists: Mapping[str, Sequence[str]] = {
            "invalid": result.faults,
            "dangling": refs.check(found, digests=name in PINNED),
            "not restricted": pods.check(found),
            "edges": network.check(found),
            "unlike the code": agree.check(found, code),
            "checkov": _checkov(text),
        }
        said = ", ".join(f"{len(v)} {what}" for what, v in lists.items())
        print(f"{name}: {len(found)} objects, {len(result.unchecked)} without schema, {result.rules} CEL rules; {said}")
        for what, some in lists.items():
            for fault in some:
                print(f"  {what}: {fault}")
        faults += sum(map(len, lists.values()))
    return 1 if faults else 0


def _checkov(text: str) -> list[str]:
    program = os.environ.get("STELLWERK_CHECKOV")
    if not program:
        return []
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "all.yaml").write_text(text, encoding="utf-8")
        command = [
            program,
            "-d",
            folder,
            "--framework",
            "kubernetes",
            "--skip-check",
            ",".join(SKIPPED),
            "-o",
            "json",
            "--quiet",
            "--skip-download",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    try:
        report = json.loads(done.stdout)
        failed, passed = report["results"]["failed_checks"], report["summary"]["passed"]
    except (ValueError, KeyError, TypeError) as e:
        return [f"did not run: {done.stderr.strip()[-300:] or done.stdout[:300]!r} ({e!r})"]
    if not passed:
        return ["looked at nothing"]
    return sorted({f"{f['check_id']} {f['resource']}: {f['check_name']}" for f in failed})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
