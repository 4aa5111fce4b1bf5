"""The policies app: the rulebooks that managers edit and publish."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class PoliciesConfig(AppConfig):
    """Connects what must hold after every migrate: groups, permissions and append-only triggers."""

    name = "policies"
    verbose_name = "Policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register receivers and system checks."""
        from policies import checks, groups, triggers
        from policies.models import keep_referenced

        keep_referenced.connect()
        register(checks.check_append_only, Tags.database)
        post_migrate.connect(triggers.create_after_migrate, sender=self, dispatch_uid="policies.triggers")
        post_migrate.connect(groups.create_after_migrate, sender=self, dispatch_uid="policies.groups")
