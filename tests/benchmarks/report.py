"""The table that `make bench` prints: each ratio of two medians beside its goal."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One line: `figure` over `against`, which are texts with their units; no goal where it only informs."""

    what: str
    figure: str
    against: str
    ratio: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def goal(self) -> str:
        """The goal as text."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""

    @property
    def verdict(self) -> str:
        """Whether the goal is met."""
        if not self.goal:
            return ""
        low, high = self.at_least, self.at_most
        met = (low is None or self.ratio >= low) and (high is None or self.ratio <= high)
        return "pass" if met else "MISS"


HEAD = ("measure", "figure", "against", "ratio", "goal", "")


def table(ratios: Iterable[Ratio]) -> str:
    """The lines as a Markdown table with even columns."""
    rows = [HEAD] + [
        (each.what, each.figure, each.against, f"{each.ratio:.3g}", each.goal, each.verdict) for each in ratios
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def microseconds(nanoseconds: float) -> str:
    """The time in words: "12.3 µs"."""
    return f"{nanoseconds / 1000:.1f} µs"
