"""Unpaid: what the home page says of what customers were given and has not arrived."""

from django.http import HttpRequest
from django.urls import reverse

from guardrails.admin.overdue import ToDo, counted
from guardrails.models import CareException, Settlement
from policies.queries.scope import within


def unpaid(request: HttpRequest) -> list[ToDo]:
    """Give how much the systems that pay say has failed, in the policies that the user sees."""
    failed = CareException.objects.filter(settlement=Settlement.FAILED)
    number = counted(within(failed, request.user))
    if not number:
        return []
    link = reverse("admin:guardrails_careexception_changelist") + f"?settlement={Settlement.FAILED}"
    return [ToDo("See to what was granted and has not arrived", link, f"{number} failed", urgent=True)]
