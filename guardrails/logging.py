"""Logs: one JSON object a line in production, with a request id, and with nothing secret or personal in it."""

from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from structlog.types import EventDict, Processor, WrappedLogger


class RequestLog(RequestMiddleware):
    """Binds a request id and logs every answered request, without its query string."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path only: a query string can name a customer."""
        return f"{request.method} {request.path}"


def logging_config(*, json: bool, level: str) -> dict[str, Any]:
    """The LOGGING setting; also points structlog's own loggers to it."""
    return {}
