"""What a hostile or absurd author may write: it is refused or decided, quickly, and never crashes or runs away."""

import time

import pytest

from policies.engine.canonical import canonical
from tests.engine.desk import ask, due, faults, offered, policy, row

FACTS = [
    {"code": "price", "type": "money"},
    {"code": "count", "type": "integer"},
    {"code": "fine", "type": "decimal", "places": 9},
    {"code": "items", "type": "lines", "max_lines": 1000, "fields": [{"code": "worth", "type": "money"}]},
]
MOST = "9999999999999.99"


@pytest.fixture(autouse=True)
def quickly():
    """No policy of a few kilobytes takes seconds, even on a busy machine."""
    started = time.process_time()
    yield
    assert time.process_time() - started < 5


def nested(depth, leaf, form):
    for _ in range(depth):
        leaf = form(leaf)
    return leaf


@pytest.mark.parametrize("depth", [13, 100, 900, 5000])
def test_formulas_are_nested_twelve_deep_at_most(depth):
    formula = nested(depth, "price", lambda inner: {"percent": {"rate": "100", "of": inner}})
    assert any(
        "nested more than 12 deep" in message
        for message in faults(policy(facts=FACTS, rules=[row(amount=formula)])).values()
    )


@pytest.mark.parametrize("depth", [100, 900, 5000, 50_000])
def test_lists_within_lists_are_refused_wherever_they_are(depth):
    deep = nested(depth, "price", lambda inner: [inner])
    for document in (
        policy(facts=deep),
        policy(rules=deep),
        policy(remedies=deep),
        policy(facts=FACTS, derived=[{"code": "made", "sum": deep}]),
        policy(facts=FACTS, rules=[row("call", when=[{"fact": "count", "one_of": deep}])]),
        policy(facts=FACTS, rules=[row(amount={"sum": deep})]),
    ):
        assert faults(document)


@pytest.mark.parametrize(
    "number", ["1e999999999", "9" * 100_000, "0." + "0" * 100_000 + "1", "-" + "9" * 16, "Infinity", "NaN"]
)
def test_enormous_numbers_are_refused(number):
    assert faults(policy(rules=[row(amount=number)]))
    assert faults(policy(rules=[row(up_to="1", step=number)]))
    assert faults(policy(facts=[{"code": "price", "type": "money", "max": number}]))
    assert faults(
        policy(
            rules=[row("call")],
            budgets=[{"code": "b", "scope": "team", "measure": "money", "limit": number, "per": "day"}],
        )
    )


class TestAnAmountBeyondEverything:
    def test_is_not_offered(self):
        percent = nested(11, "price", lambda inner: {"percent": {"rate": "999999999", "of": inner}})
        assert due(percent, {"price": MOST}, declared=FACTS) is None
        assert due({"times": ["price", *["999999999"] * 500]}, {"price": MOST}, declared=FACTS) is None

    def test_is_no_limit(self):
        limit = {"times": ["price", "999999999", "999999999"]}
        rule = row(up_to="5.00", approval=[{"up_to": limit, "any_of": ["lead"]}])
        canonical(ask(policy(facts=FACTS, rules=[rule]), {"price": MOST}))

    def test_is_none_as_a_derived_fact_however_often_it_is_squared(self):
        chain = [
            {"code": f"d{at}", "formula": {"as": "integer", "of": {"times": [f"d{at + 1}", f"d{at + 1}"]}}}
            for at in range(30)
        ]
        chain.append({"code": "d30", "sum": ["count", "count"]})
        document = policy(facts=FACTS, derived=chain, rules=[row("call", when=[{"fact": "d0", "is_none": True}])])
        assert list(offered(document, {"count": 10**14})) == ["call"]


def test_a_tiny_rate_of_the_largest_amount_is_exact():
    rate = {"percent": {"rate": "0.000000001", "of": "price"}}
    assert due(rate, {"price": MOST}, declared=FACTS) == "100.00"
    assert (
        due(
            nested(11, "price", lambda inner: {"percent": {"rate": "0.000000001", "of": inner}}),
            {"price": MOST},
            declared=FACTS,
        )
        is None
    )


