"""Pages of policy scopes: which users are limited to which policies. Only administrators have them."""

from django.contrib import admin

from policies.admin.base import TrackedAdmin
from policies.models import PolicyScope


@admin.register(PolicyScope)
class PolicyScopeAdmin(TrackedAdmin):
    """Limits of users to some policies."""

    policy_path = ""
    list_display = ("user",)
    fields = ("user", "policies")
