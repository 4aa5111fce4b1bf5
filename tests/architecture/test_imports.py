"""Imports point one way, and the engine needs nothing but the standard library."""

import ast
import subprocess
import sys

from tests.architecture.source import ROOT, modules, name, tree

TOUCHES_THE_WORLD = {
    "asyncio",
    "http",
    "io",
    "locale",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
}
READS_THE_CLOCK = {"now", "utcnow", "today"}


def test_the_import_contracts_hold():
    # In a process of its own, because import-linter switches off the loggers of the one that it runs in.
    run = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", run], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_engine_is_pure():
    allowed = (sys.stdlib_module_names - TOUCHES_THE_WORLD) | {"policies"}
    impure = [
        f"{name(path)}:{node.lineno} {imported}"
        for path in _engine()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for imported in _imported(node)
        if imported.split(".")[0] not in allowed
        or (imported.startswith("policies") and not imported.startswith("policies.engine"))
    ]
    assert impure == []


def test_the_engine_is_told_the_time():
    readers = [
        f"{name(path)}:{node.lineno}"
        for path in _engine()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READS_THE_CLOCK
        and not node.args
        and isinstance(node.func.value, ast.Name | ast.Attribute)
        and getattr(node.func.value, "id", getattr(node.func.value, "attr", "")) in {"date", "datetime", "timezone"}
    ]
    assert readers == []


def _engine():
    return [path for path in modules("policies") if path.is_relative_to(ROOT / "policies" / "engine")]


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
