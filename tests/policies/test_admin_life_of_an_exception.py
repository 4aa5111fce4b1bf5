"""A manager says in the admin how approvals run, who may take back, what lies beyond a budget and who is told."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from policies.models import Budget, Policy, Remedy, Role, Rule
from policies.queries.document import document_of
from tests.policies.forms import errors_of, fields_of, submit

pytestmark = pytest.mark.django_db
WHY = {"change_reason": "The new care hours"}


@pytest.fixture
def desk(shop: Policy, manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def change(row: Any) -> str:
    return reverse(f"admin:policies_{row._meta.model_name}_change", args=[row.pk])


def saved(client: Client, row: Any, **answers: Any) -> None:
    response = submit(client, change(row), answers=WHY | answers)
    assert response.status_code == 302, errors_of(response)


def refused(client: Client, row: Any, **answers: Any) -> dict[str, list[str]]:
    response = submit(client, change(row), answers=WHY | answers)
    assert response.status_code == 200
    return errors_of(response)


class TestApprovals:
    def test_hours_are_shown_and_typed_a_weekday_a_line(self, desk: Client, shop: Policy) -> None:
        shown = fields_of(desk, change(shop))["approvals_hours"]
        assert shown == ["monday: 09:00-12:00, 13:00-17:00\nfriday: 08:30-24:00"]
        saved(desk, shop, approvals_hours="Tuesday: 10:00-12:00,14:00-18:00\n", approvals_answer_within="PT1H")
        assert document_of(Policy.objects.get())["approvals"] == {
            "reserve": "on_request",
            "answer_within": "PT1H",
            "remind_before": "PT15M",
            "keep": "P3D",
            "hours": {"tuesday": ["10:00-12:00", "14:00-18:00"]},
        }

    def test_what_is_left_empty_is_as_the_manual_says(self, desk: Client, shop: Policy) -> None:
        names = ("reserve", "answer_within", "remind_before", "keep", "hours")
        saved(desk, shop, **{f"approvals_{name}": "" for name in names})
        assert "approvals" not in document_of(Policy.objects.get())

    @pytest.mark.parametrize(
        ("field", "typed", "told"),
        [
            ("approvals_answer_within", "4 hours", "such as P2D, PT4H or PT30M"),
            ("approvals_keep", "P0D", "from PT1M to P365D"),
            ("approvals_hours", "monday: 17:00-09:00", 'monday › 0: must be from when until when, such as "09:00'),
            ("approvals_hours", "Montag: 09:00-17:00", "valid are monday, tuesday"),
            ("approvals_hours", "always", "Write a weekday a line"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(
        self, desk: Client, shop: Policy, field: str, typed: str, told: str
    ) -> None:
        errors = refused(desk, shop, **{field: typed})
        assert list(errors) == [field]
        assert told in errors[field][0]
        assert document_of(Policy.objects.get()) == document_of(shop)


def test_a_role_may_take_back_what_was_granted(desk: Client) -> None:
    role = Role.objects.get(code="finance")
    saved(desk, role, may_reverse="on")
    role.refresh_from_db()
    assert role.may_reverse


class TestARemedy:
    def test_says_how_long_an_offer_of_it_is_kept_and_who_owes_the_follow_up(self, desk: Client, shop: Policy) -> None:
        remedy = Remedy.objects.get(code="store_credit")
        finance = Role.objects.get(code="finance")
        saved(desk, remedy, hold_for="PT2H", follow_up_by=finance.pk)
        written = next(each for each in document_of(shop)["remedies"] if each["code"] == "store_credit")
        assert (written["hold_for"], written["follow_up"]["by"]) == ("PT2H", "finance")

    def test_is_not_kept_for_longer_than_a_week(self, desk: Client) -> None:
        errors = refused(desk, Remedy.objects.get(code="refund"), hold_for="P8D")
        assert errors == {"hold_for": ["This must be a duration from PT1M to P7D."]}


class TestAStep:
    def test_asks_one_after_the_other_in_the_order_chosen(self, desk: Client, shop: Policy) -> None:
        rule = Rule.objects.get(code="late_credit")
        assert fields_of(desk, change(rule))["approval-1-sequence"] == ["reversed"]
        for chosen, order in (("listed", ["supervisor", "finance"]), ("reversed", ["finance", "supervisor"])):
            saved(desk, rule, **{"approval-1-sequence": chosen, "approval-2-sequence": ""})
            steps = next(each for each in document_of(shop)["rules"] if each["code"] == "late_credit")["approval"]
            assert (steps[1]["all_of"], steps[1]["in_sequence"]) == (order, True)
            assert "in_sequence" not in steps[2]

    def test_keeps_an_order_that_the_list_does_not_have(self, desk: Client, shop: Policy) -> None:
        rule, order = Rule.objects.get(code="late_credit"), ["finance", "frontline", "supervisor"]
        step = rule.approval.all()[1]
        step.all_of.add(Role.objects.get(code="frontline"))
        type(step).objects.filter(pk=step.pk).update(sequence=order)
        assert fields_of(desk, change(rule))["approval-1-sequence"] == ["kept"]
        saved(desk, rule)
        steps = next(each for each in document_of(shop)["rules"] if each["code"] == "late_credit")["approval"]
        assert steps[1]["all_of"] == order
        fewer = {"approval-1-all_of": [Role.objects.get(code="finance").pk], "approval-1-sequence": "kept"}
        assert refused(desk, rule, **fewer)["approval-1-sequence"] == ["Others must agree now: choose their order."]

    def test_has_an_order_only_of_those_who_must_agree(self, desk: Client) -> None:
        errors = refused(desk, Rule.objects.get(code="late_credit"), **{"approval-0-sequence": "listed"})
        assert errors["approval-0-sequence"] == ["Choose who must agree under all of, or ask all at once."]

    def test_cannot_be_in_sequence_with_one_role_alone(self, desk: Client) -> None:
        only = {"approval-1-all_of": [Role.objects.get(code="finance").pk], "approval-1-sequence": "listed"}
        errors = refused(desk, Rule.objects.get(code="late_credit"), **only)
        assert "at least two roles" in errors["approval-1-sequence"][0]


class TestABudget:
    def test_says_who_may_go_beyond_it_and_when_to_tell(self, desk: Client, shop: Policy) -> None:
        budget = Budget.objects.get(code="agent_week")
        assert fields_of(desk, change(budget))["alert_at"] == ["75, 90"]
        finance = Role.objects.get(code="finance")
        saved(desk, budget, beyond_by=finance.pk, beyond_answer_within="", alert_at="60 %, 100 %")
        written = document_of(shop)["budgets"][0]
        assert (written["beyond"], written["alert_at"]) == ({"by": "finance"}, [60, 100])

    def test_tells_nobody_or_as_usual(self, desk: Client, shop: Policy) -> None:
        budget = Budget.objects.get(code="late_year")
        assert fields_of(desk, change(budget))["alert_at"] == ["none"]
        saved(desk, budget, alert_at="")
        assert "alert_at" not in document_of(shop)["budgets"][2]
        saved(desk, budget, alert_at="None")
        assert document_of(shop)["budgets"][2]["alert_at"] == []

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("half", "Write whole percents"),
            ("50, 120", "1: must be a whole number from 1 to 100"),
            ("80, 50", "ascend"),
        ],
    )
    def test_tells_what_is_wrong_at_its_field(self, desk: Client, typed: str, told: str) -> None:
        errors = refused(desk, Budget.objects.get(code="agent_week"), alert_at=typed)
        assert told in errors["alert_at"][0]

    def test_needs_to_know_who_where_it_says_how_soon(self, desk: Client) -> None:
        errors = refused(desk, Budget.objects.get(code="case_days"), beyond_answer_within="PT1H")
        assert errors == {"beyond_by": ['This lacks "by".']}


def test_a_role_that_something_names_is_not_deleted(desk: Client, shop: Policy) -> None:
    supervisor = Role.objects.get(code="supervisor")
    address = reverse("admin:policies_role_delete", args=[supervisor.pk])
    desk.post(address, {"post": "yes", **WHY})
    assert Role.objects.filter(code="supervisor").exists()
