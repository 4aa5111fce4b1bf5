"""The app that holds what was done: decisions, exceptions, budgets and the audit log."""

from django.apps import AppConfig


class GuardrailsConfig(AppConfig):
    """Teams, agents, tokens, decisions, exceptions, budgets and the audit log."""

    name = "guardrails"
    verbose_name = "Exceptions"
    default_auto_field = "django.db.models.BigAutoField"
