"""manage.py policy: whole policies as files, for people and for scripts."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from policies.models import Policy, PolicyVersion, Role
from policies.queries import yaml_document

pytestmark = pytest.mark.django_db
SHOP = Path(__file__).parent / "shop.yaml"


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("policy", *map(str, arguments), stdout=out)
    return out.getvalue()


def refused(*arguments: Any) -> tuple[int, str]:
    err = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("policy", *map(str, arguments), stdout=io.StringIO(), stderr=err)
    return error.value.returncode, f"{err.getvalue()}{error.value}"


def test_a_file_goes_in_and_the_same_bytes_come_out_twice(tmp_path: Path, manager: User) -> None:
    run("import", SHOP, "--actor", "mina", "--reason", "From the file")
    assert Role.history.filter(history_user=manager, history_change_reason="From the file").exists()
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    run("export", "shop_eu", "-o", first)
    run("import", first)
    run("export", "shop_eu", "-o", second)
    assert first.read_bytes() == second.read_bytes()
    assert run("export", "shop_eu") == first.read_text()


def test_standard_input_is_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SHOP.read_bytes())))
    assert run("import", "-") == "Imported shop_eu as a draft.\n"


def test_publishing_makes_a_version_that_can_be_exported(manager: User) -> None:
    run("import", SHOP)
    assert run("publish", "shop_eu", "--actor", "mina", "--note", "Go").startswith(
        "Published shop_eu version 1, sha256:"
    )
    version = PolicyVersion.objects.get()
    assert (version.published_by, version.note) == (manager, "Go")
    assert yaml_document.load(run("export", "shop_eu", "--number", 1)) == json.loads(version.document)


def test_checking_says_what_is_wrong_and_where_and_changes_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(SHOP.read_text().replace("fact: days_late", "fact: days_early").replace("EUR", "EURO"))
    code, text = refused("check", bad)
    assert code == 1
    assert "/currency: must be the ISO 4217 code" in text
    assert "/rules/0/when/0/fact: is not a fact of this policy" in text
    assert refused("import", bad)[0] == 1
    assert not Policy.objects.exists()


def test_checking_a_coherent_file_and_a_coherent_draft() -> None:
    assert run("check", SHOP) == "shop_eu is coherent: 6 rules.\n"
    run("import", SHOP)
    assert run("check", "--code", "shop_eu") == "shop_eu is coherent: 6 rules.\n"


def test_a_yaml_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.yaml"
    bomb.write_text("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
    assert refused("import", bomb)[0] == 1
    bomb.write_bytes(b"a: " + b"x" * 3_000_000)
    assert "larger than 1 MiB" in refused("check", bomb)[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "nowhere"),
        ("publish", "nowhere"),
        ("import", "/no/such/file"),
        ("check",),
        ("import", SHOP, "--actor", "x"),
    ],
)
def test_wrong_usage_has_its_own_exit_code(arguments: tuple[Any, ...]) -> None:
    assert refused(*arguments)[0] == 2


def test_the_schema_is_written_as_json() -> None:
    assert json.loads(run("schema"))["title"] == "Guardrails policy"
