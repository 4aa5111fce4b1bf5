"""What was done: teams, agents, decisions, exceptions, budgets, the audit log; one noun a module."""

from guardrails.models.agent import Agent, AgentKind, Assignment
from guardrails.models.api_token import ApiToken, Scope
from guardrails.models.audit_record import AuditRecord
from guardrails.models.budget_window import BudgetWindow
from guardrails.models.care_exception import CareException
from guardrails.models.decision import Decision
from guardrails.models.ledger_entry import EntryKind, LedgerEntry
from guardrails.models.lifecycle import Event, State
from guardrails.models.settlement import Settlement, SettlementEvent
from guardrails.models.team import Team

__all__ = [
    "Agent",
    "AgentKind",
    "ApiToken",
    "Assignment",
    "AuditRecord",
    "BudgetWindow",
    "CareException",
    "Decision",
    "EntryKind",
    "Event",
    "LedgerEntry",
    "Scope",
    "Settlement",
    "SettlementEvent",
    "State",
    "Team",
]
