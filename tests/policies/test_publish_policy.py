"""A draft becomes an immutable, numbered version; an incoherent draft becomes nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from policies import checks, triggers
from policies.actions.publish_policy import publish_policy
from policies.engine.canonical import digest
from policies.engine.faults import DocumentError
from policies.models import Policy, PolicyVersion
from policies.queries import rulebooks
from policies.queries.document import document_of
from policies.signals import policy_published

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def version(shop: Policy, manager: User) -> PolicyVersion:
    return publish_policy(policy=shop, actor=manager, note="First", now=NOW)


def test_publishing_numbers_names_and_makes_current(version: PolicyVersion, shop: Policy, manager: User) -> None:
    assert (version.number, version.published_by, version.published_at, version.note) == (
        1,
        manager,
        NOW,
        "First",
    )
    assert version.hash == digest(json.loads(version.document))
    assert Policy.objects.get().current_version == shop.current_version == version
    second = publish_policy(policy=shop, actor=None, note="", now=NOW)
    assert (second.number, second.hash) == (2, version.hash)


def test_a_later_edit_of_the_draft_leaves_the_version_alone(version: PolicyVersion, shop: Policy) -> None:
    before = version.document
    shop.rule_set.filter(code="late_credit").get().delete()
    version.refresh_from_db()
    assert version.document == before
    assert publish_policy(policy=shop, actor=None, note="", now=NOW).hash != version.hash


def test_an_incoherent_draft_is_refused_with_every_fault_at_its_place(shop: Policy, manager: User) -> None:
    shop.currency, shop.handover_name = "ZZZ", ""
    shop.save()
    condition = shop.rule_set.get(code="late_credit").conditions.all()[0]
    condition.fact = "nothing"
    condition.save()
    with pytest.raises(DocumentError) as refused:
        publish_policy(policy=shop, actor=manager, note="", now=NOW)
    assert {"/currency", "/handover", "/rules/0/when/0/fact"} <= {fault.path for fault in refused.value.faults}
    assert not PolicyVersion.objects.exists()
    assert Policy.objects.get().current_version is None


def test_listeners_are_told_inside_the_transaction_and_can_undo_it(shop: Policy, manager: User) -> None:
    told: list[Any] = []

    def listen(**arguments: Any) -> None:
        told.append((arguments["version"].number, arguments["actor"], arguments["now"]))
        assert connection.in_atomic_block
        raise RuntimeError("the audit log is full")

    policy_published.connect(listen)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            publish_policy(policy=shop, actor=manager, note="", now=NOW)
    finally:
        policy_published.disconnect(listen)
    assert told == [(1, manager, NOW)]
    assert not PolicyVersion.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policies_policyversion SET note = 'x'",
        "UPDATE policies_policyversion SET published_by_id = NULL",
        "DELETE FROM policies_policyversion",
    ],
)
def test_the_database_itself_refuses_to_change_a_version(version: PolicyVersion, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    version.refresh_from_db()
    assert (version.note, PolicyVersion.objects.count()) == ("First", 1)


def test_a_missing_trigger_is_an_error_of_the_system_check_and_comes_back() -> None:
    assert checks.check_append_only(databases=["default"]) == []
    triggers.drop(connection, ["policies_policyversion"])
    assert [error.id for error in checks.check_append_only(databases=["default"])] == ["policies.E001"]
    call_command("migrate", "policies", verbosity=0, skip_checks=True)
    assert checks.check_append_only(databases=["default"]) == []


def test_a_version_is_compiled_once_and_the_next_one_is_noticed(
    version: PolicyVersion, shop: Policy, django_assert_num_queries: Any
) -> None:
    rulebooks.forget_all()
    with django_assert_num_queries(1):
        first = rulebooks.compiled(version.pk)
        assert rulebooks.compiled(version.pk) is first
    with django_assert_num_queries(1):
        assert rulebooks.current(shop.code) is first
    shop.rule_set.get(code="people_only").delete()
    publish_policy(policy=shop, actor=None, note="", now=NOW)
    assert rulebooks.current(shop.code) is not first


def test_the_oldest_compiled_version_is_forgotten_first(shop: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebooks, "MOST", 2)
    rulebooks.forget_all()
    versions = [publish_policy(policy=shop, actor=None, note="", now=NOW) for _ in range(3)]
    kept = [rulebooks.compiled(version.pk) for version in versions]
    assert rulebooks.compiled(versions[2].pk) is kept[2]
    assert rulebooks.compiled(versions[0].pk) is not kept[0]


def test_an_unpublished_policy_has_no_rulebook(shop: Policy) -> None:
    for code in (shop.code, "nowhere"):
        with pytest.raises(rulebooks.NotPublishedError):
            rulebooks.current(code)


def test_the_version_holds_what_the_draft_said(version: PolicyVersion, shop: Policy) -> None:
    from policies.engine.document import read

    assert read(json.loads(version.document)) == read(document_of(shop))
