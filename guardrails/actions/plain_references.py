"""Plain references: how a customer, a case and a channel must be written, so that nobody gets a new one for a space.

Limits count by these texts. What looks the same to people, "K-881" and "K-881 ", must be the same.
"""

import re
from collections.abc import Iterator, Mapping
from unicodedata import is_normalized

from guardrails.actions.faults import InvalidQuestionError
from policies.engine.faults import Fault, pointer

# Unicode calls them ignorable by default, and Python printable; the last one is blank as well.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef\u2800]"
)
_VALID = "must be printable text (Unicode NFC) without spaces at its ends, and without line breaks or invisible ones"


def require_plain(references: Mapping[str, str]) -> None:
    """Raise InvalidQuestionError that names every reference that is not plain."""
    if faults := list(_faults(references)):
        raise InvalidQuestionError(faults)


def _faults(references: Mapping[str, str]) -> Iterator[Fault]:
    for name, text in references.items():
        if text and not _plain(text):
            yield Fault(pointer(name), _VALID)


def _plain(text: str) -> bool:
    seen = text.isprintable() and not _UNSEEN.search(text)
    return seen and text == text.strip(" ") and is_normalized("NFC", text)
