"""Whoever goes by a list comes to the same page as by any other way, with all its buttons, none of which leads nowhere.

Django writes `_` otherwise in the addresses that a list leads to; a test that makes an address of a key never sees it.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from guardrails.models import Agent, ApiToken, CareException, Freeze, Team
from policies.models import Policy
from tests.guardrails_admin.conftest import Market, page
from tests.guardrails_admin.test_freezes import wanted as a_stop


def by_the_list(client: Client, model: Any) -> str:
    """The address of the only row of a list, as the list has it."""
    text = client.get(page(model, "changelist")).content.decode()
    [found] = set(re.findall(rf'href="({page(model, "changelist")}[^"/?]+/change/)', text))
    return str(found)


def buttons(client: Client, address: str) -> dict[str, str]:
    """What the page leads to beside itself, by the last word of the address."""
    answer = client.get(address)
    assert answer.status_code == 200
    own = address.split("/")[-3].replace("_5F", "_").partition("_")[0]
    found = re.findall(rf'href="([^"?]*/{own}[^"/?]*/([a-z]+)/)', answer.content.decode())
    return {name: link for link, name in found}


def test_a_freeze_is_lifted(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    client.post(page(Freeze, "add"), a_stop("agent::ana"))
    assert "_5F" in by_the_list(client, Freeze)
    lift = buttons(client, by_the_list(client, Freeze))["lift"]
    assert client.get(lift).status_code == 200
    assert client.post(lift, {"reason": "She is back"}).status_code == 302
    assert Freeze.objects.get().lifted_because == "She is back"
    assert "lift" not in buttons(client, by_the_list(client, Freeze))


@pytest.mark.parametrize("button", ["rotate", "switch", "stop", "history"])
def test_the_buttons_of_a_token_lead_somewhere(button: str, shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    assert "_5F" in by_the_list(client, ApiToken)
    found = buttons(client, by_the_list(client, ApiToken))
    assert client.get(found[button], follow=True).status_code == 200


@pytest.mark.parametrize("model", [Agent, Team, Policy])
def test_so_do_those_of_everything_else(model: Any, shop: Market, login: Callable[..., Client]) -> None:
    client = login("superuser")
    found = buttons(client, by_the_list(client, model))
    assert found
    for link in found.values():
        assert client.get(link, follow=True).status_code == 200, link


def test_an_exception_tells_its_story_there_and_has_no_button(shop: Market, login: Callable[..., Client]) -> None:
    client = login("superuser")
    address = by_the_list(client, CareException)
    assert "_5F" in address
    assert "Rule late_credit" in client.get(address).content.decode()
    assert buttons(client, address) == {}
