"""Each address for each kind of client: closed unless it is theirs; a stranger cannot tell that there is anything."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from guardrails.models import Agent, CareException, Decision, Scope, Team
from policies.models import Policy, PolicyScope
from tests.guardrails_api.conftest import Api, Response, an_agent
from tests.guardrails_api.questions import LATE, late
from tests.guardrails_api.test_bad_input import problem


@dataclass
class Granted:
    """What Ana's client did before."""

    decision: str
    exception: str


@pytest.fixture
def granted(desk: Api) -> Granted:
    """A decision of Ana's, and the exception that she granted under it."""
    decision = desk.post("offers/", LATE).json()["decision"]
    body = {"decision": decision, "remedy": "store_credit", "amount": "5.00"}
    return Granted(decision, desk.post("exceptions/", body, Idempotency_Key="first").json()["exception"])


Call = Callable[[Api, Granted], Response]


def ask(api: Api, granted: Granted) -> Response:
    """Ask for Ana."""
    return api.post("offers/", LATE)


def grant(api: Api, granted: Granted) -> Response:
    """Take an offer of Ana's."""
    body = {"decision": granted.decision, "remedy": "store_credit", "amount": "5.00"}
    return api.post("exceptions/", body, Idempotency_Key="first")


def hold(api: Api, granted: Granted) -> Response:
    """Hold an offer of Ana's."""
    body = {"decision": granted.decision, "remedy": "store_credit", "amount": "5.00"}
    return api.post("holds/", body, Idempotency_Key="hold")


def event(name: str, **body: str) -> Call:
    """Let something happen to Ana's exception."""
    return lambda api, granted: api.post(f"exceptions/{granted.exception}/{name}/", body, Idempotency_Key=name)


def read(path: str) -> Call:
    """Read an address."""
    return lambda api, granted: api.get(path.format(exception=granted.exception))


WRITES: dict[str, tuple[Call, Scope]] = {
    "offers": (ask, Scope.OFFERS),
    "grant": (grant, Scope.EXCEPTIONS),
    "hold": (hold, Scope.EXCEPTIONS),
    "grant held": (event("grant"), Scope.EXCEPTIONS),
    "void": (event("void"), Scope.EXCEPTIONS),
    "reverse": (event("reverse", reason="A mistake."), Scope.EXCEPTIONS),
}
READS = {
    "list": (read("exceptions/"), Scope.EXCEPTIONS),
    "csv": (read("exceptions.csv"), Scope.EXCEPTIONS),
    "one": (read("exceptions/{exception}/"), Scope.EXCEPTIONS),
    "budgets": (read("budgets/?policy=shop_eu&agent=ana"), Scope.OFFERS),
    "policy": (read("policies/shop_eu/"), Scope.OFFERS),
    "version": (read("policies/shop_eu/versions/1/"), Scope.OFFERS),
}
ADDRESSES: dict[str, tuple[Call, Scope]] = {**WRITES, **READS}
OWN = {"grant": 409, "hold": 409, "grant held": 409, "void": 409, "reverse": 403}
"""What is answered to those who may come in: Ana's offer was taken already, and her role takes nothing back."""
TABLES_OF_THEIR_OWN = {
    "approval",
    "approval-answer",
    "approval-approve",
    "approval-ask",
    "approval-claim",
    "approval-counter",
    "approval-decline",
    "approval-release",
    "approvals",
    "case-links",
    "exception-amend",
    "follow-up",
    "follow-up-done",
    "follow-up-hand-on",
    "follow-ups",
    "hand-overs",
    "outcomes",
    "settlements",
    "undo-case-link",
    "work-item",
    "work-item-claim",
    "work-item-done",
    "work-item-release",
    "work-items",
}
"""Addresses whose permissions have tests beside them."""


def test_nobody_comes_in_without_a_token_that_is_good(
    granted: Granted, new_token: Callable[..., Api], ana: Agent, subtests: pytest.Subtests
) -> None:
    scopes = list(Scope)
    gone = new_token("gone", scopes, agents=[ana])
    gone.row.user.is_active = False
    gone.row.user.save()
    clients = {
        "none": Api(),
        "unknown": Api(secret="f" * 64),
        "no ASCII": Api(secret="é" * 64),
        "long": Api(secret="f" * 300),
        "expired": new_token("late", scopes, agents=[ana], expires=timedelta(seconds=-1)),
        "switched off": new_token("off", scopes, agents=[ana], active=False),
        "user is gone": gone,
    }
    before = Decision.objects.count(), CareException.objects.count()
    for address, (call, _) in ADDRESSES.items():
        for name, client in clients.items():
            with subtests.test(address=address, client=name):
                response = call(client, granted)
                problem(response, 401, "not_authenticated")
                assert response["WWW-Authenticate"] == "Token"
    assert (Decision.objects.count(), CareException.objects.count()) == before


