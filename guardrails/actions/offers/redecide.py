"""Redecide: decide again from what was recorded, and compare byte for byte."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guardrails.actions.offers.question_record import Heading, Json, decided, question_of
from guardrails.models import AuditRecord, Decision
from guardrails.models.canonical_json import canonical_text, text_digest
from policies.engine.faults import FactError
from policies.queries.rulebooks import compiled

GRANTS = (
    "exception.granted",
    "exception.awaiting_approval",
    "exception.held",
    "exception.approved",
    "exception.amended",
)
"""The kinds of audit records that may hold a question and the digest of its answer; see `deciding`."""


def deciding(records: Iterable[AuditRecord]) -> Iterator[tuple[AuditRecord, Json]]:
    """Keep the records that decided something, with their bodies: a grant of what was held decides nothing."""
    for record in records:
        body = json.loads(record.body)
        if "answer_digest" in body:
            yield record, body


@dataclass(frozen=True, slots=True, kw_only=True)
class Redecided:
    """One decision made again: `same` says whether the bytes are; if not, `recorded` and `now` are the texts.

    Of an exception only the digest of what was decided is kept, so `recorded` is that digest.
    """

    id: str
    same: bool
    recorded: str
    now: str


def redecide_decisions(decisions: Iterable[Decision]) -> Iterator[Redecided]:
    """Decide every decision again under its own version."""
    for decision in decisions:
        recorded = json.loads(decision.answer)
        heading = _heading(recorded, decision=decision.pk)
        answer = _again(decision.version_id, json.loads(decision.question), heading)
        yield Redecided(id=decision.pk, same=answer == decision.answer, recorded=decision.answer, now=answer)


def redecide_exceptions(records: Iterable[AuditRecord]) -> Iterator[Redecided]:
    """Decide again what each grant decided in its transaction, from the audit log alone."""
    for record, body in deciding(records):
        question = body["question"] | {"personal": body["personal"]}
        answer = _again(body["policy"]["version_id"], question, _heading(body, decision=body["decision"]))
        same = text_digest(answer) == body["answer_digest"] and text_digest(record.body) == record.digest
        yield Redecided(id=body["exception"], same=same, recorded=body["answer_digest"], now=answer)


def _heading(recorded: Json, *, decision: str) -> Heading:
    return Heading(
        decision=decision,
        policy=recorded["policy"]["code"],
        version=recorded["policy"]["version"],
        hash=recorded["policy"]["hash"],
        agent=recorded["agent"]["id"],
        role=recorded["agent"]["role"],
    )


def _again(version_id: int, question: Json, heading: Heading) -> str:
    try:
        _, answer = decided(compiled(version_id), question_of(question), question["context"], heading)
    except FactError as error:
        return f"refused: {error}"
    return canonical_text(answer)
