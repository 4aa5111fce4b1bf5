"""An answer of the API in the form in which the cases state offers."""

from __future__ import annotations

from typing import Any

UNIT_CURRENCY = {"point": "PTS", "stamp": "STAMP", "gallon": "GAL", "month": "MONTH"}
"""Units that the cases write like currencies."""


def offers_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The offers of an answer (the whole JSON body), by option name."""
    return sorted((_offer(offer) for offer in answer["offers"]), key=lambda offer: str(offer["option"]))


def _offer(offer: dict[str, Any]) -> dict[str, Any]:
    stated: dict[str, Any] = {"option": offer["remedy"], "amount": None, "currency": None}
    reached = _alone(offer) or _last_step(offer)
    if reached.get("max") is not None:
        stated["currency"] = reached.get("currency") or unit_currency(reached["unit"])
        stated |= _figures(reached, exact=offer["exact"])
    if not offer["alone"]:
        stated |= _approval(reached["by"])
    if offer["group"]:
        stated["exclusive_group"] = offer["group"]
    return stated


def unit_currency(unit: str) -> str:
    """The currency as which the cases write a quantity in this unit."""
    return UNIT_CURRENCY.get(unit, unit.upper())


def _alone(offer: dict[str, Any]) -> dict[str, Any]:
    return (offer.get("amount") or offer.get("quantity") or {}) if offer["alone"] else {}


def _last_step(offer: dict[str, Any]) -> dict[str, Any]:
    """What the whole ladder reaches; nothing for a remedy that is given or not, without approval."""
    first: dict[str, Any] | None = offer["with_approval"]
    if offer["alone"] or first is None:
        return {}
    further: list[dict[str, Any]] = first.get("then", [])
    return further[-1] if further else first


def _figures(reached: dict[str, Any], *, exact: bool) -> dict[str, Any]:
    if exact:
        return {"amount": reached["max"]}
    return {"min": reached["min"], "max": reached["max"]}


def _approval(by: dict[str, list[str]]) -> dict[str, list[str]]:
    """One role alone, or every one of several, is `approval`; a choice of several `approval_any_of`."""
    several, every = by.get("any_of", []), by.get("all_of", [])
    if len(several) < 2:
        return {"approval": sorted(every + several)}
    return {"approval_any_of": sorted(several)} | ({"approval": sorted(every)} if every else {})
