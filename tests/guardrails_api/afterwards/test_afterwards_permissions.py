"""Who may know of what is owed and of what was handed over: a stranger sees nothing, a token needs its scope."""

from collections.abc import Callable

from guardrails.models import Agent, Scope, WorkItem
from policies.models import Policy, PolicyScope
from tests.guardrails_api.afterwards.doing import NOTHING, REACHED, TOLD, done, hand_on, take
from tests.guardrails_api.conftest import Api, Response
from tests.guardrails_api.questions import LATE
from tests.guardrails_api.test_bad_input import problem


def test_a_stranger_sees_nothing_of_it(stranger: Api, owed: str, handed_over: str, desk: Api) -> None:
    decision = desk.post("offers/", LATE).json()["decision"]
    for address in (f"follow-ups/{owed}/", f"follow-ups/{NOTHING}/", f"work-items/{handed_over}/", "work-items/x/"):
        problem(stranger.get(address), 404, "not_found")
    assert stranger.get("follow-ups/").json() == {"results": [], "next": None}
    assert stranger.get("work-items/").json() == {"results": [], "next": None}
    for follow_up in (owed, NOTHING):
        for agent in ({}, {"agent": "ana"}, {"agent": "zoe"}):
            problem(done(stranger, follow_up, **agent), 404, "unknown_follow_up")
            problem(hand_on(stranger, follow_up, **agent), 404, "unknown_follow_up")
    for item in (handed_over, "wrk_00000000000000000000000000"):
        for what, more in (("claim", {}), ("release", {}), ("done", {"outcome": "Mine."})):
            for taker in ("sofia", "zoe"):
                body = {"agent": taker, **more}
                problem(
                    stranger.post(f"work-items/{item}/{what}/", body, Idempotency_Key="k"), 404, "unknown_work_item"
                )
    for asked in (decision, "dec_00000000000000000000000000"):
        problem(stranger.post("hand-overs/", {"decision": asked}, Idempotency_Key="k"), 404, "unknown_decision")
    assert WorkItem.objects.get().state == "open"


def test_a_token_needs_the_scope(new_token: Callable[..., Api], ana: Agent, owed: str, handed_over: str) -> None:
    calls: dict[str, tuple[Callable[[Api], Response], set[Scope]]] = {
        "list": (lambda api: api.get("follow-ups/"), {Scope.EXCEPTIONS, Scope.AUDIT}),
        "one": (lambda api: api.get(f"follow-ups/{owed}/"), {Scope.EXCEPTIONS, Scope.AUDIT}),
        "hand on": (lambda api: hand_on(api, owed), {Scope.EXCEPTIONS}),
        "done": (lambda api: done(api, owed), {Scope.EXCEPTIONS}),
        "outcome": (lambda api: api.post("outcomes/", {**TOLD, "case": "K-1", "policy": "x"}), {Scope.OUTCOMES}),
        "over": (
            lambda api: api.post("hand-overs/", {"decision": "dec_0"}, Idempotency_Key="k"),
            {Scope.OFFERS, Scope.EXCEPTIONS},
        ),
        "items": (lambda api: api.get("work-items/"), {Scope.EXCEPTIONS, Scope.AUDIT}),
        "item": (lambda api: api.get(f"work-items/{handed_over}/"), {Scope.EXCEPTIONS, Scope.AUDIT}),
        "claim": (lambda api: take(api, handed_over, "claim"), {Scope.EXCEPTIONS}),
        "release": (lambda api: take(api, handed_over, "release"), {Scope.EXCEPTIONS}),
        "end": (lambda api: take(api, handed_over, "done", outcome="x"), {Scope.EXCEPTIONS}),
    }
    for name, (call, enough) in calls.items():
        for scope in Scope:
            response = call(new_token(f"{name} {scope}", [scope], agents=[ana]))
            refused = response.status_code == 403 and response.json()["code"] == "missing_scope"
            assert refused is (scope not in enough), (name, scope)


def test_an_auditor_reads_all_within_their_policies(auditor: Api, owed: str, handed_over: str, shop: Policy) -> None:
    assert len(auditor.get("follow-ups/").json()["results"]) == 1
    assert auditor.get(f"work-items/{handed_over}/").status_code == 200
    other = Policy.objects.create(code="other", currency="EUR", time_zone="UTC")
    PolicyScope.objects.create(user=auditor.row.user).policies.set([other])
    assert auditor.get("follow-ups/").json()["results"] == []
    problem(auditor.get(f"follow-ups/{owed}/"), 404, "not_found")
    problem(auditor.get(f"work-items/{handed_over}/"), 404, "not_found")


def test_every_write_needs_a_key(desk: Api, owed: str) -> None:
    for path, body in (
        (f"follow-ups/{owed}/done/", REACHED),
        (f"follow-ups/{owed}/hand-on/", {"to_role": "supervisor", "note": "x"}),
        ("hand-overs/", {"decision": "dec_0"}),
        ("work-items/wrk_0/claim/", {}),
    ):
        problem(desk.post(path, body), 400, "idempotency_key_missing")
