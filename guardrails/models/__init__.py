"""What was done: teams, agents, decisions, exceptions, budgets, the audit log; one noun a module."""

from guardrails.models.agent import Agent, AgentKind, Assignment
from guardrails.models.api_token import ApiToken, Scope
from guardrails.models.approval import UNDECIDED, ApprovalRequest, ApprovalState, WhenApproved
from guardrails.models.approval_seat import ApprovalSeat, SeatState
from guardrails.models.audit_record import AuditRecord
from guardrails.models.budget_alert import BudgetAlert
from guardrails.models.budget_watcher import BudgetWatcher
from guardrails.models.budget_window import BudgetWindow
from guardrails.models.care_exception import CareException
from guardrails.models.decision import Decision
from guardrails.models.delivery import Delivery, DeliveryState
from guardrails.models.escalation import Escalation
from guardrails.models.follow_up import FollowUp, FollowUpState
from guardrails.models.freeze import Freeze, FreezeTarget, OpenPromises
from guardrails.models.ledger_entry import EntryKind, LedgerEntry
from guardrails.models.lifecycle import Event, State
from guardrails.models.linked_case import CaseLink, LinkedCase, LinkKind, UndoneLink
from guardrails.models.outbox_message import OutboxMessage
from guardrails.models.outcome import Outcome, OutcomeSource, Stayed
from guardrails.models.settlement import Settlement, SettlementEvent
from guardrails.models.stand_in import StandIn
from guardrails.models.team import Team
from guardrails.models.vote import YES, Verdict, Vote
from guardrails.models.webhook_endpoint import WebhookEndpoint
from guardrails.models.work_item import HANDOVER, WorkItem, WorkItemState

__all__ = [
    "HANDOVER",
    "UNDECIDED",
    "YES",
    "Agent",
    "AgentKind",
    "ApiToken",
    "ApprovalRequest",
    "ApprovalSeat",
    "ApprovalState",
    "Assignment",
    "AuditRecord",
    "BudgetAlert",
    "BudgetWatcher",
    "BudgetWindow",
    "CareException",
    "CaseLink",
    "Decision",
    "Delivery",
    "DeliveryState",
    "EntryKind",
    "Escalation",
    "Event",
    "FollowUp",
    "FollowUpState",
    "Freeze",
    "FreezeTarget",
    "LedgerEntry",
    "LinkKind",
    "LinkedCase",
    "OpenPromises",
    "OutboxMessage",
    "Outcome",
    "OutcomeSource",
    "Scope",
    "SeatState",
    "Settlement",
    "SettlementEvent",
    "StandIn",
    "State",
    "Stayed",
    "Team",
    "UndoneLink",
    "Verdict",
    "Vote",
    "WebhookEndpoint",
    "WhenApproved",
    "WorkItem",
    "WorkItemState",
]
