"""Budget watcher: who is told by e-mail when much of a budget is taken."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from guardrails.models.team import Team
from policies.models import Budget, Policy
from policies.models.codes import CODE_LENGTH, validate_code
from policies.models.tracking import tracked


class BudgetWatcher(models.Model):
    """A login, or an address outside; for one budget of a policy, or for all of them."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="budget_watchers")
    budget = models.CharField(
        max_length=CODE_LENGTH,
        blank=True,
        default="",
        validators=[validate_code],
        help_text="The budget's code. Left empty: every budget of the policy.",
    )
    team = models.ForeignKey(
        Team,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="budget_watchers",
        help_text="Of budgets for each team or agent: only this team's. Left empty: every team's.",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="budget_watchers",
        help_text="Their login; it needs an e-mail address.",
    )
    email = models.EmailField("e-mail", blank=True, default="", help_text="Instead of a login.")

    history = tracked()

    class Meta:
        ordering = ["policy", "budget", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, email="") | Q(user__isnull=True) & ~Q(email=""),
                name="watcher_user_or_email",
                violation_error_message="Give exactly one: a login or an e-mail address.",
            ),
        ]

    def __str__(self) -> str:
        """Who watches what."""
        return f"{self.user or self.email}: {self.budget or 'every budget'} of {self.policy}"

    def clean(self) -> None:
        """Refuse a budget that the policy does not have, and a login to which nothing could be sent."""
        if (
            self.budget
            and self.policy_id
            and not Budget.objects.filter(policy=self.policy_id, code=self.budget).exists()
        ):
            raise ValidationError({"budget": "The policy has no budget of this code."})
        if self.user_id and self.user and not self.user.email:
            raise ValidationError({"user": "This login has no e-mail address."})
