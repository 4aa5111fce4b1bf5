"""The app that holds the policies."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Policies, their roles, remedies, facts, rules and budgets, and the published versions."""

    name = "policies"
    verbose_name = "Policies"
    default_auto_field = "django.db.models.BigAutoField"
