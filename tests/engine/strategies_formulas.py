"""Facts' values, conditions and amount formulas of generated policies."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from policies.engine.money import decimal_text
from policies.engine.rounding import MODES
from tests.engine.vocabulary import Vocabulary

_DATES = (
    "2025-03-30",
    "2026-02-28",
    "2026-03-01",
    "2026-03-29",
    "2026-03-31",
    "2026-04-01",
    "2024-02-29",
    "2025-10-25",
)
_MOMENTS = (
    "2026-03-29T00:30:00Z",
    "2026-03-29T01:00:00Z",
    "2026-03-28T23:59:59.999999-05:00",
    "2026-10-25T02:30:00+02:00",
    "2026-10-25T02:30:00+01:00",
    "2025-04-01T00:00:00+05:45",
    "2026-04-01T09:30:00+14:00",
)
_MINOR = (-400, 0, 1, 99, 100, 250, 400, 1235, 1500, 2500, 6000, 25001)
_NUMBERS = ("0", "1", "2", "3", "-1", "0.5", "1.25", "10", "33.3")
_few = st.sampled_from((0, 0, 1, 1, 2, 3))
_COUNTS = st.integers(-3, 6)
ORDERED = ("integer", "money", "decimal", "date", "moment")


def scalar(words: Vocabulary, code: str, *, as_asked: bool = False):
    """A value of a fact in JSON, as a question (`as_asked`) or a condition may give it."""
    kind, places = words.types[code]
    if kind == "lines":
        return _lines(words, code)
    return _of_kind(words, kind, places, as_asked=as_asked, choices=words.choices)


def _of_kind(words, kind, places, *, as_asked=False, choices=()):
    match kind:
        case "flag":
            return st.booleans()
        case "choice":
            return st.sampled_from(choices)
        case "integer":
            return _COUNTS
        case "money":
            text = st.sampled_from(_MINOR).map(words.money_text)
            return (
                st.one_of(text, text.map(lambda each: {"amount": each, "currency": words.currency}))
                if as_asked
                else text
            )
        case "decimal":
            return st.sampled_from((-10, 0, 5, 10, 15, 20, 333)).map(lambda number: decimal_text(number, places))
        case "date":
            return st.sampled_from(_DATES)
        case _:
            return st.sampled_from(_MOMENTS)


@st.composite
def _lines(draw, words: Vocabulary, code: str) -> list[Any]:
    fields = words.fields[code]
    found: list[Any] = []
    for _ in range(draw(st.integers(0, 3))):
        record: dict[str, Any] = {}
        for each in fields:
            how = draw(st.sampled_from(("given", "given", "given", "given", "given", "none", "left out")))
            value = _of_kind(words, each["type"], words.places(each), choices=("red", "blue"))
            record |= {"given": {each["code"]: draw(value)}, "none": {each["code"]: None}, "left out": {}}[how]
        bare = len(fields) == 1 and record and draw(st.booleans())
        found.append(record["minute"] if bare else record)
    return found


@st.composite
def conditions(draw, words: Vocabulary, *, lines: str = "", least: int = 0) -> list[dict[str, Any]]:
    """A conjunction about the policy's facts, or about the fields of some lines."""
    return [draw(_condition(words, lines)) for _ in range(max(least, draw(_few)))]


@st.composite
def _condition(draw, words: Vocabulary, lines: str) -> dict[str, Any]:
    if lines:
        chosen = draw(st.sampled_from(words.fields[lines]))
        code, kind, places = chosen["code"], chosen["type"], words.places(chosen)
        value = _of_kind(words, kind, places, choices=("red", "blue"))
    else:
        code = draw(st.sampled_from(sorted(words.types)))
        kind = words.types[code][0]
        value = None if kind == "lines" else scalar(words, code)
    operators: dict[str, Any] = {"is_none": st.booleans()}
    if kind != "lines":
        operators |= {"is": value, "is_not": value}
    if kind in ("choice", "integer"):
        operators |= dict.fromkeys(("one_of", "none_of"), st.lists(value, min_size=1, max_size=3, unique=True))
    if kind in ORDERED:
        operators |= dict.fromkeys(("at_least", "at_most", "more_than", "less_than"), value)
        operators["between"] = st.tuples(value, value).map(lambda pair: sorted(pair, key=_order))
    if kind in ("date", "moment"):
        operators |= {"within_last": _within(words), "same_period": _same_period(words)}
    operator = draw(st.sampled_from(sorted(operators)))
    return {"fact": code, operator: draw(operators[operator])}


def _order(value: Any) -> Any:
    if isinstance(value, str) and "T" in value:
        return datetime.fromisoformat(value)
    return value if isinstance(value, str) and value.count("-") == 2 else Fraction(value)


@st.composite
def _of(draw, words: Vocabulary) -> dict[str, str]:
    return draw(st.sampled_from([{}, {"of": "now"}, *({"of": code} for code in words.of_type("date", "moment"))]))


