"""Network: connects to the addresses that were checked, and gives up when a delivery's time is over.

Time-outs of single reads would let a receiver that sends a byte now and then keep a worker for hours.
"""

import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any

import httpcore

from guardrails.outbox.addresses import public_addresses


class CheckedNetwork(httpcore.NetworkBackend):
    """What httpcore connects with. Certificates are still checked against the name, which the receiver is told too."""

    def __init__(self, seconds: float) -> None:
        """Allow so many seconds for everything together."""
        self._ends = monotonic() + seconds
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers; from httpcore.NetworkBackend."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in public_addresses(host, port, seconds=_left(self._ends, httpcore.ConnectTimeout)):
            try:
                left = _left(self._ends, httpcore.ConnectTimeout)
                stream = self._real.connect_tcp(
                    address, port, timeout=left, local_address=local_address, socket_options=socket_options
                )
                return _TimedStream(stream, self._ends)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends when the whole delivery's time does."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=_left(self._ends, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=_left(self._ends, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._ends, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, timeout=left), self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


def _left(ends: float, over: type[Exception]) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise over("its time is over")
    return left