def test_other_schemes_are_refused(granted: Granted, desk: Api) -> None:
    for header in (f"Bearer {desk.secret}", "Token", "Token ", desk.secret, "Basic YTpi"):
        response = desk.client.post("/api/v1/offers/", LATE, "application/json", headers={"Authorization": header})
        assert "Authorization: Token" in problem(response, 401, "not_authenticated")["detail"]


def test_a_token_needs_the_scope(
    granted: Granted, new_token: Callable[..., Api], ana: Agent, subtests: pytest.Subtests
) -> None:
    for address, (call, scope) in ADDRESSES.items():
        enough = {scope}
        if address in READS and address != "budgets":
            enough |= {Scope.AUDIT}
        if address in ("budgets", "policy", "version"):
            enough |= {Scope.OFFERS, Scope.EXCEPTIONS}
        for given in Scope:
            with subtests.test(address=address, scope=given):
                client = new_token(f"{address} {given}", [given], agents=[ana])
                response = call(client, granted)
                if given in enough:
                    assert response.status_code == OWN.get(address, 200)
                else:
                    assert scope.value in problem(response, 403, "missing_scope")["detail"] or address == "budgets"


def test_a_stranger_cannot_tell_what_is_somebody_elses_from_what_is_not(
    granted: Granted, stranger: Api, subtests: pytest.Subtests
) -> None:
    nothing = Granted("dec_00000000000000000000000000", "exc_00000000000000000000000000")

    def told(response: Response) -> tuple[int, str]:
        body = json.loads(response.content)
        body.pop("request_id", None)
        text = json.dumps(body)
        for name in (granted.decision, granted.exception, nothing.decision, nothing.exception):
            text = text.replace(name, "X")
        return response.status_code, text

    for address in ("grant", "one", "hold", "grant held", "void", "reverse"):
        with subtests.test(address=address):
            call, _ = ADDRESSES[address]
            assert told(call(stranger, granted)) == told(call(stranger, nothing))
            assert call(stranger, granted).status_code == 404
    for agent in ("ana", "nobody"):
        with subtests.test(agent=agent):
            problem(stranger.post("offers/", late(agent=agent)), 403, "unknown_agent")
            problem(stranger.get("budgets/", policy="shop_eu", agent=agent), 403, "unknown_agent")
    assert stranger.get("exceptions/").json() == {"results": [], "next": None}
    assert stranger.get("exceptions/", customer="C-20417").json()["results"] == []
    assert len(stranger.get("exceptions.csv").getvalue().splitlines()) == 1


def test_a_stranger_who_says_more_with_a_grant_is_told_no_more(
    granted: Granted, new_token: Callable[..., Api], shop: Policy, subtests: pytest.Subtests
) -> None:
    ben = an_agent(shop, "ben", team="phone")
    client = new_token("phone", [Scope.OFFERS, Scope.EXCEPTIONS], agents=[ben])
    own = client.post("offers/", late(agent="ben", case="K-2", customer="C-2")).json()["decision"]
    body = {"remedy": "store_credit", "amount": "5.00"}
    assert client.post("exceptions/", body | {"decision": own}, Idempotency_Key="used").status_code == 201
    for decision in (granted.decision, "dec_00000000000000000000000000"):
        with subtests.test(decision=decision):
            asked = body | {"decision": decision}
            other_reason = client.post("exceptions/", asked | {"reason": "damaged"}, Idempotency_Key="new")
            problem(other_reason, 404, "unknown_decision")
            problem(client.post("exceptions/", asked, Idempotency_Key="used"), 409, "idempotency_key_conflict")


def test_a_client_of_another_policy_sees_nothing_of_this_one(
    granted: Granted, new_token: Callable[..., Api], shop: Policy
) -> None:
    team = Team.objects.create(code="elsewhere", name="Elsewhere")
    outsider = Agent.objects.create(code="olaf", name="Olaf", team=team)
    client = new_token("outside", [Scope.OFFERS, Scope.EXCEPTIONS], agents=[outsider])
    problem(client.get("policies/shop_eu/"), 404, "not_found")
    problem(client.get("policies/shop_eu/versions/1/"), 404, "not_found")
    problem(client.post("offers/", late(agent="olaf")), 404, "unknown_policy")
    problem(client.get("budgets/", policy="shop_eu", agent="olaf"), 404, "unknown_policy")


