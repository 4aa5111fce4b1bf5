"""However cases are linked, links undone and whatever is granted meanwhile: a chain gives no more than one case."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.actions.caller import Caller
from guardrails.actions.cases.link_cases import read_chain
from guardrails.actions.cases.link_faults import NotLinkedError
from guardrails.actions.faults import NotOfferedError, OutOfRangeError
from guardrails.actions.offers.redecide import GRANTS, redecide_exceptions
from guardrails.ledger import verify
from guardrails.models import AuditRecord, LinkedCase, LinkKind
from policies.queries import rulebooks
from tests.guardrails.asking import DAMAGED, LATE, ask, grant
from tests.guardrails.linking import an_order_system, link, undo

CASES, CUSTOMERS = 5, 3
CASE_MONEY = 5000
"""What a case gets of store credit, in cents; a replacement goes to a customer once in twelve months."""

links = st.tuples(st.just("link"), st.integers(1, CASES), st.integers(1, CASES), st.sampled_from(LinkKind))
undos = st.tuples(st.just("undo"), st.integers(1, CASES), st.integers(1, CASES))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("credit"), st.integers(1, CASES), st.integers(1, CUSTOMERS), st.integers(2, 50)),
        st.tuples(st.just("replacement"), st.integers(1, CASES), st.integers(1, CUSTOMERS)),
        links,
        links,
        undos,
    ),
    min_size=4,
    max_size=12,
)


@dataclass
class Model:
    """What should hold: pairs of cases that are linked, and what was given as (case, customer, remedy, cents)."""

    links: set[frozenset[int]] = field(default_factory=set)
    given: list[tuple[int, int, str, int]] = field(default_factory=list)

    def chain(self, case: int) -> set[int]:
        """By union-find over the links that stand."""
        leader = {each: each for each in range(1, CASES + 1)}

        def find(each: int) -> int:
            return each if leader[each] == each else find(leader[each])

        for pair in self.links:
            first, second = (find(each) for each in pair)
            leader[first] = second
        return {each for each in leader if find(each) == find(case)}

    def money(self, case: int) -> int:
        chain = self.chain(case)
        return sum(cents for where, _, remedy, cents in self.given if remedy == "credit" and where in chain)

    def may_replace(self, case: int, customer: int) -> bool:
        """Not where the chain had one, and not where the customer had one; the chain alone widens the customer."""
        chain = self.chain(case)
        return not any(
            remedy == "replacement" and (where in chain or (who == customer)) for where, who, remedy, _ in self.given
        )


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop without the agent's own limits, which have tests of their own."""
    rules = [rule for rule in shop_document["rules"] if rule["code"] != "too_many"]
    late = next(rule for rule in rules if rule["code"] == "late_credit")
    rules = [rule for rule in rules if rule is not late]
    plain = {key: value for key, value in late.items() if key not in ("alone", "approval", "suggest")}
    budgets = [budget for budget in shop_document["budgets"] if budget["code"] in ("case_money", "customer_year")]
    return shop_document | {"rules": [*rules, plain | {"up_to": "50.00"}], "budgets": budgets}


@contextmanager
def undone() -> Iterator[None]:
    """Leave nothing behind: every example begins with the same shop."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        rulebooks.forget_all()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_limits_hold_over_the_chain(help_desk: Caller, steps: list[tuple[Any, ...]]) -> None:
    with undone():
        orders, model = an_order_system("hypothesis"), Model()
        for number, step in enumerate(steps):
            take(model, help_desk, orders, number, step)
            chains_are_those_of_the_links(model, orders)
        assert list(verify()) == []
        assert all(each.same for each in redecide_exceptions(AuditRecord.objects.filter(kind__in=GRANTS)))


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(links, links, undos), min_size=6, max_size=20))
def test_chains_are_those_of_the_links_that_stand(help_desk: Caller, steps: list[tuple[Any, ...]]) -> None:
    with undone():
        orders, model = an_order_system("hypothesis"), Model()
        for number, step in enumerate(steps):
            take(model, help_desk, orders, number, step)
            chains_are_those_of_the_links(model, orders)


def take(model: Model, help_desk: Caller, orders: Caller, number: int, step: tuple[Any, ...]) -> None:
    """Do one step, and find that it was allowed exactly if the model allows it."""
    match step:
        case ("link", case, other, kind):
            if case != other:
                joined = link(orders, f"K-{case}", f"K-{other}", kind=kind, key=f"link {number}").answer
                model.links.add(frozenset((case, other)))
                assert joined["cases"] == named(model.chain(case))
        case ("undo", case, other):
            undo_it(model, orders, number, case, other)
        case ("credit", case, customer, euros):
            fits = model.money(case) + euros * 100 <= CASE_MONEY
            told = left_of(help_desk, case, customer)
            assert told == max(0, CASE_MONEY - model.money(case))
            request = replace(LATE, case=f"K-{case}", customer=f"C-{customer}")
            assert given_it(help_desk, request, "store_credit", number, amount=f"{euros}.00") == fits
            if fits:
                model.given.append((case, customer, "credit", euros * 100))
        case (_, case, customer):
            may = model.may_replace(case, customer)
            request = replace(DAMAGED, case=f"K-{case}", customer=f"C-{customer}")
            assert given_it(help_desk, request, "replacement", number) == may
            if may:
                model.given.append((case, customer, "replacement", 0))


def undo_it(model: Model, orders: Caller, number: int, case: int, other: int) -> None:
    """Undo it, and find both chains as they should be; or that there was nothing to undo."""
    pair = frozenset((case, other))
    try:
        told = undo(orders, f"K-{case}", f"K-{other}", key=f"undo {number}").answer
    except NotLinkedError:
        assert pair not in model.links
        return
    model.links.remove(pair)
    together = other in model.chain(case)
    chains = [model.chain(case)] if together else [model.chain(case), model.chain(other)]
    assert [each["cases"] for each in told["chains"]] == [named(chain) for chain in chains]
    assert bool(told["by_way_of"]) == together


def named(chain: set[int]) -> list[str]:
    return [f"K-{case}" for case in sorted(chain)]


def chains_are_those_of_the_links(model: Model, orders: Caller) -> None:
    rows = list(LinkedCase.objects.values_list("case", "chain"))
    for case in range(1, CASES + 1):
        chain = model.chain(case)
        assert read_chain(caller=orders, policy="shop_eu", case=f"K-{case}")["cases"] == named(chain)
        names = {name for each, name in rows if each in named(chain)}
        assert len(names) == (1 if len(chain) > 1 else 0)
        assert [each for each, name in rows if name in names] == [each for each, _ in rows if each in named(chain)]


def given_it(caller: Caller, request: Any, remedy: str, number: int, **how_much: Any) -> bool:
    try:
        grant(caller, remedy, request=request, key=f"grant {number}", **how_much)
    except (NotOfferedError, OutOfRangeError):
        return False
    return True


def left_of(caller: Caller, case: int, customer: int) -> int:
    answer = ask(caller, replace(LATE, case=f"K-{case}", customer=f"C-{customer}"))
    offers = [each for each in answer["offers"] if each["remedy"] == "store_credit"]
    if not offers:
        return 0
    (budget,) = [each for each in offers[0]["budgets"] if each["code"] == "case_money"]
    return int(budget["remaining"].replace(".", ""))
