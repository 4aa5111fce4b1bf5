"""A newcomer finds small modules with telling names where the design says they are."""

import ast
import re

from tests.architecture.source import ROOT, functions, modules, name, tracked, tree

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
TOP_LEVEL = {
    "LICENSE",
    "Makefile",
    "README.md",
    "constraints.txt",
    "guardrails",
    "manage.py",
    "policies",
    "pyproject.toml",
    "templates",
    "tests",
}
SAYS_NOTHING = re.compile(r"(^|_)(utils?|helpers?|common|services?|managers?|misc|base_?classes)(_|$)")


def test_no_module_is_long():
    lengths = {name(path): path.read_text().count("\n") for path in modules("guardrails", "policies")}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_function_is_long():
    long = {
        f"{name(path)}:{function.lineno} {function.name}": lines
        for path in modules("guardrails", "policies")
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_names_say_what_is_in_a_module():
    assert [name(path) for path in modules("guardrails", "policies", "tests") if SAYS_NOTHING.search(path.stem)] == []


def test_every_module_says_what_it_is_for():
    silent = [
        name(path)
        for path in modules("guardrails", "policies")
        if path.read_text().strip() and not (tree(path).body and _docstring(path))
    ]
    assert silent == []


def test_the_top_level_is_the_users():
    found = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {entry for entry in found if not entry.startswith(".")} <= TOP_LEVEL


def test_no_binary_float_reaches_the_engine():
    floats = [
        f"{name(path)}:{node.lineno}"
        for path in modules("policies")
        if "engine" in path.parts
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]
    assert floats == []


def _docstring(path):
    return ast.get_docstring(tree(path))
