"""Who may do what with an exception: each event for each kind of client; to strangers there is none."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from guardrails.models import Agent, AgentKind, CareException, Scope, State
from guardrails.models.lifecycle import Event, leads_to, refusal
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from tests.guardrails.builders import NOON, an_exception
from tests.guardrails_api.conftest import Api, Response, an_agent
from tests.guardrails_api.questions import LATE, late
from tests.guardrails_api.test_bad_input import problem
from tests.guardrails_api.test_lifecycle import event, held

NOBODYS = "exc_00000000000000000000000000"
BODIES: dict[str, dict[str, Any]] = {"grant": {}, "void": {"note": "x"}, "reverse": {"reason": "A mistake."}}
EVENTS = {"grant": Event.GRANT, "void": Event.VOID, "reverse": Event.REVERSE}


@dataclass
class People:
    """Clients of people around one exception, which Ana's client made or a supervisor's did."""

    clients: dict[str, tuple[Api, str | None]]
    owner: Api


@pytest.fixture
def people(desk: Api, bot: Api, stranger: Api, shop: Policy, new_token: Callable[..., Api]) -> People:
    """Everybody who could try; supervisors may reverse."""
    Role.objects.filter(policy=shop, code="supervisor").update(may_reverse=True)
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="who may reverse", now=NOON)
    scopes = [Scope.OFFERS, Scope.EXCEPTIONS]

    def client(code: str, *, team: str, role: str = "frontline", **changes: Any) -> tuple[Api, str]:
        agent = an_agent(shop, code, team=team, role=role, **changes)
        return new_token(f"client of {code}", scopes, agents=[agent]), code

    elsewhere = Agent.objects.create(code="olaf", name="Olaf", team=Agent.objects.get(code="ana").team)
    elsewhere.team = an_agent(shop, "eve", team="elsewhere").team
    elsewhere.save()
    robot = an_agent(shop, "robot", team="leads", role="supervisor", kind=AgentKind.AI)
    return People(
        owner=desk,
        clients={
            "who made it": (desk, None),
            "who made it, elsewhere": (
                new_token("phone", scopes, agents=[Agent.objects.get(code="ana")]),
                None,
            ),
            "a colleague of the team": client("ben", team="care"),
            "a supervisor of the team": client("sue", team="care", role="supervisor"),
            "a supervisor elsewhere": client("sam", team="leads", role="supervisor"),
            "an AI agent of the team": (bot, None),
            "an AI supervisor": (new_token("robot", scopes, agent=robot), None),
            "another team": (stranger, "zoe"),
            "another team, for Ana": (stranger, None),
            "the team's client, for somebody else": (desk, "zoe"),
            "somebody without a role": (new_token("outside", scopes, agents=[elsewhere]), "olaf"),
            "a token without the scope": (
                new_token("asks", [Scope.OFFERS], agents=[Agent.objects.get(code="ana")]),
                None,
            ),
        },
    )


UNKNOWN = (404, "unknown_exception")
SOMEBODY_ELSE = (403, "not_for_role")
NO_SCOPE = (403, "missing_scope")
MAY = (200, "")
TABLE: dict[str, dict[str, tuple[int, str]]] = {
    "who made it": {"grant": MAY, "void": MAY, "reverse": SOMEBODY_ELSE},
    "who made it, elsewhere": {"grant": MAY, "void": MAY, "reverse": SOMEBODY_ELSE},
    "a colleague of the team": {"grant": MAY, "void": MAY, "reverse": SOMEBODY_ELSE},
    "a supervisor of the team": {"grant": MAY, "void": MAY, "reverse": MAY},
    "a supervisor elsewhere": {"grant": MAY, "void": MAY, "reverse": MAY},
    "an AI agent of the team": {"grant": SOMEBODY_ELSE, "void": SOMEBODY_ELSE, "reverse": SOMEBODY_ELSE},
    "an AI supervisor": {"grant": SOMEBODY_ELSE, "void": SOMEBODY_ELSE, "reverse": SOMEBODY_ELSE},
    "another team": {"grant": UNKNOWN, "void": UNKNOWN, "reverse": UNKNOWN},
    "another team, for Ana": {"grant": UNKNOWN, "void": UNKNOWN, "reverse": UNKNOWN},
    "the team's client, for somebody else": {"grant": UNKNOWN, "void": UNKNOWN, "reverse": UNKNOWN},
    "somebody without a role": {"grant": UNKNOWN, "void": UNKNOWN, "reverse": UNKNOWN},
    "a token without the scope": {"grant": NO_SCOPE, "void": NO_SCOPE, "reverse": NO_SCOPE},
}


def test_each_event_for_each_client(people: People, subtests: pytest.Subtests) -> None:
    assert TABLE.keys() == people.clients.keys()
    for who, row in TABLE.items():
        client, agent = people.clients[who]
        for name, (status, code) in row.items():
            with subtests.test(who=who, event=name):
                exception = ready(people.owner, f"{who} {name}", granted=name == "reverse")
                state = CareException.objects.get(pk=exception).state
                response = event(client, name, exception, **said(name, agent))
                assert response.status_code == status, response.content
                if code:
                    problem(response, status, code)
                    assert CareException.objects.get(pk=exception).state == state


def ready(owner: Api, key: str, *, granted: bool) -> str:
    """An exception of Ana's, held or granted."""
    question = late(customer=f"C {key}", case=f"K {key}")
    exception: str = held(owner, key=key, question=question, amount="1.00")["exception"]
    if granted:
        assert event(owner, "grant", exception, key=f"{key} granted").status_code == 200
    return exception


