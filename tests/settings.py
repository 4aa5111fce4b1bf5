"""The project's settings, made quick and free of secrets for tests."""

import os

os.environ.setdefault("SECRET_KEY", "a-key-for-tests-that-protects-nothing-at-all-0123456789")
os.environ.setdefault("HTTPS", "false")
os.environ.setdefault("EMAIL_URL", "memory:")
# Playwright's own event loop runs in the thread that also uses the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from guardrails.settings import *  # noqa: F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
AXES_ENABLED = False
if DATABASES["default"]["ENGINE"] == "guardrails.sqlite":  # noqa: F405
    # In memory, and with no suffix for each worker: it is a database of that process alone.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
# A server's threads would keep theirs open when the test database is to be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = None
