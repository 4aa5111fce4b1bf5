"""What a policy says about the life of an exception: holds, approvals, taking back, alerts, follow-up."""

from typing import Any

import pytest

from policies.engine.approvals import Approvals, Beyond, Open
from policies.engine.canonical import digest
from policies.engine.compile import compile_rulebook
from policies.engine.document import dump, read
from policies.engine.rulebook import FollowUp, Rulebook
from policies.engine.sentences import rule_sentence
from tests.engine.desk import CREDIT, ask, faults, offered, policy, row

BUDGET = {"code": "b", "scope": "agent", "measure": "money", "limit": "1.00", "per": "day"}
LADDER = {"up_to": "60.00", "all_of": ["lead", "board"]}


def read_with(**parts: Any) -> Rulebook:
    return read(policy(**parts))


def test_what_a_policy_does_not_say_is_as_the_manual_says():
    rulebook = read_with(
        remedies=[{**CREDIT, "follow_up": {"after": "P2D", "what": "Call"}}],
        rules=[row(up_to="1.00", approval=[LADDER])],
        budgets=[BUDGET],
    )
    assert rulebook.approvals == Approvals("on_approval", "PT4H", "PT30M", "P7D", ())
    assert rulebook.remedies[0].hold_for == "PT15M"
    assert rulebook.remedies[0].follow_up == FollowUp("P2D", "Call", "")
    assert not any(role.may_reverse for role in rulebook.roles)
    assert not rulebook.rules[0].approval[0].in_sequence
    assert (rulebook.budgets[0].beyond, rulebook.budgets[0].alert_at) == (None, (50, 80, 100))


def test_saying_what_holds_anyway_is_the_same_policy():
    plain = policy(remedies=[CREDIT], rules=[row(up_to="1.00", approval=[LADDER])], budgets=[BUDGET])
    said = policy(
        approvals={"reserve": "on_approval", "answer_within": "PT4H", "remind_before": "PT30M", "keep": "P7D"},
        roles=[{**role, "may_reverse": False} for role in plain["roles"]],
        remedies=[{**CREDIT, "hold_for": "PT15M"}],
        rules=[row(up_to="1.00", approval=[{**LADDER, "in_sequence": False}])],
        budgets=[{**BUDGET, "alert_at": [50, 80, 100]}],
    )
    assert digest(dump(read(said))) == digest(dump(read(plain)))
    assert not {"approvals", "hold_for", "may_reverse", "in_sequence", "beyond", "alert_at"} & _keys(dump(read(said)))


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def test_what_it_says_is_kept():
    said = policy(
        approvals={"reserve": "on_request", "hours": {"tuesday": ["13:00-24:00"], "monday": ["09:00-12:00"]}},
        roles=[{"code": "agent", "escalates_to": "lead"}, {"code": "lead", "may_reverse": True}, {"code": "board"}],
        remedies=[{**CREDIT, "hold_for": "P7D", "follow_up": {"after": "P2D", "what": "Call", "by": "lead"}}],
        rules=[row(up_to="1.00", approval=[{**LADDER, "in_sequence": True}])],
        budgets=[{**BUDGET, "beyond": {"by": "lead", "answer_within": "PT2H"}, "alert_at": []}],
    )
    rulebook = read(said)
    assert rulebook.approvals.hours == (Open("monday", "09:00", "12:00"), Open("tuesday", "13:00", "24:00"))
    assert [role.code for role in rulebook.roles if role.may_reverse] == ["lead"]
    assert rulebook.rules[0].approval[0].by == {"all_of": ["lead", "board"], "in_sequence": True}
    assert (rulebook.budgets[0].beyond, rulebook.budgets[0].alert_at) == (Beyond("lead", "PT2H"), ())
    written = dump(rulebook)
    assert written["approvals"] == {
        "reserve": "on_request", "hours": {"monday": ["09:00-12:00"], "tuesday": ["13:00-24:00"]},
    }  # fmt: skip
    assert written["budgets"][0]["alert_at"] == []
    assert read(written) == rulebook


def approvals(**parts: Any) -> dict[str, Any]:
    return policy(approvals=parts)


def hours(**days: Any) -> dict[str, Any]:
    return approvals(hours=days)


def remedy(**parts: Any) -> dict[str, Any]:
    return policy(remedies=[{**CREDIT, **parts}])


def step(**parts: Any) -> dict[str, Any]:
    return policy(rules=[row(up_to="1", approval=[parts])])


def budget(**parts: Any) -> dict[str, Any]:
    return policy(budgets=[{**BUDGET, **parts}])