def test_an_agents_own_token_acts_for_nobody_else(bot: Api, granted: Granted, ana: Agent) -> None:
    bot.row.agents.add(ana)  # even where somebody tries to widen it
    problem(bot.post("offers/", LATE), 403, "unknown_agent")
    assert bot.get("exceptions/").json()["results"] == []
    assert bot.get("budgets/", policy="shop_eu").json()["agent"] == {"id": "bot", "role": "frontline"}


def test_a_teams_client_sees_the_whole_team(granted: Granted, new_token: Callable[..., Api]) -> None:
    client = new_token("team", [Scope.EXCEPTIONS], teams=[Team.objects.get(code="care")])
    assert [each["exception"] for each in client.get("exceptions/").json()["results"]] == [granted.exception]


def test_an_agent_who_was_asked_about_a_case_sees_what_others_gave_in_it(
    granted: Granted, new_token: Callable[..., Api], shop: Policy
) -> None:
    ben = an_agent(shop, "ben", team="phone")
    client = new_token("phone", [Scope.OFFERS, Scope.EXCEPTIONS], agents=[ben])
    assert client.get("exceptions/").json()["results"] == []
    client.post("offers/", late(agent="ben", case="K-2"))
    assert client.get("exceptions/").json()["results"] == []
    client.post("offers/", late(agent="ben"))
    assert [each["exception"] for each in client.get("exceptions/").json()["results"]] == [granted.exception]
    assert "trace" not in client.get(f"exceptions/{granted.exception}/").json()


def test_an_inactive_agent_is_nobody(granted: Granted, desk: Api, ana: Agent) -> None:
    ana.active = False
    ana.save()
    problem(desk.post("offers/", LATE), 403, "unknown_agent")
    body = {"decision": granted.decision, "remedy": "store_credit", "amount": "5.00"}
    problem(desk.post("exceptions/", body, Idempotency_Key="another"), 404, "unknown_decision")
    problem(desk.get("policies/shop_eu/"), 404, "not_found")


def test_an_auditor_sees_all_within_their_policies(granted: Granted, auditor: Api, shop: Policy) -> None:
    assert len(auditor.get("exceptions/").json()["results"]) == 1
    assert auditor.get(f"exceptions/{granted.exception}/").json()["trace"]["rule"]["code"] == "late_credit"
    problem(auditor.post("offers/", LATE), 403, "missing_scope")
    other = Policy.objects.create(code="other", currency="EUR", time_zone="UTC")
    limits = PolicyScope.objects.create(user=auditor.row.user)
    limits.policies.set([other])
    assert auditor.get("exceptions/").json()["results"] == []
    problem(auditor.get(f"exceptions/{granted.exception}/"), 404, "not_found")
    problem(auditor.get("policies/shop_eu/"), 404, "not_found")
    limits.policies.add(shop)
    assert len(auditor.get("exceptions/").json()["results"]) == 1


def test_only_believed_clients_verify_facts(desk: Api, bot: Api) -> None:
    asked: dict[str, Any] = late(reason="damaged", facts={"vip": True})
    assert "free_month" in [each["remedy"] for each in desk.post("offers/", asked).json()["offers"]]
    answer = bot.post("offers/", asked | {"agent": "bot"}).json()
    assert "free_month" not in [each["remedy"] for each in answer["offers"]]
    assert [(each["fact"], each.get("needs")) for each in answer["questions"] if each["fact"] == "vip"] == [
        ("vip", "verified")
    ]


def test_every_address_is_in_the_table() -> None:
    from guardrails.api.urls import urlpatterns

    open_to_all = {"schema", "docs", "policy-schema", None}
    names = {pattern.name for pattern in urlpatterns} - open_to_all - TABLES_OF_THEIR_OWN
    events = {"exception-grant", "exception-void", "exception-reverse", "holds"}
    reads = {"offers", "exceptions", "exceptions-csv", "exception", "budgets", "policy", "policy-version"}
    assert names == events | reads
    assert len(ADDRESSES) == len(names) + 1  # exceptions are read and granted at one address
