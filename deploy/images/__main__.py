"""Build the images of all services and say how large they are; `make images` runs this.

    python -m deploy.images [service …]

Engine: buildah, podman or docker, whichever is there first; STELLWERK_ENGINE names another. STELLWERK_BASE is the base
image, pinned by digest (python:3.11-slim-bookworm@sha256:…). Without it one is made from Debian's packages, which needs
root and debootstrap: for a machine that reaches no registry. STELLWERK_TAG is the tag of the images, default `ci`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "localhost/stellwerk"
BASE = f"{PREFIX}/base:bookworm"
RELEASE, MIRROR = "bookworm", "http://deb.debian.org/debian"
PACKAGES = "python3,python3-venv,ca-certificates,tzdata"
PASSED = ("PIP_CERT", "PIP_INDEX_URL", "PIP_FIND_LINKS", "PIP_DEFAULT_TIMEOUT")
"""Where pip looks, as this machine has it; used while building, in no image afterwards."""


class Refused(Exception):
    """It cannot begin; the message says why and what to do."""


def services() -> list[str]:
    """Every service, by name."""
    return sorted(path.parent.name for path in ROOT.glob("services/*/main.py"))


def engine() -> str:
    """The program that builds. Raises Refused if there is none."""
    named = os.environ.get("STELLWERK_ENGINE")
    found = next((e for e in ([named] if named else ["buildah", "podman", "docker"]) if shutil.which(e)), None)
    if found is None:
        raise Refused(f"{named or 'buildah, podman or docker'} is needed and not here (Debian: apt install buildah)")
    return found


def base(tool: str) -> str:
    """The base image, made if none is named. Raises Refused for one without a digest, or if none can be made."""
    named = os.environ.get("STELLWERK_BASE")
    if named:
        if "@sha256:" not in named:
            raise Refused(f"STELLWERK_BASE={named} has no digest: name@sha256:…, as a tag moves")
        return named
    if tool == "docker" or os.geteuid() != 0 or not shutil.which("debootstrap"):
        raise Refused(
            "STELLWERK_BASE is not set; a base is made here only by root with debootstrap and buildah or podman"
        )
    if _quiet(tool, "inspect", "--type", "image", BASE):
        return BASE
    print(f"making {BASE} from Debian's packages", flush=True)
    with tempfile.TemporaryDirectory(prefix="stellwerk-base-") as folder:
        rootfs = Path(folder) / "rootfs"
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", RELEASE, str(rootfs), MIRROR]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refused(f"debootstrap failed: {done.stdout.strip()[-500:]}")
        for useless in (
            "var/cache/apt/archives",
            "var/lib/apt/lists",
            "usr/share/doc",
            "usr/share/man",
            "usr/share/locale",
        ):
            shutil.rmtree(rootfs / useless, ignore_errors=True)
        (rootfs / "var/lib/apt/lists/partial").mkdir(parents=True)
        file = Path(folder) / "Containerfile"
        file.write_text('FROM scratch\nCOPY rootfs /\nCMD ["/bin/sh"]\n', encoding="utf-8")
        _run(tool, *build_command(tool), "-q", "-f", str(file), "-t", BASE, folder)
    return BASE


def build_command(tool: str) -> list[str]:
    """`build`, in a plain chroot where the tool has that: nothing to set up, and it works in a container too."""
    return ["build"] if tool == "docker" else ["build", "--isolation", "chroot", "--network", "host", "--layers"]


def build(tool: str, on: str, service: str, tag: str) -> str:
    """One image; returns its name. Raises subprocess.CalledProcessError: the build has said why."""
    name = f"{PREFIX}/{service}:{tag}"
    given = [part for key in PASSED if os.environ.get(key) for part in ("--build-arg", f"{key}={os.environ[key]}")]
    files = [os.environ[key] for key in ("PIP_CERT", "PIP_FIND_LINKS") if os.path.exists(os.environ.get(key, ""))]
    mounts = [] if tool == "docker" else [part for file in files for part in ("--volume", f"{file}:{file}:ro")]
    file = str(ROOT / "deploy/images/Containerfile")
    ignored = [] if tool == "docker" else ["--ignorefile", f"{file}.containerignore"]
    options = ["--build-arg", f"BASE={on}", *given, *mounts, *ignored, "--target", service, "-t", name]
    _run(tool, *build_command(tool), "-f", file, *options, str(ROOT))
    return name


def size(tool: str, image: str) -> int:
    """Bytes of an image with all its layers; those of base and packages are stored once."""
    command = [tool, "images", "--format", "{{.Size}}", image]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    number, unit = (told[0], told[1]) if len(told) > 1 else (told[0].rstrip("KMGB"), told[0].lstrip("0123456789."))
    return round(float(number) * {"KB": 1e3, "MB": 1e6, "GB": 1e9}.get(unit, 1))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, cwd=ROOT)


def _quiet(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def main(arguments: Sequence[str]) -> int:
    """The command; returns its exit code."""
    wanted = list(arguments) or services()
    if unknown := set(wanted) - set(services()):
        print(f"no service {', '.join(sorted(unknown))}: there are {', '.join(services())}")
        return 2
    try:
        tool = engine()
        on = base(tool)
        made = [build(tool, on, service, os.environ.get("STELLWERK_TAG", "ci")) for service in wanted]
    except Refused as e:
        print(e)
        return 1
    except subprocess.CalledProcessError as e:
        return e.returncode
    for image in made:
        print(f"{image:44} {size(tool, image) / 1e6:7.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
