"""Pages of logins and groups, for administrators, in the look of the others."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from policies.admin.base import AdminPasswordChangeForm, ModelAdmin, UserChangeForm, UserCreationForm

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class LoginAdmin(UserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """Logins. One that leaves is made inactive: what it published names it."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class PeopleGroupAdmin(GroupAdmin, ModelAdmin):
    """Groups; those of the project get their permissions back on every migrate."""
