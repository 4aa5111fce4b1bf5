"""Declared facts: what the facts of a draft are, as conditions and formulas see them, coherent or not."""

from policies.engine.document.cursor import Cursor
from policies.engine.document.derived import read_all_derived
from policies.engine.document.facts import history_fact, read_fact, read_history
from policies.engine.rulebook import Fact
from policies.models import Policy
from policies.queries.document import WRITERS


def declared_facts(policy: Policy) -> dict[str, Fact]:
    """Give every fact of a draft by its code: given, derived and history facts."""
    facts = [
        read_fact(Cursor(WRITERS["facts"](row)), policy.currency)
        for row in policy.fact_set.prefetch_related("choices", "fields")
    ]
    known = {fact.code: fact for fact in facts}
    for row in policy.historyfact_set.prefetch_related("remedies", "reasons"):
        history = read_history(Cursor(WRITERS["history"](row)), (), ())
        known[history.code] = history_fact(history, policy.currency)
    derived = [WRITERS["derived"](row) for row in policy.derivedfact_set.all()]
    return known | read_all_derived(Cursor(derived), known, policy.currency)[1]
