"""How it turned out is told once, by whoever knows, within the scales that everybody uses."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from guardrails.actions.caller import Caller
from guardrails.actions.cases.link_faults import UnknownCaseError
from guardrails.actions.faults import InvalidQuestionError, MissingScopeError, UnknownExceptionError
from guardrails.actions.follow_ups.aftermath import aftermath
from guardrails.actions.follow_ups.follow_up_faults import InvalidOutcomeError, OutcomeConflictError
from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.actions.follow_ups.tell_outcome import OutcomeRequest, tell_outcome
from guardrails.models import Agent, ApiToken, AuditRecord, CareException, Outcome, Scope
from policies.models import Policy
from tests.guardrails.afterwards import an_agent
from tests.guardrails.asking import LATE, ask, grant
from tests.guardrails.builders import NOON
from tests.guardrails.linking import an_order_system, link

pytestmark = pytest.mark.django_db
TOLD = Told(satisfied=4, effort=7, recommend=10, words="It came after all.", root_cause="carrier")


def a_teller(like: Caller, *agents: Agent) -> Caller:
    user = ApiToken.objects.get(pk=like.client).user
    token, _ = ApiToken.objects.create(user=user, name="Survey", scopes=[Scope.OUTCOMES])
    token.agents.set(agents)
    return Caller(client=token.public_id, scopes=frozenset([Scope.OUTCOMES]))


@pytest.fixture
def survey(help_desk: Caller, ana: Agent) -> Caller:
    """The survey tool; it asks the customers of Ana's."""
    return a_teller(help_desk, ana)


@pytest.fixture
def granted(help_desk: Caller) -> str:
    """A store credit that Ana gave."""
    return str(grant(help_desk, amount="5.00").answer["exception"])


def about(of: str, **changes: Any) -> OutcomeRequest:
    return replace(OutcomeRequest(id="S-1", told=TOLD, exception=of), **changes)


def test_a_survey_says_how_an_exception_turned_out(survey: Caller, granted: str) -> None:
    answer = tell_outcome(caller=survey, request=about(granted), now=NOON).answer
    kept = Outcome.objects.get(pk=answer["outcome"])
    assert (kept.exception_id, kept.case, kept.source, kept.external_id) == (granted, "K-1", "survey", "S-1")
    assert (kept.satisfied, kept.effort, kept.recommend, kept.words) == (4, 7, 10, TOLD.words)
    assert (answer["reached"], answer["contacted_again"], answer["root_cause"]) == (None, None, "carrier")
    record = AuditRecord.objects.get(kind="outcome.recorded")
    assert record.subject_id == kept.pk
    assert record.body.count(TOLD.words) == 1


def test_a_survey_says_how_a_case_turned_out(survey: Caller, granted: str) -> None:
    request = OutcomeRequest(id="S-2", told=TOLD, policy="shop_eu", case="K-1")
    answer = tell_outcome(caller=survey, request=request, now=NOON).answer
    assert (answer["exception"], answer["case"]) == (None, "K-1")


def test_what_is_told_of_a_case_is_told_of_those_linked_with_it(
    survey: Caller, granted: str, help_desk: Caller, shop: Policy
) -> None:
    ask(help_desk, replace(LATE, case="K-2"))
    link(an_order_system(), "K-2", "K-1")
    tell_outcome(caller=survey, request=OutcomeRequest(id="S-3", told=TOLD, policy="shop_eu", case="K-2"), now=NOON)
    row = CareException.objects.select_related("policy", "decision").get(pk=granted)
    assert [each["case"] for each in aftermath(row, NOON)["outcomes"]] == ["K-2"]


def test_a_survey_that_reports_at_night_says_when_it_was_said(survey: Caller, granted: str) -> None:
    request = about(granted, at="2026-06-15T10:00:00+02:00")
    assert tell_outcome(caller=survey, request=request, now=NOON).answer["at"] == "2026-06-15T08:00:00+00:00"


