"""The page of the stories, read for its requests and answers, so that the manual cannot say what is not so."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "templates" / "docs" / "how-to" / "stories.md"
OFFERS = "/api/v1/offers/"


@dataclass(frozen=True)
class Exchange:
    """One documented request: where it is sent, by whom, and the answer, of which the page shows a part."""

    address: str
    by_the_ai: bool
    body: dict[str, Any]
    answer: dict[str, Any]


def exchanges(number: int) -> list[Exchange]:
    """The exchanges of one story in the order of the page."""
    parts = re.split(r"^## (\d+)\. .*$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = dict(zip(parts[1::2], parts[2::2], strict=True))[str(number)]
    found = re.findall(
        r"^`POST (\S+)`([^\n]*)$\s+```json\n(.*?)```\s+```json\n(.*?)```", text, re.MULTILINE | re.DOTALL
    )
    return [Exchange(where, "AI" in more, json.loads(body), json.loads(said)) for where, more, body, said in found]


def missing(shown: Any, real: Any, place: str = "") -> list[str]:
    """Where the real answer lacks something that the page shows; entries of lists are looked for in their order."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return [gap for key, value in shown.items() for gap in missing(value, real.get(key), f"{place}/{key}")]
    if isinstance(shown, list) and isinstance(real, list):
        rest = iter(real)
        return [
            f"{place}/{at}: {value}"
            for at, value in enumerate(shown)
            if not any(not missing(value, candidate) for candidate in rest)
        ]
    return [] if shown == real and type(shown) is type(real) else [f"{place}: {shown!r} is {real!r}"]
