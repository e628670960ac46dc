"""Does a service stand alone? Run while its image is built, where nothing but `shared/` and the service is there.

    python alone.py <service> [directory]

Imports every module of the service and compiles all of the directory (default: the working directory). Exit status: 0
if it stands alone, 1 with a line for each module that does not import or names another service.
"""

from __future__ import annotations

import ast
import compileall
import importlib.util
import py_compile
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path


def foreign(service: str, file: Path) -> Iterator[str]:
    """Other services that a file imports, also inside a function, where no import would notice."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module == "services":
            names += [f"services.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith("services.") and name.split(".")[1] != service:
                yield name


def faults(service: str, root: Path) -> list[str]:
    """What is wrong, a line each."""
    found = list[str]()
    folder = root / "services" / service
    files = sorted(folder.rglob("*.py"))
    if not files:
        return [f"there is no service {service} in {root}"]
    for file in files:
        name = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        found += [f"{name} imports {other}" for other in foreign(service, file)]
        if "migrations" in file.parts or file.name == "__main__.py":  # alembic and `python -m` run these
            continue
        try:
            importlib.import_module(name)
        except Exception as e:  # whatever it is: the image would not work
            found.append(f"{name} does not import: {type(e).__name__}: {e}")
    return found


def main(arguments: Sequence[str]) -> int:
    """The command; returns its exit code."""
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    root = Path(arguments[1] if len(arguments) == 2 else ".").resolve()
    sys.path.insert(0, str(root))
    found = faults(arguments[0], root)
    for line in found:
        print(line)
    if not found:
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(root, quiet=1, invalidation_mode=mode)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
