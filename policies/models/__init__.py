"""What managers edit, one noun a file, each change tracked; and versions, which nobody edits."""

from policies.models.budget import Budget, BudgetMeasure, BudgetPeriod, BudgetScope
from policies.models.derived_fact import DerivedFact, DerivedForm
from policies.models.fact import Fact, FactAbout, FactChoice, FactSource, FactType, LineField
from policies.models.history_fact import HistoryFact, HistoryMeasure, HistoryScope
from policies.models.policy import Policy, RoundingMode
from policies.models.reason import Reason
from policies.models.remedy import GroupChoice, Remedy, RemedyGroup, RemedyKind
from policies.models.role import Role
from policies.models.rule import (
    AmountKind,
    ApprovalStep,
    Bound,
    Condition,
    Effect,
    Operator,
    Rule,
)
from policies.models.scope import PolicyScope
from policies.models.version import PolicyVersion

__all__ = [
    "AmountKind",
    "ApprovalStep",
    "Bound",
    "Budget",
    "BudgetMeasure",
    "BudgetPeriod",
    "BudgetScope",
    "Condition",
    "DerivedFact",
    "DerivedForm",
    "Effect",
    "Fact",
    "FactAbout",
    "FactChoice",
    "FactSource",
    "FactType",
    "GroupChoice",
    "HistoryFact",
    "HistoryMeasure",
    "HistoryScope",
    "LineField",
    "Operator",
    "Policy",
    "PolicyScope",
    "PolicyVersion",
    "Reason",
    "Remedy",
    "RemedyGroup",
    "RemedyKind",
    "Role",
    "RoundingMode",
    "Rule",
]
