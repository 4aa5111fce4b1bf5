"""Sentences: rules of a draft as people read them."""

from collections.abc import Collection, Mapping
from typing import Any

from policies.engine.compile import compile_rulebook
from policies.engine.document import read
from policies.engine.faults import DocumentError
from policies.engine.sentences import rule_sentence
from policies.models import Policy
from policies.queries.document import document_of


def draft_sentences(policy: Policy, codes: Collection[str]) -> Mapping[str, str]:
    """Give a sentence for each of these rules; for one that is not coherent yet, what is wrong with it.

    Other rules and the budgets are left aside, so that their faults do not matter here.
    """
    document = document_of(policy) | {"budgets": []}
    rules = [rule for rule in document["rules"] if rule["code"] in codes]
    together = _sentences(document, rules)
    if isinstance(together, dict):
        return together
    found: dict[str, str] = {}
    for rule in rules:
        alone = _sentences(document, [rule])
        found[rule["code"]] = alone if isinstance(alone, str) else alone[rule["code"]]
    return found


def _sentences(document: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, str] | str:
    """Give the sentences, or, where the document is refused, the first fault, a rule's own before others."""
    try:
        compiled = compile_rulebook(read({**document, "rules": rules}))
    except DocumentError as error:
        fault = min(error.faults, key=lambda fault: not fault.path.startswith("/rules/"))
        place = fault.path.removeprefix("/rules/0")
        return f"Not coherent yet: {place.strip('/').replace('/', ' ')} {fault.message}."
    return {rule["code"]: rule_sentence(compiled, rule["code"]) for rule in rules}
