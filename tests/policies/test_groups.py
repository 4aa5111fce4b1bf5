"""The groups have exactly the permissions of their table, after every migrate."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from policies import groups

pytestmark = pytest.mark.django_db


def permissions_of(group: str) -> set[str]:
    rows = Permission.objects.filter(group__name=group, content_type__app_label="policies")
    return set(rows.values_list("codename", flat=True))


@pytest.mark.parametrize("group", groups.GROUPS)
def test_a_group_has_exactly_its_permissions(group: str) -> None:
    assert permissions_of(group) == groups.PERMISSIONS[group]


def test_the_next_migrate_takes_back_what_somebody_added() -> None:
    auditor = Group.objects.get(name="auditor")
    auditor.permissions.add(Permission.objects.get(codename="change_rule"))
    auditor.permissions.remove(Permission.objects.get(codename="view_rule"))
    call_command("migrate", "policies", verbosity=0)
    assert permissions_of("auditor") == groups.PERMISSIONS["auditor"]


def test_what_is_published_or_tracked_is_deleted_by_no_group() -> None:
    everyone = set().union(*groups.PERMISSIONS.values())
    assert not {"delete_policy", "delete_policyversion", "change_policyversion", "add_policyversion"} & everyone
    assert not {name for name in everyone if "historical" in name or "policyscope" in name}
