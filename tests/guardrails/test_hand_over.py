"""A case that is handed over arrives with all that was said, at a person, and at one only."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from guardrails.actions.caller import Caller
from guardrails.actions.faults import KeyConflictError, MissingScopeError, UnknownDecisionError
from guardrails.actions.follow_ups.follow_up_faults import InvalidRecipientError
from guardrails.actions.work_items.take_up_work_item import (
    claim_work_item,
    finish_work_item,
    release_work_item,
)
from guardrails.actions.work_items.work_item_faults import NotReceiverError, UnknownWorkItemError, WorkItemTakenError
from guardrails.models import AuditRecord, Scope, WorkItem
from guardrails.queries.mail_recipients import mail_recipients
from policies.models import Policy
from tests.guardrails.afterwards import SAID, an_agent, caller_for, over, over_again, take
from tests.guardrails.asking import LATE, ask
from tests.guardrails.builders import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def sofia(help_desk: Caller, shop: Policy) -> Caller:
    """A supervisor of another team, through a client of her own."""
    return caller_for(an_agent(shop, "sofia", team="desk", role="supervisor"), like=help_desk)


def test_whoever_is_asked_next_sees_who_takes_care_of_it(help_desk: Caller, sofia: Caller) -> None:
    assert "handed_over" not in ask(help_desk)["context"]["case"]
    item = over(help_desk)["work_item"]
    [told] = ask(help_desk)["context"]["case"]["handed_over"]
    assert (told["work_item"], told["for"]["role"], told["claimed_by"]) == (item, "supervisor", None)
    take(claim_work_item, sofia, item)
    [told] = ask(help_desk)["context"]["case"]["handed_over"]
    assert (told["state"], told["claimed_by"]) == ("claimed", "sofia")
    assert "handed_over" not in ask(help_desk, replace(LATE, case="K-other"))["context"]["case"]


def test_it_goes_to_the_next_role_with_all_that_was_said(help_desk: Caller, sofia: Caller) -> None:
    answer = over(help_desk)
    assert answer["for"] == {"role": "supervisor", "name": "Supervisor"}
    assert answer["from"] == {"agent": "ana", "role": "frontline", "team": "care"}
    assert (answer["state"], answer["customer"], answer["case"]) == ("open", "C-1", "K-1")
    row = WorkItem.objects.get(pk=answer["work_item"])
    assert row.said == [{"by": each.by, "text": each.text} for each in SAID]
    assert row.due_at > NOON
    record = AuditRecord.objects.get(kind="work_item.opened")
    assert record.body.count("My husband has died.") == 1
    assert "My husband" not in str(answer)


def test_it_goes_to_the_hand_over_where_nobody_is_above(help_desk: Caller, shop: Policy) -> None:
    assert over(help_desk)["for"] == {"role": "handover", "name": "Care desk"}
    ben = caller_for(an_agent(shop, "ben", team="desk"), like=help_desk)
    item = WorkItem.objects.get().pk
    with pytest.raises(UnknownWorkItemError):
        take(claim_work_item, ben, item, agent="ben")
    sofia = caller_for(an_agent(shop, "sofia", team="desk", role="supervisor"), like=help_desk)
    assert take(claim_work_item, sofia, item)["claimed_by"] == "sofia"


def test_it_may_go_to_any_role_in_which_there_are_people(help_desk: Caller, sofia: Caller, shop: Policy) -> None:
    assert over(help_desk, to="frontline")["for"]["role"] == "frontline"
    assert over(help_desk, to="handover", key="2")["for"]["role"] == "handover"
    for to in ("king", ""):
        with pytest.raises(InvalidRecipientError, match="frontline, supervisor, handover"):
            over(help_desk, to=to, key="3")


def test_an_ai_alone_in_a_role_is_nobody(help_desk: Caller, shop: Policy) -> None:
    an_agent(shop, "robin", role="supervisor", kind="ai")
    assert over(help_desk)["for"]["role"] == "handover"


def test_a_decision_is_handed_over_once_at_a_time(help_desk: Caller, sofia: Caller) -> None:
    decision = ask(help_desk)["decision"]
    first = over_again(help_desk, decision)
    assert over_again(help_desk, decision) == first
    with pytest.raises(KeyConflictError):
        over_again(help_desk, decision, note="Something else.")
    with pytest.raises(WorkItemTakenError, match=first["work_item"]):
        over_again(help_desk, decision, key="another")
    take(claim_work_item, sofia, first["work_item"])
    take(finish_work_item, sofia, first["work_item"], outcome="The contract was ended.")
    assert over_again(help_desk, decision, key="another")["work_item"] != first["work_item"]


def test_one_person_takes_it_up_and_says_how_it_ended(help_desk: Caller, sofia: Caller, shop: Policy) -> None:
    item = over(help_desk)["work_item"]
    tom = caller_for(an_agent(shop, "tom", team="desk", role="supervisor"), like=help_desk)
    with pytest.raises(WorkItemTakenError, match="Nobody has claimed it"):
        take(finish_work_item, sofia, item, outcome="Done.")
    claimed = take(claim_work_item, sofia, item)
    assert (claimed["state"], claimed["claimed_by"], claimed["claimed_at"]) == ("claimed", "sofia", NOON.isoformat())
    assert take(claim_work_item, sofia, item) == claimed
    with pytest.raises(WorkItemTakenError, match="Sofia has claimed it"):
        take(claim_work_item, tom, item, agent="tom")
    with pytest.raises(WorkItemTakenError, match="Sofia has claimed it"):
        take(finish_work_item, tom, item, agent="tom", outcome="Done.")
    done = take(finish_work_item, sofia, item, outcome="The contract was ended.", key="end")
    assert (done["state"], done["outcome"]) == ("done", {"text": "The contract was ended."})
    with pytest.raises(WorkItemTakenError, match="done"):
        take(release_work_item, sofia, item)
    kinds = AuditRecord.objects.filter(subject_id=item).values_list("kind", flat=True)
    assert sorted(kinds) == ["work_item.claimed", "work_item.done", "work_item.opened"]


def test_what_somebody_has_who_is_away_a_colleague_puts_back(help_desk: Caller, sofia: Caller, shop: Policy) -> None:
    item = over(help_desk)["work_item"]
    tom = caller_for(an_agent(shop, "tom", team="desk", role="supervisor"), like=help_desk)
    take(claim_work_item, sofia, item)
    released = take(release_work_item, tom, item, agent="tom")
    assert (released["state"], released["claimed_by"]) == ("open", None)
    assert take(claim_work_item, tom, item, agent="tom")["claimed_by"] == "tom"


MAY = {
    # who (team, role, kind): what they are answered when they claim
    "a supervisor": ("desk", "supervisor", "human", None),
    "whose team handed it over": ("care", "frontline", "human", NotReceiverError),
    "an AI supervisor": ("desk", "supervisor", "ai", NotReceiverError),
    "another team": ("outlet", "frontline", "human", UnknownWorkItemError),
}


@pytest.mark.parametrize("what", [claim_work_item, release_work_item, finish_work_item])
@pytest.mark.parametrize("who", MAY)
def test_who_may_take_it_up(help_desk: Caller, sofia: Caller, shop: Policy, who: str, what: Any) -> None:
    team, role, kind, refused = MAY[who]
    caller = caller_for(an_agent(shop, "zoe", team=team, role=role, kind=kind), like=help_desk)
    item = over(help_desk)["work_item"]
    if what is not claim_work_item:
        take(claim_work_item, sofia, item)
    if refused is not None:
        with pytest.raises(refused):
            take(what, caller, item, agent="zoe", outcome="It ended well.")
    elif what is finish_work_item:
        with pytest.raises(WorkItemTakenError):
            take(what, caller, item, agent="zoe", outcome="It ended well.")
    else:
        assert take(what, caller, item, agent="zoe")["state"] in ("claimed", "open")
    for agent in ("sofia", None):
        with pytest.raises(UnknownWorkItemError):
            take(what, caller, item, agent=agent, key="other", outcome="It ended well.")  # type: ignore[arg-type]


def test_a_stranger_hands_nothing_over(help_desk: Caller, sofia: Caller, shop: Policy) -> None:
    decision = ask(help_desk)["decision"]
    for asked in (decision, "dec_00000000000000000000000000"):
        with pytest.raises(UnknownDecisionError):
            over_again(sofia, asked)
    nothing = Caller(client=help_desk.client, scopes=frozenset([Scope.AUDIT]))
    with pytest.raises(MissingScopeError):
        over_again(nothing, decision)
    only_offers = Caller(client=help_desk.client, scopes=frozenset([Scope.OFFERS]))
    item = over_again(only_offers, decision)["work_item"]
    with pytest.raises(MissingScopeError):
        take(claim_work_item, Caller(client=sofia.client, scopes=frozenset([Scope.OFFERS])), item)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"},
        {"state": "claimed"},
        {"state": "done"},
        {"claimed_at": NOON},
        {"outcome": "It ended."},
        {"closed_at": NOON + timedelta(days=1)},
        {"for_role": ""},
    ],
)
def test_the_database_keeps_work_items_right(help_desk: Caller, wrong: dict[str, Any]) -> None:
    over(help_desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkItem.objects.update(**wrong)


def test_whoever_can_take_it_up_is_told(help_desk: Caller, shop: Policy) -> None:
    sofia = an_agent(shop, "sofia", team="desk", role="supervisor")
    sofia.user = User.objects.create_user("sofia", email="sofia@example.com")
    sofia.save()
    for to in ("supervisor", "handover"):
        item = over(help_desk, key=to, to=to)["work_item"]
        record = AuditRecord.objects.get(kind="work_item.opened", subject_id=item)
        assert mail_recipients(record) == ["sofia@example.com"]
