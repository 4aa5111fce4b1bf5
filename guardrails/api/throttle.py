"""Throttle: how many requests one token may make in a minute."""

from time import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from guardrails.actions.caller import Caller

MINUTE = 60


class TokenThrottle(BaseThrottle):
    """Counts the requests of each token in the running minute, in Django's cache.

    With the default cache, which each process has for itself, the limit is one for each worker. The setting
    API_REQUESTS_PER_MINUTE says how many; 0 switches it off. DRF's own throttle would keep the time of every single
    request.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        """Say whether there is room left in this minute; from rest_framework.throttling.BaseThrottle."""
        most = settings.API_REQUESTS_PER_MINUTE
        if not most or not isinstance(request.auth, Caller):
            return True
        key = f"throttle:{request.auth.client}:{int(time()) // MINUTE}"
        if cache.add(key, 1, timeout=MINUTE):
            return True
        try:
            return bool(cache.incr(key) <= most)
        except ValueError:  # the minute ended between the two calls
            return True

    def wait(self) -> float:
        """Give the seconds until the next minute; from rest_framework.throttling.BaseThrottle."""
        return MINUTE - time() % MINUTE
