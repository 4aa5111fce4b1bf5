"""What comes after an exception: agents who see to it, and what they do with follow-ups and work items."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.follow_ups.finish_follow_up import FinishRequest, finish_follow_up
from guardrails.actions.follow_ups.hand_on_follow_up import HandOnRequest, hand_on_follow_up
from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.actions.work_items.hand_over import HandOverRequest, Said, hand_over
from guardrails.actions.work_items.take_up_work_item import TakeUpRequest
from guardrails.models import Agent, ApiToken, Assignment, FollowUp, Team
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from tests.guardrails.asking import LATE, ask
from tests.guardrails.builders import NOON

DUE = NOON + timedelta(days=2)
GOOD = Told(reached=True, satisfied=5, effort=6, recommend=9, words="All is well, thank you.", stayed="stayed")
SAID = (Said(by="customer", text="My husband has died."), Said(by="ana", text="I am so sorry."))
LADDER = [
    {"code": "frontline", "name": "Frontline agent", "escalates_to": "supervisor"},
    {"code": "supervisor", "name": "Supervisor", "escalates_to": "care_lead"},
    {"code": "care_lead", "name": "Care lead", "escalates_to": "director"},
    {"code": "director", "name": "Director"},
]


def an_agent(shop: Policy, code: str, *, team: str = "care", role: str = "frontline", kind: str = "human") -> Agent:
    """Make an agent with a role in the shop."""
    belongs, _ = Team.objects.get_or_create(code=team, defaults={"name": team})
    agent = Agent.objects.create(code=code, name=code.title(), team=belongs, kind=kind)
    Assignment.objects.create(agent=agent, policy=shop, role=Role.objects.get(policy=shop, code=role))
    return agent


def caller_for(*agents: Agent, like: Caller) -> Caller:
    """Give a client that acts for these agents alone."""
    user = ApiToken.objects.get(pk=like.client).user
    token, _ = ApiToken.objects.create(user=user, name="another", scopes=sorted(like.scopes))
    token.agents.set(agents)
    return Caller(client=token.public_id, name="another", scopes=like.scopes)


def a_tall_ladder(shop: Policy, document: dict[str, Any], **approvals: Any) -> None:
    """Publish the shop with four roles, and somebody in each of the three above Ana."""
    changed = {**document, "roles": LADDER} | ({"approvals": approvals} if approvals else {})
    import_policy(document=changed, actor=None, reason="test")
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="a tall ladder", now=NOON)
    people_above(shop)


def people_above(shop: Policy) -> None:
    """Put somebody in each of the three roles above Ana."""
    for code, role in (("sofia", "supervisor"), ("clara", "care_lead"), ("dora", "director")):
        an_agent(shop, code, team=f"team of {code}", role=role)


def hand_on(caller: Caller, owed: FollowUp, *, key: str = "hand on", **request: Any) -> dict[str, Any]:
    """Hand a follow-up on."""
    asked = HandOnRequest(follow_up=owed.pk, note="I am away from tomorrow.", **request)
    return hand_on_follow_up(caller=caller, request=asked, key=key, now=NOON).answer


def finish(caller: Caller, owed: FollowUp, *, key: str = "done", told: Told = GOOD, **request: Any) -> dict[str, Any]:
    """Say how a follow-up turned out, when it is due."""
    asked = FinishRequest(follow_up=owed.pk, told=told, **request)
    return finish_follow_up(caller=caller, request=asked, key=key, now=DUE).answer


def over(
    caller: Caller, *, key: str = "over", case: str = "K-1", now: datetime = NOON, **changes: Any
) -> dict[str, Any]:
    """Ask about a case, and hand it over."""
    decision = ask(caller, replace(LATE, case=case))["decision"]
    return over_again(caller, decision, key=key, now=now, **changes)


def over_again(
    caller: Caller, decision: str, *, key: str = "over", now: datetime = NOON, **changes: Any
) -> dict[str, Any]:
    """Hand a decision over."""
    request = HandOverRequest(**{"decision": decision, "note": "She is in shock.", "said": SAID, **changes})
    return hand_over(caller=caller, request=request, key=key, now=now).answer


def take(what: Any, caller: Caller, item: str, *, key: str = "", agent: str = "sofia", **more: Any) -> dict[str, Any]:
    """Claim a work item, put it back, or finish it."""
    request = TakeUpRequest(work_item=item, agent=agent, **more)
    answer: dict[str, Any] = what(caller=caller, request=request, key=key or f"{what} {agent}", now=NOON).answer
    return answer
