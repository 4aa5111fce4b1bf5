"""The tests' own PostgreSQL can be reached by the processes that a test starts."""

import psycopg
import pytest
from django.contrib.auth.models import Group


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_another_connection_sees_what_a_test_wrote(postgres_url: str):
    Group.objects.create(name="seen from outside")
    with psycopg.connect(postgres_url.replace("postgres:", "postgresql:")) as other:
        rows = other.execute("SELECT name FROM auth_group WHERE name = 'seen from outside'").fetchall()
    assert rows == [("seen from outside",)]
