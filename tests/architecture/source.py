"""What the rules look at: the repository's files, its Python as syntax trees, its event names."""

from __future__ import annotations

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = ("services", "shared", "deploy")
_NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip
SKIPPED = {".venv", ".git", "build", "node_modules", "__pycache__", ".stellwerk"}


def files(root: Path, *suffixes: str, under: tuple[str, ...] = ()) -> list[Path]:
    """Files of the repository (as git sees them: ignored ones are out) with one of these endings; none given: all."""
    wanted = tuple(f"{part}/" for part in under)
    return [
        root / name
        for name in _names(root)
        if (not suffixes or name.endswith(suffixes))
        and (not wanted or name.startswith(wanted))
        and (root / name).is_file()
    ]


def _names(root: Path) -> list[str]:
    if (root / ".git").exists():
        command = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard"]
        return sorted(set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()))
    every = (path.relative_to(root) for path in root.rglob("*"))
    return sorted(path.as_posix() for path in every if not SKIPPED & set(path.parts))


def python(root: Path, *under: str) -> list[Path]:
    """Written (not generated) Python files."""
    return [path for path in files(root, ".py", under=under or PRODUCTION) if "_pb2" not in path.name]


@lru_cache(4096)
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path, root: Path) -> str:
    """The path as it is shown in a message."""
    return path.relative_to(root).as_posix()


def lines(path: Path) -> int:
    """How long a file is."""
    return len(path.read_text(encoding="utf-8").splitlines())


def code_lines(path: Path) -> int:
    """How many lines of a Python file hold code: not blank, not only a comment, not a docstring."""
    text = path.read_text(encoding="utf-8")
    words: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            words.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code - words)


def services(root: Path) -> list[Path]:
    """The folder of each service."""
    return sorted(path.parent for path in (root / "services").glob("*/__init__.py"))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Each module that a file imports, with the line; relative imports resolved to nothing: the code has none."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def class_constants(path: Path, constant: str) -> Iterator[tuple[str, str, int]]:
    """(qualified class name, value, line) of each text constant of this name in a class body."""

    def visit(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, str, int]]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from ((prefix + node.name, *found) for found in _constants(node, constant))
                yield from visit(node.body, f"{prefix}{node.name}.")

    yield from visit(tree(path).body, "")


def _constants(node: ast.ClassDef, constant: str) -> Iterator[tuple[str, int]]:
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield from (
                (value.value, statement.lineno) for t in targets if isinstance(t, ast.Name) and t.id == constant
            )


def symbols(path: Path) -> set[str]:
    """Names defined in a file: functions, classes, `Class.method`, top-level constants."""
    found: set[str] = set()

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.update({node.name, prefix + node.name})
                if isinstance(node, ast.ClassDef):
                    visit(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    found.update({target.id, prefix + target.id} if isinstance(target, ast.Name) else set())

    visit(tree(path).body, "")
    return found
