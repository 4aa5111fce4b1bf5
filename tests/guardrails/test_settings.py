"""A new installation is closed and safe until it is told otherwise."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from django.test import Client

SHOW = """
import json
from django.conf import settings as s
from django.utils.functional import Promise
shown = lambda value: "lazy" if isinstance(value, Promise) else str(value)
print(json.dumps({n: getattr(s, n) for n in dir(s) if n.isupper()}, default=shown))
"""


def settings_with(tmp_path, **environment: str):
    """The settings as a new process reads them from this environment."""
    clean = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={
            **clean,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "guardrails.settings",
            **environment,
        },
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr


def test_production_names_its_own_secret_key(tmp_path):
    assert "Set SECRET_KEY" in settings_with(tmp_path)
    assert settings_with(tmp_path, SECRET_KEY="mine")["SECRET_KEY"] == "mine"
    (tmp_path / "secret_key").write_text("from the file\n")
    assert settings_with(tmp_path)["SECRET_KEY"] == "from the file"


def test_production_is_closed_by_default(tmp_path):
    made = settings_with(tmp_path, SECRET_KEY="k")
    assert made["DEBUG"] is False
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_PRELOAD"):
        assert made[name] is True, name
    assert made["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert made["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert made["REST_FRAMEWORK"]["DEFAULT_PERMISSION_CLASSES"] == ["rest_framework.permissions.IsAuthenticated"]
    assert made["SECURE_PROXY_SSL_HEADER"] is None


def test_plain_http_is_asked_for(tmp_path):
    made = settings_with(tmp_path, SECRET_KEY="k", HTTPS="false")
    assert (made["SECURE_SSL_REDIRECT"], made["SESSION_COOKIE_SECURE"]) == (False, False)
    assert made["SECURE_HSTS_SECONDS"] == 0


def test_sqlite_is_the_default_and_waits_for_its_turn_to_write(tmp_path):
    database = settings_with(tmp_path, SECRET_KEY="k")["DATABASES"]["default"]
    assert database["NAME"] == str(tmp_path / "db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_keeps_its_connections(tmp_path):
    made = settings_with(tmp_path, SECRET_KEY="k", DATABASE_URL="postgres://ana:pw@db.example:5433/care")
    database = made["DATABASES"]["default"]
    assert (database["ENGINE"], database["HOST"], database["PORT"]) == (
        "guardrails.postgresql",
        "db.example",
        5433,
    )
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (None, True)


def test_tokens_do_not_run_out_by_themselves():
    assert settings.REST_KNOX["TOKEN_TTL"] is None


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own settings")
def test_sqlite_connections_enforce_foreign_keys():
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("foreign_keys", "synchronous")}
    assert found == {"foreign_keys": 1, "synchronous": 1}


# On Django 6.1 the checks ask the database what it can do, unless a test before has.
@pytest.mark.django_db
def test_the_project_has_no_system_check_message():
    assert run_checks() == []


@pytest.mark.django_db
def test_scripts_run_only_from_here_and_the_admin_alone_may_compile_them(client: Client):
    manual = client.get("/docs/").headers["Content-Security-Policy"]
    admin = client.get("/admin/login/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in manual
    assert "frame-ancestors 'none'" in manual
    assert "unsafe" not in manual
    assert "script-src 'self' 'unsafe-eval'" in admin
    assert "frame-ancestors 'none'" in admin
