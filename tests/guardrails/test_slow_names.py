"""A name server that does not answer takes no more of our time than a receiver may, and none of our memory."""

import threading
from collections.abc import Iterator

import pytest

from guardrails.outbox import addresses
from guardrails.outbox import post as posting
from guardrails.outbox.addresses import RefusedAddressError, SlowNameError, check_url, public_addresses
from guardrails.outbox.look_ups import LookUps
from guardrails.outbox.post import post
from tests.guardrails.receiver import Receiver

AT_ONCE = 0.01
"""Seconds: as good as none."""
LONG = 30.0


class SlowNames:
    """A name server that answers when it is let, and then says where this machine is."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.asked: list[str] = []
        self.threads: list[threading.Thread] = []

    def resolve(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        self.threads.append(threading.current_thread())
        self.let.wait()
        return ["127.0.0.1"]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowNames]:
    names = SlowNames()
    monkeypatch.setattr(addresses, "resolve", names.resolve)
    monkeypatch.setattr(addresses, "look_ups", LookUps(most=2))
    yield names
    names.let.set()
    for thread in names.threads:
        thread.join()


def test_a_delivery_waits_for_it_no_longer_than_for_everything(slow, monkeypatch):
    monkeypatch.setattr(posting, "SECONDS", AT_ONCE)
    attempt = post(url="https://pay.example.com/", headers={}, body=b"{}")
    assert attempt.error == "The name server did not say in time where pay.example.com is."
    assert slow.asked == ["pay.example.com"]


def test_a_form_does_not_wait_for_ever_either(slow, monkeypatch):
    monkeypatch.setattr(addresses, "LOOK_UP_SECONDS", AT_ONCE)
    with pytest.raises(RefusedAddressError, match="did not say in time"):
        check_url("https://pay.example.com/")


def test_look_ups_that_hang_do_not_pile_up(slow):
    for host in ("one", "two", "three", "four"):
        with pytest.raises(SlowNameError, match=host):
            public_addresses(host, 443, seconds=AT_ONCE)
    assert slow.asked == ["one", "two"]
    assert len(slow.threads) == 2


def test_when_it_answers_again_so_do_we(slow, settings, receiver: Receiver):
    for host in ("one", "two"):
        with pytest.raises(SlowNameError):
            public_addresses(host, 443, seconds=AT_ONCE)
    slow.let.set()
    assert public_addresses("three", 443, seconds=LONG) == ["127.0.0.1"]
    assert post(url=f"http://pay.example.test:{receiver.port}/", headers={}, body=b"{}").error == ""


def test_what_the_look_up_itself_gets_wrong_is_not_lost(monkeypatch):
    def fails(host: str, port: int) -> list[str]:
        raise MemoryError

    monkeypatch.setattr(addresses, "resolve", fails)
    with pytest.raises(MemoryError):
        public_addresses("pay.example.com", 443, seconds=LONG)
