"""Look-ups: ask something that takes as long as it likes and cannot be ended, and wait for it only so long."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import BoundedSemaphore, Thread
from time import monotonic
from typing import TypeVar

_Found = TypeVar("_Found")


class LookUps:
    """Each is done in a thread of its own; one that was given up goes on there until it ends by itself.

    Of these there are never more than `most`: who finds all of them busy waits, and then begins none.
    """

    def __init__(self, *, most: int) -> None:
        self._free = BoundedSemaphore(most)

    def within(self, seconds: float, find: Callable[[], _Found]) -> _Found:
        """Give what `find` gives, or raise what it raises. Raises TimeoutError after so many seconds."""
        ends = monotonic() + seconds
        if not self._free.acquire(timeout=max(0.0, seconds)):
            raise TimeoutError
        found: Future[_Found] = Future()
        try:
            # A daemon, so that a process that ends does not wait for it.
            Thread(target=self._look, args=(found, find), name="look-up", daemon=True).start()
        except RuntimeError:
            self._free.release()
            raise
        return found.result(timeout=max(0.0, ends - monotonic()))

    def _look(self, found: "Future[_Found]", find: Callable[[], _Found]) -> None:
        try:
            found.set_result(find())
        except BaseException as error:
            found.set_exception(error)
        finally:
            self._free.release()
