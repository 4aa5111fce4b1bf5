"""The WSGI application that a server runs: `guardrails.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guardrails.settings")

application = get_wsgi_application()
