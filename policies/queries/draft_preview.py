"""Draft preview: what publishing changes, in words: of a rule its sentence and its ladder, of everything its values."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.engine.compile import compile_rulebook
from policies.engine.document import dump, read
from policies.engine.money import DIGITS, money_text, scaled
from policies.engine.sentences import rule_sentence
from policies.models import Policy
from policies.queries.document import document_of
from policies.queries.draft_state import Difference, Document, DraftState

RULES = "rules"


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing before and after; an empty text where there was, or will be, nothing."""

    name: str
    before: str
    after: str


def preview(policy: Policy, state: DraftState) -> list[tuple[Difference, list[Detail]]]:
    """Give each difference of a coherent draft to the live version, with what it changes from what to what."""
    if state.live is None or not state.differences:
        return []
    live, draft = json.loads(state.live.document), dump(read(document_of(policy)))
    before, after = _Side(live), _Side(draft)
    return [(each, _details(each, before, after)) for each in state.differences]


class _Side:
    """A whole document: as it is live, or as it would be."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.compiled = compile_rulebook(read(document))
        self.roles = {role.code: role.name for role in self.compiled.rulebook.roles}

    def row(self, difference: Difference) -> Document:
        """Give the row, empty where this side has none; of the head of a policy its one value."""
        if difference.part == "policy":
            found = self.document.get(difference.code)
            return {} if found is None else {difference.code: found}
        rows = self.document.get(difference.part, [])
        return next((row for row in rows if row["code"] == difference.code), {})

    def sentence(self, rule: Document) -> str:
        if not rule:
            return ""
        return rule_sentence(self.compiled, rule["code"])

    def ladder(self, rule: Document) -> str:
        remedies = [self.compiled.remedies[code] for code in rule.get("remedies", ())]
        money = {remedy.unit for remedy in remedies} == {"money"}
        return "; ".join(self._step(step, money=money) for step in rule.get("approval", []))

    def _step(self, step: Mapping[str, Any], *, money: bool) -> str:
        bounds = [(name.replace("_", " "), step[name]) for name in ("up_to", "below") if name in step]
        reach = next((f"{bound} {self._limit(value, money=money)}" for bound, value in bounds), "")
        any_of = [self.roles.get(code, code) for code in step.get("any_of", ())]
        all_of = [self.roles.get(code, code) for code in step.get("all_of", ())]
        joint = ", then " if step.get("in_sequence") else " and "
        who = " or ".join(any_of) if any_of else joint.join(all_of)
        within = f", within {step['answer_within']}" if step.get("answer_within") else ""
        return f"{reach or 'any amount'}: {who}{within}"

    def _limit(self, value: Any, *, money: bool) -> str:
        """Give a limit; an amount of money with its currency, a formula as it stands."""
        currency = self.compiled.rulebook.currency
        if not money or not isinstance(value, str) or not value.replace(".", "", 1).isdecimal():
            return _text(value)
        return money_text(scaled(value, DIGITS[currency]), currency)


def _details(difference: Difference, live: _Side, draft: _Side) -> list[Detail]:
    if difference.change == "moved":
        return []
    before, after = live.row(difference), draft.row(difference)
    said = list(_of_rule(before, after, live, draft)) if difference.part == RULES else []
    if difference.change != "changed":
        return said
    known = {"approval"} if difference.part == RULES else set()
    names = [name for name in {**before, **after} if name not in known and before.get(name) != after.get(name)]
    return [*said, *(Detail(name, _text(before.get(name)), _text(after.get(name))) for name in names)]


def _of_rule(before: Document, after: Document, live: _Side, draft: _Side) -> Iterator[Detail]:
    for name, old, new in (
        ("sentence", live.sentence(before), draft.sentence(after)),
        ("approval ladder", live.ladder(before), draft.ladder(after)),
    ):
        if old != new:
            yield Detail(name, old, new)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
