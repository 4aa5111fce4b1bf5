"""Stoppable: a button "Stop…" on the pages of what can be stopped; it leads to the form, filled in."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from guardrails.admin.freeze_form import choice
from guardrails.models import Agent, ApiToken, FreezeTarget
from policies.admin.base import action
from policies.admin.nouns import RemedyAdmin, RoleAdmin
from policies.admin.policy import PolicyAdmin
from policies.models import Policy, Remedy, Role


class StoppableMixin:
    """Adds the button; the class lists "stop" among its `actions_detail`."""

    def has_stop_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Tell whether the user may stop anything; what exactly, the form says."""
        return request.user.has_perm("guardrails.add_freeze")

    @action(description="Stop…", url_path="stop", permissions=["stop"], icon="block")
    def stop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead to the form."""
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        query = urlencode({"what": _choice_of(row)})
        return HttpResponseRedirect(f"{reverse('admin:guardrails_freeze_add')}?{query}")


def _choice_of(row: Any) -> str:
    if isinstance(row, Policy):
        return choice(FreezeTarget.POLICY, row.code, row)
    if isinstance(row, (Role, Remedy)):
        kind = FreezeTarget.ROLE if isinstance(row, Role) else FreezeTarget.REMEDY
        return choice(kind, row.code, row.policy)
    if isinstance(row, ApiToken):
        return choice(FreezeTarget.CLIENT, row.pk)
    return choice(FreezeTarget.AGENT if isinstance(row, Agent) else FreezeTarget.TEAM, row.code)


# What managers edit knows nothing of what was done about it: the button is put on here.
for _model in (Policy, Role, Remedy):
    admin.site.unregister(_model)


@admin.register(Policy)
class StoppablePolicyAdmin(StoppableMixin, PolicyAdmin):
    """Policies, which can be stopped as a whole."""

    actions_detail = (*PolicyAdmin.actions_detail, "stop")


@admin.register(Role)
class StoppableRoleAdmin(StoppableMixin, RoleAdmin):
    """Roles, each of which can be stopped."""

    actions_detail = (*RoleAdmin.actions_detail, "stop")


@admin.register(Remedy)
class StoppableRemedyAdmin(StoppableMixin, RemedyAdmin):
    """Remedies, each of which can be stopped."""

    actions_detail = (*RemedyAdmin.actions_detail, "stop")
