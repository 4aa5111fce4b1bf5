"""The receiver in the manual verifies what is really sent, ignores repeats, and refuses what somebody else made."""

import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings

from tests.guardrails.builders import NOON
from tests.guardrails.delivering import an_endpoint, happens, tend

PAGE = Path(settings.BASE_DIR) / "templates" / "docs" / "how-to" / "settle-and-webhooks.md"


@pytest.mark.django_db
def test_the_receiver_in_the_manual(receiver, capsys):
    _, secret = an_endpoint(receiver.url)
    happens("exception.granted", "exc_1", amount={"amount": "12.50", "currency": "EUR"})
    tend()
    one = receiver.received[0]

    found = re.search(r"```python\n(.+?)```", PAGE.read_text(), re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found.group(1), names)
    names["SECRET"] = secret
    with time_machine.travel(NOON, tick=False):
        assert names["receive"](one.headers, one.body) == 204
        assert names["receive"](one.headers, one.body) == 204
        assert names["receive"](one.headers, one.body + b" ") == 401
        assert names["receive"](one.headers | {"webhook-id": "evt_other"}, one.body) == 401
        names["SECRET"] = "whsec_c29tZWJvZHkgZWxzZQ=="
        assert names["receive"](one.headers, one.body) == 401
    assert capsys.readouterr().out == "pay {'amount': '12.50', 'currency': 'EUR'} for exc_1\n"
