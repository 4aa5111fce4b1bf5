"""What a generated policy has declared so far: its facts, what is derived from them, and the type of each."""

from dataclasses import dataclass, field
from typing import Any

from policies.engine.money import DIGITS, decimal_text


@dataclass
class Vocabulary:
    """What has been declared so far: the type of each fact and how many decimal places it has."""

    currency: str
    facts: list[dict[str, Any]] = field(default_factory=list)
    derived: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    types: dict[str, tuple[str, int]] = field(default_factory=dict)
    fields: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    choices: tuple[str, ...] = ("gold", "Not yet", "basic")

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Vocabulary":
        words = cls(document["currency"])
        for fact in document["facts"]:
            words.declare(fact)
        return words

    @property
    def digits(self) -> int:
        return DIGITS[self.currency]

    def money_text(self, hundredths: int) -> str:
        """A figure written in hundredths, as money of the currency."""
        return decimal_text(hundredths, 2) if self.digits else str(hundredths)

    def places(self, fact: dict[str, Any]) -> int:
        return self.digits if fact["type"] == "money" else fact.get("places", 2) if fact["type"] == "decimal" else 0

    def declare(self, fact: dict[str, Any]) -> None:
        self.facts.append(fact)
        self.types[fact["code"]] = (fact["type"], self.places(fact))
        if "fields" in fact:
            self.fields[fact["code"]] = fact["fields"]

    def remember(self, history: dict[str, Any]) -> None:
        self.history.append(history)
        self.types[history["code"]] = ("integer", 0) if "count" in history else ("money", self.digits)

    def derive(self, derived: dict[str, Any]) -> None:
        self.derived.insert(len(self.derived) // 2, derived)  # an order that is not the order of need
        self.types[derived["code"]] = self._yields(derived)

    def _yields(self, derived: dict[str, Any]) -> tuple[str, int]:
        form, body = next((key, value) for key, value in derived.items() if key != "code")
        match form:
            case "difference" | "sum":
                return self.types[body[0]][0], max(self.types[code][1] for code in body)
            case "product":
                kind, places = self.types[body["of"]]
                digits = len(body["times"].partition(".")[2])
                return ("decimal" if kind == "integer" and digits else kind), places + digits
            case "ratio" | "hours_between":
                return "decimal", body.get("places", 2)
            case "formula":
                return body["as"], body.get("places", {"money": self.digits, "integer": 0}.get(body["as"], 2))
            case "days_between" | "working_days_between" | "count_of":
                return "integer", 0
            case "any_of" | "all_of":
                return "flag", 0
            case _:
                found = next(each for each in self.fields[body["lines"]] if each["code"] == body["field"])
                return found["type"], self.places(found)

    def inside(self, lines: str) -> "Vocabulary":
        """What formulas over these lines can name: their own fields."""
        own = Vocabulary(self.currency, choices=("red", "blue"))
        for each in self.fields[lines]:
            own.declare(each)
        return own

    def of_type(self, *types: str) -> list[str]:
        """Codes of these types; none whose product could outgrow nine places."""
        return [code for code, (kind, places) in self.types.items() if kind in types and places <= 4]
