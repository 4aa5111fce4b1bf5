"""Permissions of the groups on what was done: exact, and made after every migrate.

Agents do nothing in the admin. Nobody, superusers included, adds, changes or deletes what is recorded there
(guardrails.admin); here nobody even has the permission.
"""

from typing import Any

from django.apps import AppConfig

from policies.groups import AGENT, APPROVER, AUDITOR, MANAGER, assign

_PEOPLE = ("team", "agent", "assignment")
_RECORDS = (
    "careexception",
    "decision",
    "budgetwindow",
    "ledgerentry",
    "freeze",
    "linkedcase",
    "caselink",
    "undonelink",
    "followup",
    "outcome",
    "workitem",
    "approvalrequest",
    "approvalseat",
    "vote",
    "standin",
    "delivery",
    "budgetalert",
)
AUDIT = "auditrecord"
"""Audit records are read by auditors alone."""


def _may(verb: str, *models: str) -> set[str]:
    return {f"{verb}_{model}" for model in models}


_TOLD = ("webhookendpoint", "budgetwatcher")

_KEEP_PEOPLE = (
    # Agents and teams that leave stay: decisions name them.
    _may("add", *_PEOPLE, "apitoken")
    | _may("change", *_PEOPLE, "apitoken")
    | _may("delete", "assignment")
    | _may("view", *_PEOPLE, "apitoken")
)
# An endpoint that nobody wants any more is switched off: deliveries name it. To change a delivery is to replay it.
_KEEP_TOLD = (
    _may("add", *_TOLD) | _may("change", *_TOLD, "delivery") | _may("delete", "budgetwatcher") | _may("view", *_TOLD)
)

PERMISSIONS: dict[str, set[str]] = {
    # To change a freeze is to lift it.
    MANAGER: _KEEP_PEOPLE
    | _KEEP_TOLD
    | _may("view", *_RECORDS)
    | _may("add", "freeze", "caselink", "standin")
    | _may("change", "freeze", "standin")
    | _may("delete", "standin"),
    AGENT: set(),
    APPROVER: _may("view", *_PEOPLE, *_RECORDS),
    AUDITOR: _may("view", *_PEOPLE, "apitoken", *_TOLD, *_RECORDS, AUDIT),
}


def create_after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Receive post_migrate: set exactly these permissions of this app on the groups that policies has made."""
    from django.contrib.auth.management import create_permissions

    create_permissions(sender, verbosity=0, using=using)
    assign(app_label=sender.label, permissions=PERMISSIONS, using=using)
