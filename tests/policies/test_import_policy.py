"""A policy goes out as one document and comes back as the same rows."""

import copy
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.deletion import ProtectedError
from pytest_django import DjangoAssertNumQueries

from policies.actions.import_policy import import_policy
from policies.engine.document import dump, read
from policies.engine.faults import DocumentError
from policies.models import Condition, Fact, Policy, Role, Rule
from policies.queries import yaml_document
from policies.queries.document import document_of
from tests.policies.conftest import EXAMPLES

pytestmark = pytest.mark.django_db
Document = dict[str, Any]


def exported(policy: Policy) -> str:
    return yaml_document.dump(dump(read(document_of(policy))))


def remove_everything(policy: Policy) -> None:
    for rows in (policy.budget_set, policy.rule_set, policy.historyfact_set, policy.derivedfact_set,
                 policy.fact_set, policy.remedy_set, policy.remedygroup_set, policy.reason_set):  # fmt: skip
        rows.all().delete()
    policy.role_set.update(escalates_to=None)
    policy.role_set.all().delete()
    policy.delete()


def test_export_import_into_nothing_and_export_again_gives_the_same_bytes(shop: Policy) -> None:
    first = exported(shop)
    remove_everything(shop)
    again = import_policy(document=yaml_document.load(first), actor=None, reason="Restored")
    assert again.pk != shop.pk
    assert exported(again) == first


def test_rows_say_all_that_the_document_says(shop_document: Document, shop: Policy) -> None:
    assert read(document_of(shop)) == read(shop_document)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_published_scheme_survives(path: Path) -> None:
    document = yaml_document.load(path.read_bytes())
    policy = import_policy(document=document, actor=None, reason="Example")
    first = exported(policy)
    remove_everything(policy)
    assert exported(import_policy(document=yaml_document.load(first), actor=None, reason="Again")) == first


def test_importing_again_changes_nothing_and_writes_no_history(shop_document: Document, shop: Policy) -> None:
    def counts() -> list[int]:
        return [model.history.count() for model in (Policy, Role, Fact, Rule, Condition)]

    before = counts()
    import_policy(document=shop_document, actor=None, reason="Nothing new")
    assert counts() == before


def test_a_change_is_one_history_row_with_actor_and_reason(
    shop_document: Document, shop: Policy, manager: User
) -> None:
    changed = copy.deepcopy(shop_document)
    changed["rules"][0]["suggest"] = "15.00"
    changed["rules"][0]["roles"] = ["frontline"]
    before = Rule.history.count()
    import_policy(document=changed, actor=manager, reason="Be kinder")
    assert Rule.history.count() == before + 1
    latest = Rule.history.latest()
    assert (latest.history_type, latest.history_user, latest.history_change_reason) == (
        "~",
        manager,
        "Be kinder",
    )
    assert [row.role.code for row in latest.roles.all()] == ["frontline"]


def test_rows_keep_their_identity_by_code_when_they_move(shop_document: Document, shop: Policy) -> None:
    rule = Rule.objects.get(code="people_only")
    changed = copy.deepcopy(shop_document)
    changed["rules"].insert(0, changed["rules"].pop())
    import_policy(document=changed, actor=None, reason="First things first")
    assert Rule.objects.get(code="people_only").pk == rule.pk
    assert document_of(shop)["rules"][0]["code"] == "people_only"


def test_what_the_document_no_longer_names_is_removed_with_actor_and_reason(
    shop_document: Document, shop: Policy, manager: User
) -> None:
    changed = copy.deepcopy(shop_document)
    changed["rules"] = changed["rules"][1:2]
    changed["budgets"], changed["derived"] = [], []
    import_policy(document=changed, actor=manager, reason="Simpler")
    assert list(shop.rule_set.values_list("code", flat=True)) == ["damaged_refund"]
    gone = Condition.history.filter(history_type="-")
    assert {(row.history_user, row.history_change_reason) for row in gone} == {(manager, "Simpler")}


def test_every_first_row_of_history_has_a_reason(shop: Policy, manager: User) -> None:
    for model in (Policy, Role, Fact, Rule, Condition):
        assert not model.history.exclude(history_change_reason="First draft", history_user=manager).exists()


def test_a_new_row_is_one_entry_of_history_with_its_lists(shop: Policy) -> None:
    for model in (Policy, Role, Fact, Rule, Condition):
        assert model.history.count() == model.objects.count()
    first = Rule.history.get(code="late_credit")
    assert (first.history_type, {row.role.code for row in first.roles.all()}) == ("+", {"frontline", "supervisor"})


def test_an_incoherent_document_changes_nothing(shop_document: Document, shop: Policy) -> None:
    before = document_of(shop)
    changed = copy.deepcopy(shop_document)
    changed["name"] = "Another name"
    changed["rules"][0]["when"][0]["fact"] = "nothing"
    with pytest.raises(DocumentError) as refused:
        import_policy(document=changed, actor=None, reason="Wrong")
    assert [fault.path for fault in refused.value.faults] == ["/rules/0/when/0/fact"]
    shop.refresh_from_db()
    assert document_of(shop) == before


def test_the_number_of_queries_does_not_depend_on_the_size(
    shop_document: Document, shop: Policy, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    queries = 23
    with django_assert_num_queries(queries):
        document_of(shop)
    larger = copy.deepcopy(shop_document)
    larger["rules"] += [{**larger["rules"][0], "code": f"again_{number}"} for number in range(5)]
    import_policy(document=larger, actor=None, reason="More")
    with django_assert_num_queries(queries):
        document_of(shop)


def test_a_role_that_a_rule_names_cannot_be_deleted(shop: Policy) -> None:
    with pytest.raises(ProtectedError):
        Role.objects.get(code="finance").delete()
