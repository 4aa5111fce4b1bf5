"""Post: send one signed event to one address, once; say what became of it, and nothing of what was answered."""

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

import httpcore

from guardrails.outbox.addresses import RefusedAddressError, SlowNameError, host_of
from guardrails.outbox.network import CheckedNetwork

SECONDS = 10.0
"""How long a receiver has for everything: finding its address, connecting, reading the event, answering."""
GONE = "It answered 410 Gone: it wants to be told nothing more."
MAY_ASK_TO_WAIT = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of one attempt; `error` is empty where the receiver has it.

    `retry_after` is the header of that name, where the answer says that it is too much, or too early; `late`, that
    there was none in time.
    """

    status: int | None = None
    error: str = ""
    retry_after: str = ""
    late: bool = False

    @property
    def gone(self) -> bool:
        """Whether the receiver wants to be told nothing more (Standard Webhooks)."""
        return self.status == HTTPStatus.GONE


def post(*, url: str, headers: Mapping[bytes | str, bytes | str], body: bytes) -> Attempt:
    """Send it. Only a status of 2xx counts; a redirect is not followed, and no answer's body is read."""
    try:
        host_of(url)
        with (
            httpcore.ConnectionPool(ssl_context=tls(), network_backend=CheckedNetwork(SECONDS)) as pool,
            pool.stream("POST", url, headers=headers, content=body) as response,
        ):
            return _judged(response.status, response.headers)
    except RefusedAddressError as error:
        return Attempt(error=str(error), late=isinstance(error, SlowNameError))
    except httpcore.TimeoutException:
        return Attempt(error=f"It did not answer within {SECONDS:g} seconds.", late=True)
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:
        return Attempt(error=f"{type(error).__name__}: {error}")


def _judged(status: int, headers: Iterable[tuple[bytes, bytes]]) -> Attempt:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Attempt(status=status)
    if status == HTTPStatus.GONE:
        return Attempt(status=status, error=GONE)
    followed = " Redirects are not followed." if status < HTTPStatus.BAD_REQUEST else ""
    error = f"It answered {status}.{followed}"
    return Attempt(status=status, error=error, retry_after=_retry_after(headers) if status in MAY_ASK_TO_WAIT else "")


def _retry_after(headers: Iterable[tuple[bytes, bytes]]) -> str:
    found = (value for name, value in headers if name.lower() == b"retry-after")
    return next(found, b"").decode("ascii", "replace")


@cache
def tls() -> ssl.SSLContext:
    """Give what certificates are checked with: the system's authorities, and those that certifi brings."""
    return httpcore.default_ssl_context()
