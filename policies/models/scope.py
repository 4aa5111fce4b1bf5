"""Policy scope: to which policies a manager, approver or auditor is limited."""

from django.conf import settings
from django.db import models

from policies.models.policy import Policy
from policies.models.tracking import tracked


class PolicyScope(models.Model):
    """Limits a user to some policies; no row, or a row without policies, means all of them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="policy_scope")
    policies = models.ManyToManyField(Policy, blank=True, help_text="Left empty: every policy.")

    history = tracked(m2m_fields=[policies])

    def __str__(self) -> str:
        """Whose limits these are."""
        return f"Policies of {self.user}"
