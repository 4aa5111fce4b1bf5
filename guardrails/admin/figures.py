"""Figures as people read them: "€15.00", "2 months"; never minor units."""

from guardrails.models import BudgetWindow, CareException, Decision, State
from policies.engine.money import decimal_text, money_text
from policies.engine.values import with_unit
from policies.engine.words import lower_first
from policies.queries.rulebooks import compiled


def given(row: CareException) -> str:
    """Show what an exception gives: money, a quantity, or that it is done."""
    if row.amount_minor is not None:
        return money_text(row.amount_minor, row.currency)
    if row.quantity is not None:
        return with_unit(decimal_text(row.quantity, row.places), row.unit)
    return "–"


def taken_back(row: CareException) -> str:
    """Show how much of it was taken back; empty where nothing was."""
    if row.state == State.REVERSED:
        return "everything"
    if not row.reversed_number:
        return ""
    return part(row, row.reversed_number)


def part(row: CareException, number: int) -> str:
    """Show so much of it: in the currency's smallest unit, or scaled as its quantity."""
    if row.unit == "money":
        return money_text(number, row.currency)
    return with_unit(decimal_text(number, row.places), row.unit)


def told(row: CareException) -> str:
    """Show what it gives and as what: "€15.00 store credit", "Replacement"."""
    remedy = remedy_name(row)
    return remedy if row.unit == "none" else f"{given(row)} {lower_first(remedy)}"


def cost(row: CareException) -> str:
    """Show what an exception takes from budgets in money; where something was taken back, of how much."""
    whole = money_text(row.cost_minor, row.currency)
    if not row.reversed_cost_minor:
        return whole
    return f"{money_text(row.cost_minor - row.reversed_cost_minor, row.currency)} of {whole}"


def of_window(row: BudgetWindow, number: int) -> str:
    """Show a figure of a budget window: money in its policy's currency, or a count."""
    return money_text(number, row.policy.currency) if row.measure == "money" else str(number)


def remedy_name(row: CareException) -> str:
    """Show the remedy by its name under the version that decided."""
    remedies = compiled(row.version_id).remedies
    return remedies[row.remedy].name if row.remedy in remedies else words(row.remedy)


def reason_name(row: CareException | Decision) -> str:
    """Show the reason by its name under the version that decided."""
    return compiled(row.version_id).reasons.get(row.reason) or words(row.reason)


def role_name(row: CareException | Decision, code: str) -> str:
    """Show a role by its name under the version that decided."""
    roles = compiled(row.version_id).roles
    return roles[code].name if code in roles else words(code)


def words(code: str) -> str:
    """Show a code as words: "late_delivery" is "Late delivery"."""
    text = code.replace("_", " ")
    return text[:1].upper() + text[1:]
