"""Chain parts: into which chains links divide cases, and by way of which others two of them are linked."""

from collections.abc import Collection, Iterable, Sequence

from guardrails.models import CaseLink


def parts_of(cases: Collection[str], links: Iterable[CaseLink]) -> list[frozenset[str]]:
    """Give the cases in parts, each of which holds together by these links among them; a case alone is a part too."""
    part = {case: frozenset([case]) for case in cases}
    for link in links:
        joined = part[link.case] | part[link.other]
        part.update(dict.fromkeys(joined, joined))
    return sorted(set(part.values()), key=sorted)


def way_between(case: str, other: str, links: Collection[CaseLink]) -> Sequence[str]:
    """Give the fewest cases by way of which the two are linked, in order; empty where there is no way, or no need."""
    ways: dict[str, list[str]] = {case: []}
    ends = [case]
    while ends and other not in ways:
        ends = [new for end in ends for new in _reached(end, links, ways)]
    return ways.get(other, [])[:-1]


def _reached(end: str, links: Collection[CaseLink], ways: dict[str, list[str]]) -> list[str]:
    found = []
    for link in links:
        new = {link.case: link.other, link.other: link.case}.get(end)
        if new is not None and new not in ways:
            ways[new] = [*ways[end], new]
            found.append(new)
    return found
