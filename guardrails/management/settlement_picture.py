"""The picture and the table of a settlement, drawn from the table of what becomes of what was granted."""

from guardrails.management.drawing import START, Arrow, Drawing, arrows_of
from guardrails.models import Settlement
from guardrails.models.settlement import BEGINS, SETTLEMENTS, WORDS

P = Settlement
PLACES: dict[str, tuple[int, int]] = {
    START: (60, 250),
    P.PENDING: (230, 250),
    P.SENT: (520, 130),
    P.CONFIRMED: (820, 250),
    P.FAILED: (520, 370),
    P.REVERSED: (520, 250),
}
WAYS: dict[tuple[str, str], tuple[str, int, int]] = {
    (START, P.PENDING): ("M 82 250 L 153 250", 116, 240),
    (P.PENDING, P.SENT): ("M 270 230 L 443 138", 340, 172),
    (P.PENDING, P.CONFIRMED): ("M 230 230 C 260 0 790 0 818 228", 520, 50),
    (P.PENDING, P.FAILED): ("M 270 270 L 443 362", 340, 336),
    (P.PENDING, P.REVERSED): ("M 305 250 L 443 250", 365, 242),
    (P.SENT, P.SENT): ("M 490 110 C 480 65 560 65 550 108", 520, 72),
    (P.SENT, P.CONFIRMED): ("M 595 138 L 775 228", 704, 176),
    (P.SENT, P.FAILED): ("M 465 150 C 410 200 410 300 463 348", 424, 216),
    (P.SENT, P.REVERSED): ("M 520 150 L 520 228", 520, 192),
    (P.CONFIRMED, P.CONFIRMED): ("M 897 240 C 950 225 950 275 897 260", 938, 222),
    (P.CONFIRMED, P.FAILED): ("M 800 270 C 760 350 690 375 597 376", 740, 356),
    (P.CONFIRMED, P.REVERSED): ("M 745 250 L 597 250", 686, 242),
    (P.FAILED, P.SENT): ("M 575 350 C 630 300 630 200 577 152", 616, 216),
    (P.FAILED, P.CONFIRMED): ("M 595 358 L 760 272", 676, 302),
    (P.FAILED, P.REVERSED): ("M 520 350 L 520 272", 520, 312),
    (P.REVERSED, P.REVERSED): ("M 545 270 C 560 300 600 295 585 272", 590, 306),
}
NAMES = {state.value: state.value.capitalize() for state in Settlement}


def picture() -> str:
    """Give the diagram as SVG."""
    drawing = Drawing(title="A settlement", size=(980, 420), places=PLACES, ways=WAYS, names=NAMES)
    return drawing.svg(arrows())


def table() -> str:
    """Give the steps as a Markdown table."""
    rows = ["| from | event | the payer says | to | only if |", "|---|---|---|---|---|"]
    rows.append(f"| (none) | | | {NAMES[BEGINS]} | the exception is granted |")
    for (source, event), step in SETTLEMENTS.items():
        said = f"`{WORDS[event]}`" if event in WORDS else ""
        rows.append(f"| {NAMES[source]} | `{event}` | {said} | {NAMES[step.to]} | {step.guard} |")
    return "\n".join(rows) + "\n"


def arrows() -> dict[Arrow, list[str]]:
    """Give the events by the states between which they lead; a settlement begins with the grant."""
    steps = [(source, event.value, step.to) for (source, event), step in SETTLEMENTS.items()]
    return arrows_of([(START, "grant", BEGINS), *steps])