@st.composite
def _within(draw, words: Vocabulary) -> dict[str, Any]:
    span = draw(
        st.sampled_from(({"days": 1}, {"days": 2}, {"days": 30}, {"months": 1}, {"months": 12}, {"months": 13}))
    )
    return {**span, **draw(_of(words))}


@st.composite
def _same_period(draw, words: Vocabulary) -> dict[str, Any]:
    period = draw(st.sampled_from(("day", "week", "month", "quarter", "year")))
    starts = {"starts": draw(st.sampled_from(("04-01", "02-28")))} if period == "year" and draw(st.booleans()) else {}
    return {"period": period, **starts, **draw(_of(words))}


@st.composite
def formulas(draw, words: Vocabulary, wants: str, depth: int = 2) -> Any:
    """An amount formula that yields money, or a plain number."""
    leaf = draw(st.integers(0, 3)) if depth else 0
    if leaf == 0:
        return draw(_leaf(words, wants))
    inner = formulas(words, wants, depth - 1)
    number = formulas(words, "number", depth - 1)
    forms = {
        "percent": st.fixed_dictionaries({"rate": number, "of": inner}),
        "times": st.tuples(inner, number).map(list),
        "bands": _bands(words, inner),
        "choose": _choose(words, inner),
        "tiers": _tiers(words, inner),
        "sum": st.lists(inner, min_size=2, max_size=3),
        "minus": st.tuples(inner, inner).map(list),
        "least": st.lists(inner, min_size=2, max_size=3),
        "greatest": st.lists(inner, min_size=2, max_size=3),
        "clamp": st.fixed_dictionaries({"of": inner, "at_least": inner}, optional={"at_most": inner}),
        "minimum_payout": st.fixed_dictionaries({"of": inner, "threshold": inner}),
        "round": st.fixed_dictionaries(
            {"of": inner, "mode": st.sampled_from(sorted(MODES)), "step": st.sampled_from(("0.05", "0.5", "3"))}
        ),
    }
    if wants == "number":
        forms["each"] = _each(words, "minutes", "number", depth - 1)
        forms["per"] = st.fixed_dictionaries(
            {"of": number, "every": st.sampled_from(("1", "12", "0.7"))},
            optional={"whole": st.sampled_from(("down", "up", "exact"))},
        )
    else:
        forms["each"] = _each(words, "items", "money", depth - 1)
    if not words.fields:
        del forms["each"]
    for form, types in (("bands", ("integer", "money", "decimal", "date")), ("choose", ("flag", "choice"))):
        if not words.of_type(*types):
            del forms[form]
    form = draw(st.sampled_from(sorted(forms)))
    return {form: draw(forms[form])}


@st.composite
def _each(draw, words: Vocabulary, lines: str, wants: str, depth: int) -> dict[str, Any]:
    return {"lines": lines, "amount": draw(formulas(words.inside(lines), wants, depth))}


@st.composite
def _leaf(draw, words: Vocabulary, wants: str) -> Any:
    codes = words.of_type("money") if wants == "money" else words.of_type("integer", "decimal")
    fixed = st.sampled_from(_MINOR).map(words.money_text) if wants == "money" else st.sampled_from(_NUMBERS)
    return draw(st.one_of(fixed, st.sampled_from(codes)) if codes else fixed)


@st.composite
def _bands(draw, words: Vocabulary, inner) -> dict[str, Any]:
    by = draw(st.sampled_from(words.of_type("integer", "money", "decimal", "date")))
    kind = words.types[by][0]
    pool = sorted(_DATES) if kind == "date" else ["-4", "0", "1", "2.5", "12.35", "60"]
    edges = sorted(draw(st.sets(st.sampled_from(range(len(pool))), min_size=1, max_size=3)))
    key = st.sampled_from(("up_to", "below"))
    rows = [{draw(key): pool[edge], "amount": draw(inner)} for edge in edges]
    return {"by": by, "rows": rows} | ({"otherwise": draw(inner)} if draw(st.booleans()) else {})


@st.composite
def _choose(draw, words: Vocabulary, inner) -> dict[str, Any]:
    by = draw(st.sampled_from(words.of_type("flag", "choice")))
    keys = words.choices if words.types[by][0] == "choice" else ("true", "false")
    named = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True))
    when = {key: draw(inner) for key in named}
    return {"by": by, "when": when} | ({"otherwise": draw(inner)} if draw(st.booleans()) else {})


@st.composite
def _tiers(draw, words: Vocabulary, inner) -> dict[str, Any]:
    edges = sorted(draw(st.sets(st.sampled_from((0, 1, 10, 100)), max_size=2)))
    factor = st.one_of(
        st.builds(lambda rate: {"percent": rate}, st.sampled_from(("10", "5", "33.3"))),
        st.builds(lambda rate: {"rate": rate}, st.sampled_from(("0.5", "2"))),
    )
    rows = [{"up_to": str(edge), **draw(factor)} for edge in edges] + (
        [{**draw(factor)}] if draw(st.booleans()) else []
    )
    return {"of": draw(inner), "rows": rows or [draw(factor)]}
