"""Logs: one JSON object a line in production, with a request id, and with nothing secret or personal in it.

What a customer is called, what a case is about, addresses and tokens are kept out by construction: requests
are logged without their query strings, bodies, addresses and user agents; an exception is logged by its class
and where it was raised, never by its message, because a database puts whole rows into that.
"""

import re
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from structlog.types import EventDict, Processor, WrappedLogger

SECRET_WORDS = (
    "authorization",
    "cookie",
    "password",
    "secret",
    "token",
    "facts",
    "customer",
    "user_agent",
    "body",
)
"""A value logged under a name that holds one of these words is left out."""

LEFT_OUT = "[left out]"
PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestLog(RequestMiddleware):
    """Binds a request id to everything logged on the way, and logs every answered request."""

    def prepare(self, request: HttpRequest) -> None:
        """Takes over the id that a proxy or client gave the request, unless it is more than an id."""
        for name in ("HTTP_X_REQUEST_ID", "HTTP_X_CORRELATION_ID"):
            if not PLAIN_ID.fullmatch(request.META.get(name, "")):
                request.META.pop(name, None)
        super().prepare(request)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path only: a query string can name a customer."""
        return f"{request.method} {request.path}"


def leave_out_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replaces the values that must not be in a log; a structlog processor."""
    for name in event:
        if any(word in name.lower() for word in SECRET_WORDS):
            event[name] = LEFT_OUT
    return event


def name_the_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replaces an exception by its class and the places it went through; a structlog processor."""
    given = event.pop("exc_info", None)
    raised = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(raised, BaseException):
        event["exception"] = f"{type(raised).__module__}.{type(raised).__qualname__}"
        event["raised_in"] = _places(raised.__traceback__)
        if raised.__cause__ is not None:
            event["caused_by"] = type(raised.__cause__).__qualname__
    return event


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-12:]
    return [f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}" for frame in frames]


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        leave_out_secrets,
    ]


def logging_config(*, json: bool, level: str) -> dict[str, Any]:
    """The LOGGING setting: JSON lines, or coloured ones for a developer; structlog goes the same way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    end: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if json:
        end += [name_the_exception, structlog.processors.JSONRenderer(sort_keys=True, default=repr)]
    else:
        end += [structlog.dev.ConsoleRenderer()]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": end,
                "foreign_pre_chain": _shared_processors(),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would mail and print beside ours.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Requests are logged once, by RequestLog.
            "django.request": {"level": "CRITICAL"},
            # Axes logs names and addresses of failed log-ins; its table keeps them, for administrators.
            "axes": {"level": "CRITICAL"},
            "django_structlog": {"level": level},
        },
    }
