"""The app that holds what was done: decisions, exceptions, budgets and the audit log."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GuardrailsConfig(AppConfig):
    """Teams, agents, tokens, decisions, exceptions, budgets and the audit log."""

    name = "guardrails"
    verbose_name = "Care"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what is append-only, and record what the policies app publishes."""
        from guardrails import groups
        from guardrails.audit import publications
        from policies import triggers

        triggers.append_only(
            "guardrails.Decision",
            "guardrails.LedgerEntry",
            "guardrails.AuditRecord",
            "guardrails.BudgetAlert",
            "guardrails.CaseLink",
            "guardrails.Outcome",
            "guardrails.UndoneLink",
            "guardrails.Vote",
        )
        post_migrate.connect(triggers.create_after_migrate, sender=self, dispatch_uid="guardrails.triggers")
        post_migrate.connect(groups.create_after_migrate, sender=self, dispatch_uid="guardrails.groups")
        publications.connect()
