"""Groups and their permissions on policies, made after every migrate; guardrails adds its own to them.

Nobody needs to be a superuser. A policy itself, its versions and its history are never deleted by anyone.
"""

from typing import Any

from django.apps import AppConfig, apps

MANAGER = "manager"
AGENT = "agent"
APPROVER = "approver"
AUDITOR = "auditor"
GROUPS = (MANAGER, AGENT, APPROVER, AUDITOR)

DRAFT = (
    "role",
    "reason",
    "remedygroup",
    "remedy",
    "fact",
    "factchoice",
    "linefield",
    "derivedfact",
    "historyfact",
    "rule",
    "condition",
    "approvalstep",
    "budget",
)
READ_ONLY = ("policyversion",)


def _read() -> set[str]:
    return {f"view_{model}" for model in ("policy", *DRAFT, *READ_ONLY)}


def _edit() -> set[str]:
    edits = {f"{verb}_{model}" for verb in ("add", "change", "delete") for model in DRAFT}
    return edits | {"add_policy", "change_policy", "publish_policy"}


PERMISSIONS: dict[str, set[str]] = {
    MANAGER: _read() | _edit(),
    AGENT: set(),
    APPROVER: _read(),
    AUDITOR: _read(),
}


def create_after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Receive post_migrate: make the groups and set exactly these permissions of the policies app on them."""
    from django.contrib.auth.management import create_permissions

    create_permissions(sender, verbosity=0, using=using)
    assign(app_label=sender.label, permissions=PERMISSIONS, using=using)


def assign(*, app_label: str, permissions: dict[str, set[str]], using: str) -> None:
    """Give each group exactly these permissions (codenames) within one app; other apps' stay as they are."""
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, codenames in permissions.items():
        group, _ = group_model.objects.using(using).get_or_create(name=name)
        rows = permission_model.objects.using(using).filter(content_type__app_label=app_label)
        group.permissions.remove(*rows.exclude(codename__in=codenames))
        group.permissions.add(*rows.filter(codename__in=codenames))
