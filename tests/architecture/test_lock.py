"""The lock names exact versions for every supported Python, and no place to fetch them from."""

import re
import tomllib

from tests.architecture.source import ROOT

LINES = (ROOT / "constraints.txt").read_text().splitlines()
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[0-9][^\s;]*)(?: ; .+)?$")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pinned(package: str) -> list[str]:
    """The versions the lock holds for the package."""
    return [line["version"] for line in map(PINNED.match, LINES) if line and line["name"] == package]


def test_every_line_is_one_exact_version():
    assert [line for line in LINES if not PINNED.match(line)] == []


def test_no_line_names_a_host_or_a_path():
    assert [line for line in LINES if re.search(r"://|@|/|^-", line)] == []


def test_everything_asked_for_is_locked():
    wanted = [
        *PROJECT["dependencies"],
        *(item for extra in PROJECT["optional-dependencies"].values() for item in extra),
    ]
    names = [re.split(r"[\[<>=!~; ]", item)[0].lower() for item in wanted]
    assert [package for package in names if not pinned(package)] == []


def test_both_djangos_are_locked():
    assert [version.rsplit(".", 1)[0] for version in pinned("django")] == ["5.2", "6.1"]


def test_psycopg_and_its_c_part_are_the_same():
    assert pinned("psycopg") == pinned("psycopg-binary")
