"""A load balancer learns whether the process lives and whether it may be sent requests."""

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from guardrails import health


def test_a_living_process_says_so_without_the_database(client: Client):
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_means_database_and_every_migration(client: Client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "database": "ok", "migrations": "ok"},
    )


@pytest.mark.django_db
def test_a_missing_migration_is_not_ready(client: Client):
    MigrationRecorder.Migration.objects.filter(app="auth", name="0012_alter_user_first_name_max_length").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "1 not applied")


def test_a_silent_database_is_not_ready(client: Client, monkeypatch):
    class Silent:
        def cursor(self):
            raise OperationalError("password=secret")

    monkeypatch.setattr(health, "connection", Silent())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {"status": "not ready", "database": "does not answer"},
    )


def test_health_is_only_read(client: Client):
    assert client.post("/healthz").status_code == 405
