"""A manager edits a draft in the admin: what they type is checked by the engine, at its field, and kept with why."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from policies.engine.document import read
from policies.models import (
    ApprovalStep,
    Budget,
    Condition,
    DerivedFact,
    Fact,
    HistoryFact,
    Policy,
    Reason,
    Remedy,
    RemedyGroup,
    Role,
    Rule,
)
from policies.queries.document import document_of
from tests.policies.forms import errors_of, fields_of, submit

pytestmark = pytest.mark.django_db
EVERY: list[Any] = [Policy, Role, Reason, RemedyGroup, Remedy, Fact, DerivedFact, HistoryFact, Rule, Budget]
WHY = {"change_reason": "Customers asked for it"}


@pytest.fixture
def desk(shop: Policy, manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def change(row: Any) -> str:
    return reverse(f"admin:policies_{row._meta.model_name}_change", args=[row.pk])


def add(model: Any) -> str:
    return reverse(f"admin:policies_{model._meta.model_name}_add")


def test_saving_a_page_as_it_is_changes_nothing_of_the_policy(desk: Client, shop: Policy) -> None:
    before = read(document_of(shop))
    for row in (row for model in EVERY for row in model.objects.all()):
        response = submit(desk, change(row), answers=WHY)
        assert response.status_code == 302, errors_of(response)
    assert read(document_of(Policy.objects.get())) == before


def test_nothing_is_saved_without_a_reason(desk: Client, shop: Policy) -> None:
    for row in (model.objects.all()[0] for model in EVERY):
        response = submit(desk, change(row), answers={"name": "Another name"})
        assert errors_of(response) == {"change_reason": ["This field is required."]}
        row.refresh_from_db()
        assert row.name != "Another name"


def test_a_change_is_kept_with_its_actor_and_reason(desk: Client, shop: Policy, manager: User) -> None:
    rule = Rule.objects.get(code="late_credit")
    answers = WHY | {
        "suggest": "15",
        "conditions-0-value": "3",
        "conditions-4-DELETE": "on",
        "approval-0-limit": "22.00",
    }
    assert submit(desk, change(rule), answers=answers).status_code == 302
    written = [model.history.latest() for model in (Rule, ApprovalStep)] + list(
        Condition.history.order_by("-history_id")[:2]
    )
    for entry in written:
        assert (entry.history_user, entry.history_change_reason) == (manager, "Customers asked for it")
    rule.refresh_from_db()
    assert (rule.suggest, rule.conditions.count(), rule.approval.all()[0].limit) == ("15.00", 4, "22.00")
    assert rule.conditions.all()[0].value == 3


def test_a_manager_builds_a_rule_with_conditions_and_a_ladder(desk: Client, shop: Policy) -> None:
    ids = {row.code: row.pk for model in (Role, Reason, Remedy) for row in model.objects.all()}
    answers = WHY | {
        "code": "gold_credit", "effect": "allow", "kind": "up_to", "amount": "{percent: {rate: 50, of: order_total}}",
        "roles": [ids["frontline"]], "reasons": [ids["late_delivery"]], "remedies": [ids["store_credit"]],
        "alone_how": "up_to", "alone_limit": "10",
        "conditions-TOTAL_FORMS": "4",
        "conditions-0-fact": "tier", "conditions-0-operator": "one_of", "conditions-0-value": "gold, no longer needed",
        "conditions-1-fact": "order_total", "conditions-1-operator": "between", "conditions-1-value": "10 to 20.50",
        "conditions-2-fact": "incident_date", "conditions-2-operator": "within_last", "conditions-2-value": "3 months",
        "conditions-3-fact": "damaged", "conditions-3-operator": "is", "conditions-3-value": "no",
        "approval-TOTAL_FORMS": "1",
        "approval-0-bound": "up_to", "approval-0-limit": "60.00",
        "approval-0-any_of": [ids["supervisor"]], "approval-0-answer_within": "PT2H",
    }  # fmt: skip
    response = submit(desk, add(Rule), answers=answers)
    assert response.status_code == 302, errors_of(response)
    assert document_of(shop)["rules"][-1] == {
        "code": "gold_credit",
        "effect": "allow",
        "roles": ["frontline"],
        "reasons": ["late_delivery"],
        "remedies": ["store_credit"],
        "when": [
            {"fact": "tier", "one_of": ["gold", "no longer needed"]},
            {"fact": "order_total", "between": ["10", "20.50"]},
            {"fact": "incident_date", "within_last": {"months": 3}},
            {"fact": "damaged", "is": False},
        ],
        "up_to": {"percent": {"rate": "50", "of": "order_total"}},
        "alone": {"up_to": "10.00"},
        "approval": [{"up_to": "60.00", "any_of": ["supervisor"], "answer_within": "PT2H"}],
    }


FAULTS_OF_A_RULE: list[tuple[dict[str, str], str | None, str]] = [
    ({"amount": "{percent: {rate: 30, of: nothing}}"}, "amount", "percent › of: is not a money, integer"),
    ({"amount": "25,00"}, "amount", "number in plain notation"),
    ({"amount": "[oops"}, "amount", "This is not YAML"),
    ({"amount": ""}, None, "exactly one of amount"),
    ({"step": "0.005"}, "step", "more than 2 decimal places"),
    ({"suggest": "days_late"}, "suggest", "yields a plain number where money is needed"),
    ({"say": "Take {limit}"}, "say", "placeholder"),
    ({"follow_up_after": "2 days"}, "follow_up_after", "duration"),
    ({"alone_how": "", "alone_limit": "5.00"}, "alone_how", "Choose Up to"),
    ({"alone_how": "up_to", "alone_limit": ""}, "alone_limit", "How much"),
    ({"starts_on": "2027-01-01"}, None, "last day is before the first"),
    ({"conditions-0-value": "two"}, "conditions-0-value", "whole number"),
    ({"conditions-0-value": "-1"}, "conditions-0-value", "from 0 day"),
    ({"conditions-0-operator": "within_last", "conditions-0-value": "3 days"}, "conditions-0-operator", "not fit"),
    ({"conditions-0-operator": "within_last", "conditions-0-value": "soon"}, "conditions-0-value", "30 days"),
    ({"conditions-1-value": "gold, platinum"}, "conditions-1-value", "must be one of"),
    ({"conditions-2-value": "500.00 to 10.00"}, "conditions-2-value", "lower value first"),
    ({"conditions-0-fact": ""}, "conditions-0-fact", "required"),
    ({"approval-1-bound": "up_to", "approval-1-limit": "20.00"}, "approval-1-__all__", "further"),
    ({"approval-0-limit": ""}, "approval-0-limit", "Give an amount"),
    ({"approval-0-answer_within": "soon"}, "approval-0-answer_within", "duration"),
    ({"code": "Late Credit"}, "code", "lower snake case"),
    ({"code": "people_only"}, None, "used already"),
]  # fmt: skip


def test_a_fault_of_a_rule_is_shown_at_its_field_and_nothing_is_saved(desk: Client, shop: Policy) -> None:
    before = document_of(shop)
    address = change(Rule.objects.get(code="late_credit"))
    shown = fields_of(desk, address) | WHY
    for answers, field, says in FAULTS_OF_A_RULE:
        errors = errors_of(desk.post(address, shown | answers))
        assert says in " ".join(errors.get(field or "__all__", [])), (answers, errors)
    assert document_of(shop) == before


FAULTS_OF_OTHER_ROWS: list[tuple[Any, str, dict[str, str], str, str]] = [
    (Remedy, "hotel_night", {"cost": "12.345"}, "cost", "2 decimal places"),
    (Remedy, "hotel_night", {"places": "9"}, "places", "6"),
    (Remedy, "hotel_night", {"unit": "Night!"}, "unit", "must be a code"),
    (Remedy, "store_credit", {"kind": ""}, "kind", "required"),
    (Fact, "order_total", {"minimum": "ten"}, "minimum", "plain notation"),
    (Fact, "days_late", {"minimum": "400"}, "minimum", "must not be more than max"),
    (Fact, "tier", {"type": "flag"}, "__all__", "choices: is for facts of type choice"),
    (Fact, "opened", {"assume": "perhaps"}, "assume", "true or false"),
    (DerivedFact, "rest", {"definition": "[order_total, tier]"}, "definition", "is a choice"),
    (DerivedFact, "rest", {"definition": "[rest, order_total]"}, "__all__", "builds on itself"),
    (HistoryFact, "credits_this_year", {"last_days": "3"}, "__all__", "days or months"),
    (Budget, "agent_week", {"limit": "lots"}, "limit", "plain notation"),
    (Budget, "agent_week", {"starts": "funday"}, "starts", "must be one of"),
    (Budget, "agent_week", {"rolling_days": "3"}, "__all__", "exactly one"),
    (Policy, "shop_eu", {"currency": "XYZ"}, "currency", "valid choice"),
    (Policy, "shop_eu", {"time_zone": "Mars/Olympus"}, "time_zone", "valid choice"),
    (Policy, "shop_eu", {"rounding_step": "0.005"}, "rounding_step", "multiple of the smallest unit"),
    (Policy, "shop_eu", {"language": "x"}, "language", "from 2 to 35"),
]


def test_faults_of_other_rows_are_shown_at_their_fields(desk: Client, shop: Policy) -> None:
    before = document_of(shop)
    for model, code, answers, field, says in FAULTS_OF_OTHER_ROWS:
        errors = errors_of(submit(desk, change(model.objects.get(code=code)), answers=WHY | answers))
        assert says in " ".join(errors.get(field, [])), (code, answers, errors)
    assert document_of(shop) == before


def test_a_code_is_used_once_among_the_fields_of_lines(desk: Client, shop: Policy) -> None:
    before = document_of(shop)
    response = submit(desk, change(Fact.objects.get(code="items")), answers=WHY | {"fields-0-code": "size"})
    # Which row and in which words depends on the version of Django.
    assert {name.rpartition("-")[2] for name in errors_of(response)} == {"__all__"}
    assert document_of(shop) == before


def test_money_gets_all_digits_of_its_currency(desk: Client, shop: Policy) -> None:
    submit(desk, change(Remedy.objects.get(code="hotel_night")), answers=WHY | {"cost": "15"})
    submit(desk, change(Budget.objects.get(code="agent_week")), answers=WHY | {"limit": "300.5"})
    submit(desk, change(Fact.objects.get(code="order_total")), answers=WHY | {"maximum": "9000"})
    assert Remedy.objects.get(code="hotel_night").cost == "15.00"
    assert Budget.objects.get(code="agent_week").limit == "300.50"
    assert Fact.objects.get(code="order_total").maximum == "9000.00"


def test_a_new_policy_starts_with_its_head(desk: Client) -> None:
    answers = WHY | {"code": "shop_jp", "name": "Shop Japan", "currency": "JPY", "time_zone": "Asia/Tokyo"}
    response = submit(desk, add(Policy), answers=answers)
    assert response.status_code == 302, errors_of(response)
    assert Policy.objects.get(code="shop_jp").currency == "JPY"


def test_a_new_row_asks_for_its_policy_and_goes_to_the_end(desk: Client, shop: Policy) -> None:
    japan = Policy.objects.create(code="shop_jp", currency="JPY", time_zone="Asia/Tokyo")
    asked = desk.get(add(Role)).content.decode()
    assert f"?policy={japan.pk}" in asked
    assert f"?policy={shop.pk}" in asked
    response = submit(desk, f"{add(Role)}?policy={shop.pk}", answers=WHY | {"code": "night_desk"})
    assert response.status_code == 302, errors_of(response)
    assert (Role.objects.get(code="night_desk").policy, document_of(shop)["roles"][-1]["code"]) == (shop, "night_desk")


def test_rows_of_another_policy_cannot_be_chosen(desk: Client, shop: Policy) -> None:
    japan = Policy.objects.create(code="shop_jp", currency="JPY", time_zone="Asia/Tokyo")
    foreign = Role.objects.create(policy=japan, code="foreign")
    response = submit(desk, change(Role.objects.get(code="supervisor")), answers=WHY | {"escalates_to": foreign.pk})
    assert "valid choice" in errors_of(response)["escalates_to"][0]
    response = submit(desk, change(Rule.objects.get(code="late_credit")), answers=WHY | {"roles": [foreign.pk]})
    assert "valid choice" in errors_of(response)["roles"][0]


def test_a_row_that_others_name_is_not_deleted(desk: Client, shop: Policy) -> None:
    role = Role.objects.get(code="finance")
    address = reverse("admin:policies_role_delete", args=[role.pk])
    assert "is named by" in desk.get(address).content.decode()
    desk.post(address, {"post": "yes"} | WHY)
    assert Role.objects.filter(pk=role.pk).exists()


def test_a_deletion_is_kept_with_its_actor(desk: Client, shop: Policy, manager: User) -> None:
    rule = Rule.objects.get(code="people_only")
    address = reverse("admin:policies_rule_delete", args=[rule.pk])
    assert "give the reason" in desk.post(address, {"post": "yes"}, follow=True).content.decode()
    assert Rule.objects.filter(pk=rule.pk).exists()
    assert desk.post(address, {"post": "yes"} | WHY).status_code == 302
    entry = Condition.history.filter(history_type="-").latest()
    assert (entry.history_user, entry.history_change_reason) == (manager, "Customers asked for it")


def test_every_rule_reads_as_a_sentence(desk: Client, shop: Policy) -> None:
    rule = Rule.objects.get(code="no_refund_late")
    for address in (reverse("admin:policies_rule_changelist"), change(rule)):
        assert "Nobody may give refund for late delivery." in desk.get(address).content.decode()
