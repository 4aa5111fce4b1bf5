"""What publishing refuses: every fault at its place, with what is wrong and what would be valid."""

import pytest

from policies.engine.document import read
from policies.engine.faults import DocumentError
from tests.engine.desk import CREDIT, faults, policy, row

FACTS = [
    {"code": "total", "type": "money", "min": "0.00"},
    {"code": "days", "type": "integer"},
    {"code": "tier", "type": "choice", "choices": ["gold", "basic"]},
    {"code": "damaged", "type": "flag"},
    {"code": "bought_on", "type": "date"},
    {
        "code": "items",
        "type": "lines",
        "fields": [{"code": "price", "type": "money"}, {"code": "note", "type": "flag"}],
    },
]


def when(**condition):
    return policy(facts=FACTS, rules=[row("call", when=[condition])])


def amount(formula):
    return policy(facts=FACTS, rules=[row(amount=formula)])


def fact(**definition):
    return policy(facts=[{"code": "it", **definition}], rules=[])


def derived(**definition):
    return policy(facts=FACTS, derived=[{"code": "made", **definition}], rules=[])


def budget(**parts):
    return policy(budgets=[{"code": "b", "scope": "agent", "measure": "money", "limit": "1.00", "per": "day", **parts}])


def only(document):
    """The one fault of a document."""
    found = faults(document)
    assert len(found) == 1, found
    return next(iter(found.items()))


BANDS = {"by": "days", "rows": [{"below": 3, "amount": "1"}, {"below": 3, "amount": "2"}]}
LEAD = {"any_of": ["lead"]}


