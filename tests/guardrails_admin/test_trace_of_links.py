"""The page of an exception tells which cases its own belongs together with, and who said so, by name."""

from collections.abc import Callable

from django.test import Client

from guardrails.models import ApiToken
from tests.guardrails.linking import an_order_system, link
from tests.guardrails_admin.conftest import Market
from tests.guardrails_admin.test_trace import text_of


def test_the_chain_is_told_with_the_clients_name(shop: Market, login: Callable[..., Client]) -> None:
    auditor = login("auditor")
    assert 'id="linked"' not in text_of(auditor, shop.exception)
    orders = an_order_system()
    ApiToken.objects.filter(pk=orders.client).update(name="Order system")
    link(orders, "K-2", shop.exception.case)
    told = text_of(auditor, shop.exception).partition('id="linked"')[2].partition("</section>")[0]
    assert f"Limits count over K-2, {shop.exception.case}." in told or f"over {shop.exception.case}, K-2." in told
    assert "replaces" in told
    assert "Order system" in told
