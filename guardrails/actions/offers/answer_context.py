"""The context of an answer: what this customer had and what was tried in this case; nobody repeats it."""

from typing import Any

from guardrails.actions.money_json import given_json, money_json
from guardrails.actions.offers.history_facts import year_ago
from guardrails.actions.offers.inquiry import Inquiry
from guardrails.models import HANDOVER
from guardrails.queries.earlier_no import EarlierNo
from guardrails.queries.situation import Earlier, HandedOver, Situation


def answer_context(inquiry: Inquiry, found: Situation) -> dict[str, Any]:
    """Give what is known of the customer and the case; only of those that the question names."""
    context: dict[str, Any] = {}
    if inquiry.customer:
        context["customer"] = _customer(inquiry, found)
    if inquiry.case:
        context["case"] = _case(inquiry, found)
    return context


def _customer(inquiry: Inquiry, found: Situation) -> dict[str, Any]:
    since = year_ago(inquiry.today)
    counted = [tally for tally in found.customer if tally.on >= since]
    return {
        "exceptions_12_months": sum(tally.count for tally in counted),
        "given_12_months": money_json(sum(tally.cost_minor for tally in counted), inquiry.compiled.rulebook.currency),
        "open_follow_ups": found.open_follow_ups,
        **({"declined": told} if (told := _declined_elsewhere(inquiry, found)) else {}),
    }


def _declined_elsewhere(inquiry: Inquiry, found: Situation) -> list[dict[str, Any]]:
    """Give what was declined to this customer and is not told with the case."""
    told = {each.id for each in found.earlier}
    return [_declined(inquiry, no) for _, no in sorted(found.noes.items()) if no.exception not in told]


def _case(inquiry: Inquiry, found: Situation) -> dict[str, Any]:
    granted = [tally.remedy for tally in sorted(found.case, key=lambda tally: tally.on)]
    return {
        "contacts": found.contacts + 1,
        "tried": list(dict.fromkeys(granted)),
        "earlier": [_earlier(inquiry, each, found.noes.get(each.remedy)) for each in found.earlier],
        **({"linked": [case for case in inquiry.cases if case != inquiry.case]} if inquiry.context.linked else {}),
        **({"handed_over": [_handed_over(inquiry, each) for each in found.handed_over]} if found.handed_over else {}),
    }


def _handed_over(inquiry: Inquiry, item: HandedOver) -> dict[str, Any]:
    """Give for whom it is and who has it: whoever is asked now need not begin again."""
    role, rulebook = inquiry.compiled.roles.get(item.role), inquiry.compiled.rulebook
    name = rulebook.handover.name if item.role == HANDOVER and rulebook.handover else role.name if role else item.role
    return {
        "work_item": item.work_item,
        "for": {"role": item.role, "name": name},
        "state": item.state,
        "claimed_by": item.claimed_by or None,
        "due_at": item.due_at.astimezone(inquiry.compiled.zone).isoformat(timespec="seconds"),
    }


def _earlier(inquiry: Inquiry, earlier: Earlier, no: EarlierNo | None) -> dict[str, Any]:
    remedy = inquiry.compiled.remedies.get(earlier.remedy)
    return {
        "exception": earlier.id,
        "remedy": earlier.remedy,
        "name": remedy.name if remedy else earlier.remedy,
        **given_json(
            amount_minor=earlier.amount_minor,
            quantity=earlier.quantity,
            places=earlier.places,
            unit=remedy.unit if remedy else "",
            currency=inquiry.compiled.rulebook.currency,
        ),
        "at": earlier.at.astimezone(inquiry.compiled.zone).isoformat(timespec="seconds"),
        "by": earlier.role,
        "state": earlier.state,
        **({"case": earlier.case} if earlier.case != inquiry.case else {}),
        **({"settlement": earlier.settlement} if earlier.settlement else {}),
        "note": earlier.note,
        **({"declined": _declined(inquiry, no)} if no and no.exception == earlier.id else {}),
    }


def _declined(inquiry: Inquiry, no: EarlierNo) -> dict[str, Any]:
    """Give who said no and why; asked again, it goes one level up."""
    at = no.at.astimezone(inquiry.compiled.zone).isoformat(timespec="seconds")
    return {"remedy": no.remedy, "by": no.role, "at": at, "text": no.text}