@pytest.mark.parametrize(
    ("document", "path", "valid"),
    [
        # The policy itself
        (policy(guardrails="policy/2"), "/guardrails", '"policy/1"'),
        (policy(code="Shop EU"), "/code", "lower case letter"),
        (policy(currency="EURO"), "/currency", "such as EUR"),
        (policy(time_zone="Berlin"), "/time_zone", "such as Europe/Berlin"),
        (policy(time_zone="localtime"), "/time_zone", "such as Europe/Berlin"),
        (policy(colour="red"), "", 'unknown key "colour"; valid are guardrails'),
        (policy(rounding={"mode": "nearest"}), "/rounding/mode", "half_even, half_up"),
        (policy(rounding={"step": "0.005"}), "/rounding/step", "multiple of the smallest unit of EUR"),
        (policy(calendar={"weekend": ["caturday"]}), "/calendar/weekend/0", "sunday"),
        (policy(roles=[]), "/roles", "must not be empty"),
        (policy(handover={"how": "Call"}), "/handover", 'lacks "name"'),
        # Roles
        (policy(roles=[{"code": "a"}, {"code": "a"}]), "/roles/1/code", "used twice"),
        (
            policy(roles=[{"code": "a", "escalates_to": "boss"}]),
            "/roles/0/escalates_to",
            "is not a role of this policy (a)",
        ),
        (policy(roles=[{"code": "a", "escalates_to": "a"}]), "/roles/0", "escalates in a circle"),
        (policy(handover=None, roles=[{"code": "a"}]), "/roles/0", "has no way out"),
        # Remedies
        (policy(remedies=[{"code": "x", "kind": "bribe"}]), "/remedies/0/kind", "store_credit"),
        (
            policy(remedies=[{"code": "x", "kind": "gift", "unit": "none", "places": 1}]),
            "/remedies/0/places",
            "quantity",
        ),
        (
            policy(remedies=[{"code": "x", "kind": "gift", "unit": "box", "signed": True}]),
            "/remedies/0/signed",
            "unit money",
        ),
        (policy(remedies=[{"code": "x", "kind": "gift", "group": "g"}]), "/remedies/0/group", "is not a group"),
        (policy(remedies=[{**CREDIT, "say": "Up to {limit}"}]), "/remedies/0/say", "valid are {amount}"),
        (policy(remedies=[{**CREDIT, "say": "{fact:mood}"}]), "/remedies/0/say", "{fact:code}"),
        (policy(remedies=[{**CREDIT, "say": "A { brace"}]), "/remedies/0/say", "brace"),
        (
            policy(remedies=[{**CREDIT, "follow_up": {"after": "2 days", "what": "Call"}}]),
            "/remedies/0/follow_up/after",
            "P2D",
        ),
        # Facts
        (fact(type="text"), "/facts/0/type", "choice, date, decimal"),
        (fact(type="choice"), "/facts/0", 'lacks "choices"'),
        (fact(type="choice", choices=["a", "a"]), "/facts/0/choices", "each once"),
        (fact(type="flag", min=1), "/facts/0/min", "not flag"),
        (fact(type="integer", min=3, max=2), "/facts/0/min", "not be more than max"),
        (fact(type="money", min="1.005"), "/facts/0/min", "more than 2 decimal places"),
        (fact(type="decimal", places=10), "/facts/0/places", "from 0 to 9"),
        (fact(type="lines"), "/facts/0", 'lacks "fields"'),
        (fact(type="flag", assume="yes"), "/facts/0/assume", "true or false"),
        (fact(type="flag", assume=True, source="verified"), "/facts/0/assume", "must be verified"),
        (policy(facts=[{"code": "now", "type": "date"}]), "/facts/0/code", "reserved"),
        # Derived facts
        (derived(sum=["total", "days"]), "/derived/0/sum", "one type"),
        (derived(difference=["total"]), "/derived/0/difference", "two facts"),
        (derived(sum=["total", "sum_total"]), "/derived/0/sum/1", "is not a fact of this policy"),
        (derived(sum=["tier", "days"]), "/derived/0/sum/0", "is a choice; valid are facts of type integer"),
        (derived(any_of={"lines": "items"}), "/derived/0/any_of", 'lacks "where"'),
        (derived(sum_of={"lines": "items", "field": "note"}), "/derived/0/sum_of/field", "is a flag"),
        (derived(days_between={"from": "now", "to": "now"}), "/derived/0/days_between", "at least one fact"),
        (derived(sum=["total", "total"], difference=["total", "total"]), "/derived/0", "exactly one of"),
        (
            derived(formula={"as": "money", "of": {"bands": {"by": "mood", "rows": []}}}),
            "/derived/0/formula/of/bands/by",
            "number or date fact",
        ),
        (derived(formula={"as": "money", "of": "days"}), "/derived/0/formula/of", "where money is needed"),
        # Conditions
        (when(fact="mood", **{"is": True}), "/rules/0/when/0/fact", "is not a fact of this policy (bought_on, damaged"),
        (when(fact="damaged", at_least=True), "/rules/0/when/0/at_least", "valid are is, is_not, is_none"),
        (when(fact="tier", **{"is": "silver"}), "/rules/0/when/0/is", '"basic", "gold"'),
        (when(fact="total", at_least="-1.00"), "/rules/0/when/0/at_least", "at least €0.00"),
        (when(fact="days", between=[3, 2]), "/rules/0/when/0/between", "lower value first"),
        (when(fact="days", one_of=[]), "/rules/0/when/0/one_of", "at least one value"),
        (when(fact="days"), "/rules/0/when/0", "exactly one operator"),
        (when(fact="days", at_least=1, at_most=2), "/rules/0/when/0", "exactly one operator"),
        (when(fact="bought_on", within_last={}), "/rules/0/when/0/within_last", "either days or months"),
        (when(fact="bought_on", within_last={"days": 0}), "/rules/0/when/0/within_last/days", "from 1 to"),
        (
            when(fact="bought_on", within_last={"days": 1, "of": "days"}),
            "/rules/0/when/0/within_last/of",
            "date or moment",
        ),
        (when(fact="bought_on", same_period={"period": "ever"}), "/rules/0/when/0/same_period/period", "quarter"),
        (
            when(fact="bought_on", same_period={"period": "year", "starts": "13-01"}),
            "/rules/0/when/0/same_period/starts",
            '"04-01"',
        ),
        # Rules
        (policy(rules=[row()]), "/rules/0", "exactly one of amount"),
        (policy(rules=[row(amount="1", up_to="2")]), "/rules/0", "exactly one of amount"),
        (policy(rules=[row("call", amount="1")]), "/rules/0/amount", "not for unit none"),
        (policy(rules=[{"code": "r", "up_to": "1"}]), "/rules/0", 'lacks "remedies"'),
        (
            policy(rules=[row(up_to="1", roles=["pilot"])]),
            "/rules/0/roles/0",
            "is not a role of this policy (agent, board",
        ),
        (policy(rules=[row(up_to="1", reasons=[])]), "/rules/0/reasons", "leave it out to mean all"),
        (policy(rules=[row(up_to="1", step="0.005")]), "/rules/0/step", "more than 2 decimal places"),
        (policy(rules=[row(amount="1", suggest="1")]), "/rules/0/suggest", "amount is exactly this"),
        (policy(rules=[{"code": "r", "effect": "forbid", "alone": "never"}]), "/rules/0/alone", "not forbid"),
        (policy(rules=[row("call", effect="maybe")]), "/rules/0/effect", "allow, forbid, human_only"),
        (policy(rules=[{"code": "r", "remedies": ["credit", "call"], "up_to": "1"}]), "/rules/0", "different units"),
        (
            policy(rules=[row(up_to="1", starts_on="2026-02-01", ends_on="2026-01-01")]),
            "/rules/0/ends_on",
            "must not be before starts_on",
        ),
        (policy(rules=[row(up_to="1", alone="always")]), "/rules/0/alone", '"never"'),
        (policy(rules=[row(up_to="1", approval=[{"up_to": "2"}])]), "/rules/0/approval/0", "any_of"),
        (
            policy(rules=[row(up_to="1", approval=[{"any_of": ["pope"]}])]),
            "/rules/0/approval/0/any_of/0",
            "is not a role",
        ),
        (policy(rules=[row(up_to="1", approval=[LEAD, {"up_to": "9", **LEAD}])]), "/rules/0/approval/0", "last step"),
        (
            policy(rules=[row(up_to="1", approval=[{"up_to": "9", **LEAD}, {"up_to": "8", **LEAD}])]),
            "/rules/0/approval/1",
            "further than the step before it",
        ),
        # Amounts
        (amount("fifty"), "/rules/0/amount", "is not a money, integer or decimal fact of this policy (days, total)"),
        (amount("tier"), "/rules/0/amount", "is not a money, integer or decimal fact"),
        (amount("days"), "/rules/0/amount", "yields a plain number where money is needed"),
        (amount("1.5e3"), "/rules/0/amount", "plain notation"),
        (amount(1.5), "/rules/0/amount", "must be an amount, the code of a fact, or an object with one of percent"),
        (amount({"times": ["total", "total"]}), "/rules/0/amount/times", "multiplies money with money"),
        (amount({"times": ["total"]}), "/rules/0/amount/times", "at least two"),
        (amount({"percent": {"rate": "total", "of": "total"}}), "/rules/0/amount/percent/rate", "a rate is a number"),
        (amount({"least": ["total", "days"]}), "/rules/0/amount/least", "mixes money and plain numbers"),
        (
            amount({"times": ["1", {"per": {"of": "days", "every": 0}}]}),
            "/rules/0/amount/times/1/per/every",
            "more than 0",
        ),
        (amount({"bands": BANDS}), "/rules/0/amount/bands/rows/1", "above the row before it"),
        (amount({"bands": {"by": "damaged", "rows": []}}), "/rules/0/amount/bands/by", "number or date fact"),
        (
            amount({"choose": {"by": "tier", "when": {"silver": "1"}}}),
            "/rules/0/amount/choose/when",
            'unknown key "silver"; valid are gold, basic',
        ),
        (amount({"minus": ["1", "2", "3"]}), "/rules/0/amount/minus", "the first less the second"),
        (amount({"clamp": {"of": "total"}}), "/rules/0/amount/clamp", "at_least or at_most"),
        (amount({"round": {"of": "total", "mode": "up", "step": "0"}}), "/rules/0/amount/round/step", "more than 0"),
        # Budgets
        (budget(scope="world"), "/budgets/0/scope", "agent, case, customer"),
        (budget(limit="-1.00"), "/budgets/0/limit", "not be negative"),
        (budget(measure="count", limit="3"), "/budgets/0/limit", "whole number"),
        (budget(per=None), "/budgets/0", "either per or rolling"),
        (budget(rolling={"days": 3}), "/budgets/0", "either per or rolling"),
        (budget(starts="monday"), "/budgets/0/starts", "per week"),
        (budget(per="week", starts="01-01"), "/budgets/0/starts", "friday, monday"),
    ],
)
def test_a_fault_is_told_at_its_place_with_what_would_be_valid(document, path, valid):
    found_path, message = only(document)
    assert found_path == path
    assert valid in message


def test_all_faults_are_listed_at_once():
    document = policy(currency="X", facts=[{"code": "a", "type": "b"}], rules=[row(), row("ship", up_to="1")])
    assert {"/currency", "/facts/0/type", "/rules/0", "/rules/1/remedies/0"} <= set(faults(document))


def test_a_circle_among_derived_facts_is_told_at_each_of_them():
    circle = [{"code": "one", "sum": ["two", "days"]}, {"code": "two", "sum": ["one", "days"]}]
    found = faults(policy(facts=FACTS, derived=circle, rules=[]))
    assert "builds on itself" in found["/derived/0"]


def test_the_error_reads_as_one_line_with_every_place():
    with pytest.raises(DocumentError, match=r"^/currency: must be .*; /code: must be a code"):
        read(policy(code="?", currency="?"))


@pytest.mark.parametrize("document", [None, [], "policy", 3, True, {}])
def test_what_is_no_policy_at_all_is_refused(document):
    assert "" in faults(document)
