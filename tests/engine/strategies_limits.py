"""What bounds a generated policy: how approvals run, ladders, budgets and stops, for Hypothesis."""

from typing import Any

from hypothesis import strategies as st

from policies.engine.question import Frozen
from policies.engine.rulebook import PERIODS, SCOPES, WEEKDAYS
from tests.engine.vocabulary import Vocabulary

ROLES = ("agent", "lead", "board")
REASONS = ("late", "broken")
maybe = st.booleans()
seldom = st.integers(0, 2).map(lambda roll: roll == 0)
rarely = st.integers(0, 7).map(lambda roll: roll == 0)


def some(values):
    """A list of at least one of these, each once."""
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


@st.composite
def approvals(draw) -> dict[str, Any]:
    if draw(maybe):
        return {}
    days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3, unique=True))
    hours = {"hours": {day: draw(st.sampled_from((["09:00-17:00"], ["08:30-12:00", "12:00-24:00"]))) for day in days}}
    within = {"answer_within": draw(st.sampled_from(("PT1H", "PT4H", "P1D")))}
    reserve = {"reserve": draw(st.sampled_from(("on_request", "on_approval"))), "keep": "P30D", "remind_before": "PT0M"}
    return {"approvals": {**within, **(hours if draw(maybe) else {}), **(reserve if draw(maybe) else {})}}


@st.composite
def ladders(draw, words: Vocabulary, formula) -> list[dict[str, Any]]:
    bounds: list[dict[str, Any]] = []
    if draw(rarely):
        bounds = [{draw(st.sampled_from(("up_to", "below"))): draw(formula)}]
    else:
        limits = sorted(draw(st.sets(st.sampled_from((400, 1500, 6000, 25000)), max_size=2)))
        bounds = [{draw(st.sampled_from(("up_to", "below"))): words.money_text(limit)} for limit in limits]
    bounds += [{}] if draw(rarely) else []
    agree = st.dictionaries(st.sampled_from(("any_of", "all_of")), some(ROLES), min_size=1)
    within = st.sampled_from(({}, {"answer_within": "PT2H"}))
    steps = [{**bound, **draw(agree), **draw(within)} for bound in bounds]
    return [step | {"in_sequence": draw(maybe)} if len(step.get("all_of", ())) > 1 else step for step in steps]


@st.composite
def budgets(draw, words: Vocabulary, remedies: list[dict[str, Any]], at: int) -> dict[str, Any]:
    measure = draw(st.sampled_from(("money", "money", "count")))
    limit = (
        words.money_text(draw(st.sampled_from((0, 990, 2500, 20000, 90000))))
        if measure == "money"
        else draw(st.integers(0, 3))
    )
    found = {"code": f"budget_{at}", "scope": draw(st.sampled_from(SCOPES)), "measure": measure, "limit": limit}
    if draw(maybe):
        found["remedies"] = draw(some([remedy["code"] for remedy in remedies]))
    if draw(rarely):
        found["roles"] = draw(some(ROLES))
    if draw(rarely):
        found["reasons"] = draw(some(REASONS))
    if draw(maybe):
        within = draw(st.sampled_from(({}, {"answer_within": "PT1H"}, {"answer_within": "PT5H"})))
        found["beyond"] = {"by": draw(st.sampled_from(ROLES)), **within}
    if draw(rarely):
        found["alert_at"] = draw(st.sampled_from(([], [50, 80, 100], [1, 99])))
    if draw(rarely):
        return found | {"rolling": draw(st.sampled_from(({"days": 30}, {"months": 12})))}
    found["per"] = draw(st.sampled_from(PERIODS))
    starts = {"week": st.sampled_from(WEEKDAYS), "year": st.sampled_from(("04-01", "02-28"))}
    return found | ({"starts": draw(starts[found["per"]])} if found["per"] in starts and draw(maybe) else {})


@st.composite
def stops(draw, remedies: list[str]) -> Frozen:
    remedy = draw(st.sampled_from(("", *remedies)))
    until = draw(st.sampled_from(("", "2026-12-24T12:00:00+01:00", "Christmas")))
    return Frozen(remedy, draw(st.sampled_from(("This team", ""))), "Too many at once.", "Ask the lead.", until)
