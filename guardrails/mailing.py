"""Mailing: EMAIL_URL as the settings that this version of Django reads."""

from collections.abc import Mapping
from typing import Any

import django

TIMEOUT = 20
"""Seconds that a mail server has for each step, unless EMAIL_URL says otherwise."""
_OPTIONS = {
    "EMAIL_HOST": "host",
    "EMAIL_PORT": "port",
    "EMAIL_HOST_USER": "username",
    "EMAIL_HOST_PASSWORD": "password",
    "EMAIL_USE_TLS": "use_tls",
    "EMAIL_USE_SSL": "use_ssl",
    "EMAIL_TIMEOUT": "timeout",
}


def mail_settings(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings for what dj-email-url has read: MAILERS from Django 6.1 on, EMAIL_… before."""
    given = {name: value for name, value in parsed.items() if value is not None}
    if given["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        given.setdefault("EMAIL_TIMEOUT", TIMEOUT)
    if django.VERSION < (6, 1):
        return given
    options = {_OPTIONS[name]: value for name, value in given.items() if name in _OPTIONS}
    smtp = given["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    return {"MAILERS": {"default": {"BACKEND": given["EMAIL_BACKEND"], "OPTIONS": options if smtp else {}}}}
