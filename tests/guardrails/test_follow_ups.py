"""What is promised to a customer for afterwards has an owner, goes from hand to hand, and is never lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from guardrails.actions.caller import Caller
from guardrails.actions.faults import KeyConflictError, MissingKeyError, MissingScopeError
from guardrails.actions.follow_ups.cancel_follow_ups import cancel_follow_ups
from guardrails.actions.follow_ups.escalate_follow_ups import escalate_follow_ups
from guardrails.actions.follow_ups.finish_follow_up import FinishRequest, finish_follow_up
from guardrails.actions.follow_ups.follow_up_faults import (
    FollowUpClosedError,
    InvalidRecipientError,
    UnknownFollowUpError,
)
from guardrails.actions.follow_ups.hand_on_follow_up import HandOnRequest, hand_on_follow_up
from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.models import Agent, ApiToken, Assignment, AuditRecord, FollowUp, FollowUpState, Outcome, Scope, Team
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from tests.guardrails.asking import DAMAGED, ask, grant
from tests.guardrails.builders import NOON

pytestmark = pytest.mark.django_db
DUE = NOON + timedelta(days=2)
GOOD = Told(reached=True, satisfied=5, effort=6, recommend=9, words="All is well, thank you.", stayed="stayed")


def an_agent(shop: Policy, code: str, *, team: str = "care", role: str = "frontline", kind: str = "human") -> Agent:
    belongs, _ = Team.objects.get_or_create(code=team, defaults={"name": team})
    agent = Agent.objects.create(code=code, name=code.title(), team=belongs, kind=kind)
    Assignment.objects.create(agent=agent, policy=shop, role=Role.objects.get(policy=shop, code=role))
    return agent


def caller_for(*agents: Agent, like: Caller) -> Caller:
    user = ApiToken.objects.get(pk=like.client).user
    token, _ = ApiToken.objects.create(user=user, name="another", scopes=sorted(like.scopes))
    token.agents.set(agents)
    return Caller(client=token.public_id, name="another", scopes=like.scopes)


@pytest.fixture
def owed(help_desk: Caller) -> FollowUp:
    """What Ana owes after the store credit that she gave."""
    exception = grant(help_desk, amount="5.00").answer["exception"]
    return FollowUp.objects.get(exception=exception)


def hand_on(caller: Caller, owed: FollowUp, *, key: str = "hand on", **request: Any) -> dict[str, Any]:
    asked = HandOnRequest(follow_up=owed.pk, note="I am away from tomorrow.", **request)
    return hand_on_follow_up(caller=caller, request=asked, key=key, now=NOON).answer


def finish(caller: Caller, owed: FollowUp, *, key: str = "done", told: Told = GOOD, **request: Any) -> dict[str, Any]:
    asked = FinishRequest(follow_up=owed.pk, told=told, **request)
    return finish_follow_up(caller=caller, request=asked, key=key, now=DUE).answer


def test_what_a_remedy_owes_is_written_down_when_it_is_granted(owed: FollowUp, ana: Agent) -> None:
    assert (owed.what, owed.due_at, owed.owner, owed.role) == ("Check that the parcel arrived", DUE, ana, "frontline")
    assert (owed.state, owed.customer, owed.case) == (FollowUpState.OPEN, "C-1", "K-1")
    assert owed.exception.follow_up_what == owed.what


def test_a_policy_says_which_role_owes_it(help_desk: Caller, shop: Policy, shop_document: dict[str, Any]) -> None:
    named_role = {"after": "PT4H", "what": "Call her", "by": "supervisor"}
    rules = [
        each | ({"follow_up": named_role} if each["code"] == "late_credit" else {}) for each in shop_document["rules"]
    ]
    import_policy(document={**shop_document, "rules": rules}, actor=None, reason="test")
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="by a role", now=NOON)
    row = FollowUp.objects.get(exception=grant(help_desk, amount="5.00").answer["exception"])
    assert (row.what, row.owner, row.role, row.due_at) == ("Call her", None, "supervisor", NOON + timedelta(hours=4))


def test_what_awaits_approval_or_owes_nothing_has_none(help_desk: Caller) -> None:
    grant(help_desk, amount="30.00")
    grant(help_desk, "replacement", request=DAMAGED)
    assert not FollowUp.objects.exists()


def test_the_next_question_says_what_is_still_owed(help_desk: Caller, owed: FollowUp) -> None:
    def open_ones() -> int:
        return int(ask(help_desk)["context"]["customer"]["open_follow_ups"])

    assert open_ones() == 1
    finish(help_desk, owed)
    assert open_ones() == 0


def test_a_follow_up_is_done_with_how_it_turned_out(help_desk: Caller, owed: FollowUp) -> None:
    answer = finish(help_desk, owed)
    assert (answer["state"], answer["closed_at"], answer["overdue"]) == ("done", DUE.isoformat(), False)
    assert answer["outcome"]["satisfied"] == 5
    kept = Outcome.objects.get()
    assert (kept.follow_up, kept.exception, kept.case) == (owed, owed.exception, "K-1")
    assert (kept.source, kept.words, kept.recommend, kept.stayed) == ("agent", GOOD.words, 9, "stayed")
    record = AuditRecord.objects.get(kind="follow_up.done")
    assert (record.subject_id, record.on_behalf_of) == (owed.pk, "agent:ana")
    assert "words" not in answer["outcome"]


def test_it_is_done_once(help_desk: Caller, owed: FollowUp) -> None:
    first = finish(help_desk, owed)
    assert finish(help_desk, owed) == first
    with pytest.raises(KeyConflictError):
        finish(help_desk, owed, told=Told(reached=False))
    with pytest.raises(FollowUpClosedError, match="done already"):
        finish(help_desk, owed, key="again")
    with pytest.raises(FollowUpClosedError):
        hand_on(help_desk, owed, to_role="supervisor")
    assert Outcome.objects.count() == 1


def test_what_was_taken_back_is_owed_no_longer(help_desk: Caller, owed: FollowUp) -> None:
    assert cancel_follow_ups(owed.exception_id, NOON) == 1
    assert cancel_follow_ups(owed.exception_id, NOON) == 0
    owed.refresh_from_db()
    assert (owed.state, owed.closed_at) == (FollowUpState.CANCELLED, NOON)
    with pytest.raises(FollowUpClosedError, match="taken back"):
        finish(help_desk, owed)
    assert ask(help_desk)["context"]["customer"]["open_follow_ups"] == 0


def test_it_is_handed_on_with_all_that_was_noted(help_desk: Caller, owed: FollowUp, shop: Policy) -> None:
    an_agent(shop, "ben")
    hand_on(help_desk, owed, to_agent="ben")
    ben = caller_for(Agent.objects.get(code="ben"), like=help_desk)
    answer = hand_on(ben, owed, to_role="supervisor")
    assert answer["owner"] == {"agent": None, "role": "supervisor"}
    assert answer["due_at"] == DUE.isoformat()
    assert [(step["by"], step["from"]["agent"], step["to"]["role"]) for step in answer["handed_on"]] == [
        ("ana", "ana", "frontline"),
        ("ben", "ben", "supervisor"),
    ]
    assert {step["note"] for step in answer["handed_on"]} == {"I am away from tomorrow."}
    assert AuditRecord.objects.filter(kind="follow_up.handed_on", subject_id=owed.pk).count() == 2


@pytest.mark.parametrize(
    ("to", "path"),
    [
        ({}, "/to_agent"),
        ({"to_agent": "ben", "to_role": "supervisor"}, "/to_agent"),
        ({"to_agent": "nobody"}, "/to_agent"),
        ({"to_agent": "gone"}, "/to_agent"),
        ({"to_role": "king"}, "/to_role"),
    ],
)
def test_it_is_handed_to_somebody_who_is_there(
    help_desk: Caller, owed: FollowUp, shop: Policy, to: dict[str, str], path: str
) -> None:
    gone = an_agent(shop, "gone")
    gone.active = False
    gone.save()
    with pytest.raises(InvalidRecipientError) as refused:
        hand_on(help_desk, owed, **to)
    assert [fault.path for fault in refused.value.errors] == [path]
    owed.refresh_from_db()
    assert (owed.owner, owed.handed_on) == (Agent.objects.get(code="ana"), [])


MAY = {
    # who (team, role): may they see to it, while Ana owns it; while every supervisor does; once it is overdue?
    "a colleague": ("care", "frontline", (True, True, True)),
    "another team": ("outlet", "frontline", (False, False, False)),
    "a supervisor": ("outlet", "supervisor", (False, True, True)),
}


@pytest.mark.parametrize("who", MAY)
def test_who_may_see_to_it(help_desk: Caller, shop: Policy, who: str) -> None:
    team, role, may = MAY[who]
    an_agent(shop, "sofia", team="elsewhere", role="supervisor")
    caller = caller_for(an_agent(shop, "zoe", team=team, role=role), like=help_desk)
    for at, (allowed, given) in enumerate(zip(may, ("owner", "role", "overdue"), strict=True)):
        number = grant(help_desk, amount="5.00", key=f"{who} {given}").answer["exception"]
        owed = FollowUp.objects.get(exception=number)
        if given == "role":
            hand_on(help_desk, owed, key=f"{given}", to_role="supervisor")
        if given == "overdue":
            escalate_follow_ups(DUE)
        if allowed:
            assert finish(caller, owed, key=f"done {at}", agent="zoe")["state"] == "done"
        else:
            for agent in ("zoe", None, "ana"):
                with pytest.raises(UnknownFollowUpError):
                    finish(caller, owed, key=f"done {at}", agent=agent)
                with pytest.raises(UnknownFollowUpError):
                    hand_on(caller, owed, key=f"on {at}", to_role="frontline", agent=agent)


def test_a_stranger_cannot_tell_it_from_none(help_desk: Caller, owed: FollowUp, shop: Policy) -> None:
    zoe = caller_for(an_agent(shop, "zoe", team="outlet"), like=help_desk)
    told = []
    for follow_up in (owed.pk, "fup_00000000000000000000000000"):
        with pytest.raises(UnknownFollowUpError) as refused:
            finish_follow_up(caller=zoe, request=FinishRequest(follow_up=follow_up, told=GOOD), key="k", now=DUE)
        told.append(refused.value.detail.replace(follow_up, "X"))
    assert told[0] == told[1]


def test_a_token_needs_the_scope_and_a_key(help_desk: Caller, owed: FollowUp) -> None:
    only_offers = Caller(client=help_desk.client, scopes=frozenset([Scope.OFFERS]))
    with pytest.raises(MissingScopeError):
        finish(only_offers, owed)
    with pytest.raises(MissingScopeError):
        hand_on(only_offers, owed, to_role="supervisor")
    with pytest.raises(MissingKeyError):
        finish(help_desk, owed, key="")


def test_what_is_overdue_is_told_to_the_next_role_once(help_desk: Caller, owed: FollowUp, shop: Policy) -> None:
    an_agent(shop, "sofia", team="outlet", role="supervisor")
    assert escalate_follow_ups(DUE - timedelta(microseconds=1)) == 0
    assert escalate_follow_ups(DUE) == 1
    assert escalate_follow_ups(DUE + timedelta(days=1)) == 0
    owed.refresh_from_db()
    assert (owed.overdue_at, owed.escalated_to, owed.state) == (DUE, "supervisor", "open")
    assert owed.owner is not None
    assert owed.owner.code == "ana"
    record = AuditRecord.objects.get(kind="follow_up.overdue")
    assert (record.subject_id, record.actor) == (owed.pk, "system")


@pytest.mark.parametrize("above", ["nobody has the role above", "the ladder ends"])
def test_it_is_not_lost_where_nobody_is_above(help_desk: Caller, owed: FollowUp, shop: Policy, above: str) -> None:
    if above == "the ladder ends":
        hand_on(help_desk, owed, to_role="supervisor")
    assert escalate_follow_ups(DUE) == 1
    owed.refresh_from_db()
    assert owed.escalated_to == owed.role
    colleague = caller_for(an_agent(shop, "zoe", team="outlet", role=owed.role), like=help_desk)
    assert finish(colleague, owed, agent="zoe")["state"] == "done"


def test_what_was_done_in_time_is_never_overdue(help_desk: Caller, owed: FollowUp) -> None:
    finish(help_desk, owed)
    assert escalate_follow_ups(DUE + timedelta(days=9)) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"state": "forgotten"},
        {"state": "done"},
        {"closed_at": NOON},
        {"what": ""},
        {"role": ""},
        {"escalated_to": "supervisor"},
    ],
)
def test_the_database_keeps_follow_ups_right(owed: FollowUp, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=owed.pk).update(**change)