def said(name: str, agent: str | None) -> dict[str, Any]:
    return BODIES[name] | ({"agent": agent} if agent else {})


def test_a_role_below_cannot_touch_what_a_role_above_elsewhere_promised(
    people: People, subtests: pytest.Subtests
) -> None:
    above, _ = people.clients["a supervisor elsewhere"]
    refund = late(agent="sam", facts={"days_late": 6, "order_total": "20.00"})
    decision = above.post("offers/", refund).json()["decision"]
    body = {"decision": decision, "remedy": "refund"}
    exception = above.post("holds/", body, Idempotency_Key="above").json()["exception"]
    for name in BODIES:
        with subtests.test(event=name):
            problem(event(people.owner, name, exception, **said(name, "ana")), *UNKNOWN)


def test_a_stranger_cannot_tell_an_exception_from_none(people: People, subtests: pytest.Subtests) -> None:
    exception = ready(people.owner, "secret", granted=False)
    stranger, agent = people.clients["another team"]

    def told(response: Response, id_: str) -> str:
        body = json.loads(response.content)
        body.pop("request_id")
        return json.dumps(body).replace(id_, "X")

    for name in BODIES:
        for key in ("new", "used"):
            with subtests.test(event=name, key=key):
                here = told(event(stranger, name, exception, key=f"{key} 1", **said(name, agent)), exception)
                assert here == told(event(stranger, name, NOBODYS, key=f"{key} 2", **said(name, agent)), NOBODYS)


def test_an_ai_agent_grants_and_voids_what_it_promised_itself(bot: Api) -> None:
    question = late(agent=...)
    for name in ("grant", "void"):
        exception = held(bot, key=name, question=question | {"case": f"K-{name}"}, amount="1.00")["exception"]
        assert event(bot, name, exception).status_code == 200


def test_what_the_table_does_not_allow_is_refused_by_its_name(
    desk: Api, people: People, shop: Policy, subtests: pytest.Subtests
) -> None:
    supervisor, agent = people.clients["a supervisor of the team"]
    for state in State:
        expires: dict[str, Any] = {"expires_at": NOON.replace(hour=13)} if state in (State.HELD, State.APPROVED) else {}
        exception = an_exception(shop, state=state, **expires).pk
        for name, what in EVENTS.items():
            if not leads_to(state, what):
                with subtests.test(state=state, event=name):
                    told = problem(event(supervisor, name, exception, **said(name, agent)), 409, "wrong_state")
                    code, text = refusal(state, what)
                    assert told["detail"] == text
                    assert code in told["errors"][0]["detail"]
    assert desk.post("offers/", LATE).status_code == 200