@pytest.mark.parametrize(
    ("document", "path", "valid"),
    [
        (approvals(reserve="never"), "/approvals/reserve", "on_approval, on_request"),
        (approvals(when="soon"), "/approvals", "valid are reserve, answer_within, remind_before, keep, hours"),
        (approvals(answer_within="4 hours"), "/approvals/answer_within", "such as P2D, PT4H"),
        (approvals(answer_within="PT0M"), "/approvals/answer_within", "from PT1M to P90D"),
        (approvals(answer_within="P91D"), "/approvals/answer_within", "from PT1M to P90D"),
        (approvals(remind_before="P100D"), "/approvals/remind_before", "from PT0M to P90D"),
        (approvals(keep="P0D"), "/approvals/keep", "from PT1M to P365D"),
        (hours(), "/approvals/hours", "at least one day"),
        (hours(monday=None), "/approvals/hours", "at least one day"),
        (hours(caturday=["09:00-10:00"]), "/approvals/hours", "valid are monday, tuesday"),
        (hours(monday=[]), "/approvals/hours/monday", "leave the day out"),
        (hours(monday="09:00-17:00"), "/approvals/hours/monday", "must be a list"),
        (hours(monday=["9-17"]), "/approvals/hours/monday/0", '"09:00-17:00"'),
        (hours(monday=[900]), "/approvals/hours/monday/0", '"09:00-17:00"'),
        (hours(monday=["17:00-09:00"]), "/approvals/hours/monday/0", "the later after the earlier"),
        (hours(monday=["09:00-09:00"]), "/approvals/hours/monday/0", "the later after the earlier"),
        (hours(monday=["09:00-25:00"]), "/approvals/hours/monday/0", '"09:00-17:00"'),
        (hours(monday=["09:00-12:00", "11:59-13:00"]), "/approvals/hours/monday/1", "before it ends"),
        (policy(roles=[{"code": "lead", "may_reverse": "yes"}]), "/roles/0/may_reverse", "true or false"),
        (remedy(hold_for="PT0M"), "/remedies/0/hold_for", "from PT1M to P7D"),
        (remedy(hold_for="P8D"), "/remedies/0/hold_for", "from PT1M to P7D"),
        (remedy(hold_for="soon"), "/remedies/0/hold_for", "such as P2D, PT4H"),
        (
            remedy(follow_up={"after": "P2D", "what": "Call", "by": "pope"}),
            "/remedies/0/follow_up/by",
            "is not a role of this policy (agent, board, lead)",
        ),
        (step(all_of=["lead"], in_sequence=True), "/rules/0/approval/0/in_sequence", "at least two roles"),
        (step(any_of=["lead", "board"], in_sequence=True), "/rules/0/approval/0/in_sequence", "at least two roles"),
        (step(all_of=["lead", "board"], in_sequence=1), "/rules/0/approval/0/in_sequence", "true or false"),
        (budget(beyond="lead"), "/budgets/0/beyond", "must be an object with by, answer_within"),
        (budget(beyond={}), "/budgets/0/beyond", 'lacks "by"'),
        (budget(beyond={"by": "pope"}), "/budgets/0/beyond/by", "is not a role"),
        (budget(beyond={"by": "lead", "answer_within": 2}), "/budgets/0/beyond/answer_within", "such as P2D"),
        (budget(alert_at=50), "/budgets/0/alert_at", "must be a list"),
        (budget(alert_at=[0]), "/budgets/0/alert_at/0", "from 1 to 100"),
        (budget(alert_at=[50, 101]), "/budgets/0/alert_at/1", "from 1 to 100"),
        (budget(alert_at=["50"]), "/budgets/0/alert_at/0", "from 1 to 100"),
        (budget(alert_at=[80, 50]), "/budgets/0/alert_at", "ascending order, each once"),
        (budget(alert_at=[80, 80]), "/budgets/0/alert_at", "ascending order, each once"),
    ],
)
def test_a_fault_is_told_at_its_place_with_what_would_be_valid(document, path, valid):
    found = faults(document)
    assert list(found) == [path], found
    assert valid in found[path]


def test_a_rule_reads_who_is_asked_after_whom():
    rules = [row(up_to="25.00", approval=[{**LADDER, "in_sequence": True}])]
    compiled = compile_rulebook(read(policy(rules=rules)))
    assert rule_sentence(compiled, "credit_row").endswith("Up to €60.00 if first a lead, then a board agree.")
    assert ask(policy(rules=rules))["offers"][0]["with_approval"]["by"]["in_sequence"] is True


def test_an_offer_says_who_owes_the_follow_up():
    owed = {"after": "P2D", "what": "Call"}
    plain = policy(rules=[row(up_to="1", follow_up=owed)])
    assert offered(plain)["credit"]["follow_up"] == owed
    named = policy(rules=[row(up_to="1", follow_up={**owed, "by": "lead"})])
    assert offered(named)["credit"]["follow_up"] == {**owed, "by": "lead"}