def test_the_same_id_is_the_same_outcome(survey: Caller, granted: str, help_desk: Caller, ana: Agent) -> None:
    first = tell_outcome(caller=survey, request=about(granted), now=NOON)
    again = tell_outcome(caller=survey, request=about(granted), now=NOON)
    assert (again.answer, first.repeated, again.repeated) == (first.answer, False, True)
    for other in (about(granted, told=replace(TOLD, satisfied=1)), OutcomeRequest(id="S-1", told=TOLD, exception="x")):
        with pytest.raises(OutcomeConflictError, match="S-1"):
            tell_outcome(caller=survey, request=other, now=NOON)
    assert Outcome.objects.count() == 1
    another = a_teller(help_desk, ana)
    assert not tell_outcome(caller=another, request=about(granted), now=NOON).repeated


def test_an_id_is_no_idempotency_key(survey: Caller, granted: str, help_desk: Caller) -> None:
    both = Caller(client=help_desk.client, scopes=help_desk.scopes | {Scope.OUTCOMES})
    grant(both, amount="6.00", key="outcome S-1")
    assert not tell_outcome(caller=both, request=about(granted), now=NOON).repeated


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"told": Told()}, ""),
        ({"exception": None}, "/exception"),
        ({"policy": "shop_eu", "case": "K-1"}, "/exception"),
        ({"exception": None, "case": "K-1"}, "/policy"),
        # Who was not reached has said nothing.
        ({"told": Told(reached=False, satisfied=5)}, "/satisfied"),
        ({"told": Told(reached=False, words="Thank you")}, "/words"),
        ({"at": "yesterday"}, "/at"),
        ({"at": "2026-06-15T12:00:00"}, "/at"),
        ({"at": "2026-06-16T12:00:00Z"}, "/at"),
    ],
)
def test_it_says_something_about_something(survey: Caller, granted: str, changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidOutcomeError) as refused:
        tell_outcome(caller=survey, request=about(granted, **changes), now=NOON)
    assert [fault.path for fault in refused.value.errors] == [path]


def test_an_id_is_plain_text(survey: Caller, granted: str) -> None:
    with pytest.raises(InvalidQuestionError):
        tell_outcome(caller=survey, request=about(granted, id="S-1 "), now=NOON)


def test_a_stranger_tells_nothing_about_others(granted: str, help_desk: Caller, shop: Policy) -> None:
    stranger = a_teller(help_desk, an_agent(shop, "zoe", team="outlet"))
    for exception in (granted, "exc_00000000000000000000000000"):
        with pytest.raises(UnknownExceptionError):
            tell_outcome(caller=stranger, request=about(exception), now=NOON)
    for case in ("K-1", "K-2", ""):
        request = OutcomeRequest(id="S-3", told=TOLD, policy="shop_eu", case=case)
        with pytest.raises(UnknownCaseError):
            tell_outcome(caller=stranger, request=request, now=NOON)
    with pytest.raises(MissingScopeError):
        tell_outcome(caller=help_desk, request=about(granted), now=NOON)
    assert not Outcome.objects.exists()


ROW: dict[str, Any] = {"source": "survey", "client": "tok_1", "at": NOON, "case": "K-1", "reached": True}


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "hearsay"},
        {"satisfied": 0},
        {"satisfied": 6},
        {"effort": 0},
        {"effort": 8},
        {"recommend": 11},
        {"stayed": "perhaps"},
        {"case": ""},
        {"reached": None},
    ],
)
def test_the_database_keeps_outcomes_right(shop: Policy, wrong: dict[str, Any]) -> None:
    Outcome.objects.create(id="out_1", policy=shop, **ROW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.create(id="out_2", policy=shop, **ROW | wrong)


def test_the_database_keeps_each_outcome_once(shop: Policy) -> None:
    Outcome.objects.create(id="out_1", policy=shop, external_id="S-1", **ROW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.create(id="out_2", policy=shop, external_id="S-1", **ROW)
    Outcome.objects.create(id="out_3", policy=shop, external_id="S-1", **ROW | {"client": "tok_2"})


def test_an_outcome_is_never_changed(shop: Policy) -> None:
    Outcome.objects.create(id="out_1", policy=shop, **ROW)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Outcome.objects.update(reached=False)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Outcome.objects.all().delete()
    assert not CareException.objects.exists()