def test_a_thousand_lines_of_the_largest_amount_are_added():
    total = [{"code": "total", "sum_of": {"lines": "items", "field": "worth"}}]
    document = policy(facts=FACTS, derived=total, rules=[row("call", when=[{"fact": "total", "more_than": MOST}])])
    assert list(offered(document, {"items": [MOST] * 1000})) == ["call"]


class TestManyDerivedFacts:
    def test_in_a_chain_are_worked_out_and_asked_for(self):
        chain = [{"code": f"d{at}", "sum": [f"d{at + 1}", "count"]} for at in range(1200)] + [
            {"code": "d1200", "sum": ["count"] * 2}
        ]
        document = policy(
            facts=FACTS, derived=list(reversed(chain)), rules=[row("call", when=[{"fact": "d0", "at_least": 1}])]
        )
        assert list(offered(document, {"count": 1})) == ["call"]
        assert [question["fact"] for question in ask(document)["questions"]] == ["count"]

    def test_in_diamonds_are_asked_for_once(self):
        """Two facts that each build on the same two, sixty times over: 2**60 ways down."""
        diamonds = [{"code": f"{side}{at}", "sum": [f"l{at + 1}", f"r{at + 1}"]} for at in range(60) for side in "lr"]
        diamonds += [{"code": f"{side}60", "sum": ["count", "count"]} for side in "lr"]
        document = policy(facts=FACTS, derived=diamonds, rules=[row("call", when=[{"fact": "l0", "at_least": 1}])])
        assert [question["fact"] for question in ask(document)["questions"]] == ["count"]

    def test_in_a_circle_are_refused(self):
        circle = [{"code": f"d{at}", "sum": [f"d{(at + 1) % 500}", "count"]} for at in range(500)]
        assert faults(policy(facts=FACTS, derived=circle))


def test_two_derived_facts_without_a_code_are_refused():
    assert {"/derived/0", "/derived/1"} <= set(faults(policy(derived=[None, {}])))


def test_a_circle_of_a_thousand_roles_is_refused():
    roles = [{"code": f"r{at}", "escalates_to": f"r{(at + 1) % 1000}"} for at in range(1000)]
    assert "escalates in a circle" in faults(policy(roles=roles))["/roles/0"]


@pytest.mark.parametrize(
    "zone",
    [
        "../../etc/passwd",
        "/etc/localtime",
        "localtime",
        "posixrules",
        "right/UTC",
        "",
        ".",
        "Europe",
        "a\x00b",
        5,
        [],
        {},
    ],
)
def test_only_time_zones_that_mean_the_same_everywhere_are_taken(zone):
    assert list(faults(policy(time_zone=zone))) == ["/time_zone"]


@pytest.mark.parametrize(
    "zone", ["Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "Pacific/Kiritimati", "Etc/GMT+12"]
)
def test_a_zone_with_an_odd_offset_is_a_zone_like_others(zone):
    budgets = [{"code": "b", "scope": "agent", "measure": "count", "limit": 1, "per": "day"}]
    answer = ask(policy(time_zone=zone, rules=[row("call")], budgets=budgets))
    assert answer["offers"][0]["budgets"][0]["resets_at"][11:19] == "00:00:00"


def test_a_divisor_of_nothing_makes_a_ratio_none():
    ratio = [{"code": "share", "ratio": {"of": "count", "to": "count"}}]
    document = policy(facts=FACTS, derived=ratio, rules=[row("call", when=[{"fact": "share", "is_none": True}])])
    assert list(offered(document, {"count": 0})) == ["call"]


def test_a_policy_without_rules_still_has_a_way_out():
    answer = ask(policy())
    assert answer["offers"] == answer["questions"] == []
    assert answer["escalation"]["to"] == "lead"
    assert ask(policy(), role="lead")["escalation"]["name"] == "Care desk"
