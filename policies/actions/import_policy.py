"""Import a policy: make the draft rows of a policy say what a document says.

Rows are kept by code and saved one by one, only where something differs, so that their history goes on and
shows what really changed.
"""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from policies.actions.row_sync import RowSync
from policies.actions.rows_from_document import (
    budget_values,
    condition_values,
    derived_values,
    element_values,
    fact_values,
    field_values,
    group_values,
    head_values,
    history_values,
    remedy_values,
    role_values,
    rule_values,
    step_values,
)
from policies.engine.document import dump, read
from policies.models import (
    ApprovalStep,
    Budget,
    Condition,
    DerivedFact,
    Fact,
    FactChoice,
    HistoryFact,
    LineField,
    Policy,
    Reason,
    Remedy,
    RemedyGroup,
    Role,
    Rule,
)

Document = dict[str, Any]


def import_policy(*, document: Document, actor: User | None, reason: str) -> Policy:
    """Create or update the draft of the policy that the document names; what it does not name is removed.

    All or nothing. Each changed row's history carries `actor` and `reason`. The live version stays as it is.
    Raises DocumentError with every fault of the document; an incoherent document changes nothing.
    """
    normal = dump(read(document))
    with transaction.atomic():
        sync = RowSync(actor=actor, reason=reason)
        policy = sync.policy(normal["code"], head_values(normal))
        _import_rows(sync, policy, normal)
    return policy


def _import_rows(sync: RowSync, policy: Policy, document: Document) -> None:
    """Names come before what names them; what is gone is removed in the opposite order."""
    lists = {key: document.get(key, []) for key in _LISTS}
    sync.rows(Role, policy, seniors_first(lists["roles"]), lambda item: role_values(item, sync.named))
    sync.rows(Reason, policy, lists["reasons"], element_values)
    sync.rows(RemedyGroup, policy, lists["groups"], group_values)
    sync.rows(Remedy, policy, lists["remedies"], lambda item: remedy_values(item, sync.named))
    for fact, item in zip(sync.rows(Fact, policy, lists["facts"], fact_values), lists["facts"], strict=True):
        sync.parts(FactChoice, fact, [_choice(choice) for choice in item.get("choices", [])], key="value")
        sync.parts(LineField, fact, [field_values(field) for field in item.get("fields", [])], key="code")
    sync.rows(DerivedFact, policy, lists["derived"], derived_values)
    sync.rows(HistoryFact, policy, lists["history"], lambda item: history_values(item, sync.named))
    for rule, item in zip(
        sync.rows(Rule, policy, lists["rules"], lambda item: rule_values(item, sync.named)),
        lists["rules"],
        strict=True,
    ):
        sync.parts(Condition, rule, [condition_values(row) for row in item.get("when", [])])
        sync.parts(ApprovalStep, rule, [step_values(row, sync.named) for row in item.get("approval", [])])
    sync.rows(Budget, policy, lists["budgets"], lambda item: budget_values(item, sync.named))
    sync.remove_the_rest(policy, [Budget, Rule, HistoryFact, DerivedFact, Fact, Remedy, RemedyGroup, Reason, Role])


_LISTS = ("roles", "reasons", "groups", "remedies", "facts", "derived", "history", "rules", "budgets")


def seniors_first(roles: list[Document]) -> list[Document]:
    """Order roles so that each comes after the one it escalates to; their places in the list stay with them."""
    waiting = [{**role, "position": position} for position, role in enumerate(roles, start=1)]
    ordered: list[Document] = []
    while waiting:
        ready = [role for role in waiting if role.get("escalates_to") in (None, *(one["code"] for one in ordered))]
        ordered += ready
        waiting = [role for role in waiting if role not in ready]
    return ordered


def _choice(item: str | Document) -> Document:
    if isinstance(item, str):
        return {"value": item, "name": ""}
    return {"value": item["code"], "name": item.get("name", "")}
