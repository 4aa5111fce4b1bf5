"""Pages of stand-ins say in which zone their times are."""

from datetime import timedelta

from guardrails.models import Agent, StandIn
from guardrails.models.database_clock import database_now
from tests.guardrails_admin.conftest import Market, client_of, page, user_of


def test_the_form_and_the_list_say_in_which_zone_times_are(shop: Market) -> None:
    manager = client_of(user_of("manager"))
    form = manager.get(page(StandIn, "add")).content.decode()
    assert form.count("Date and time of day in UTC.") == 2
    kim = Agent.objects.create(code="kim", name="Kim", team=shop.team)
    at = database_now()
    StandIn.objects.create(absent=shop.agent, stand_in=kim, starts_at=at, ends_at=at + timedelta(days=365))
    listed = manager.get(page(StandIn, "changelist")).content.decode()
    assert "from (utc)" in listed.lower()
    assert f"{at:%d %b %Y, %H:%M}" in listed
