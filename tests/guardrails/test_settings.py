"""A new installation is closed and safe until it is told otherwise."""

from django.core.checks import run_checks


def test_the_project_has_no_system_check_message():
    assert run_checks() == []
