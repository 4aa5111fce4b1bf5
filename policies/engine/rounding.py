"""Rounding of exact quotients to integers; every mode is named, none is the language's default."""

from __future__ import annotations

from collections.abc import Callable


def down(numerator: int, denominator: int) -> int:
    """Toward zero. The denominator is positive, here and below."""
    return numerator // denominator if numerator >= 0 else -(-numerator // denominator)


def up(numerator: int, denominator: int) -> int:
    """Away from zero."""
    return -(-numerator // denominator) if numerator >= 0 else numerator // denominator


def half_up(numerator: int, denominator: int) -> int:
    """To the nearest; at the half away from zero."""
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def half_down(numerator: int, denominator: int) -> int:
    """To the nearest; at the half toward zero."""
    if numerator >= 0:
        return -((denominator - 2 * numerator) // (2 * denominator))
    return (denominator + 2 * numerator) // (2 * denominator)


def half_even(numerator: int, denominator: int) -> int:
    """To the nearest; at the half to the even neighbour."""
    whole, rest = divmod(numerator, denominator)
    return whole + (1 if 2 * rest > denominator or (2 * rest == denominator and whole % 2) else 0)


Mode = Callable[[int, int], int]
MODES: dict[str, Mode] = {
    "half_up": half_up,
    "half_even": half_even,
    "half_down": half_down,
    "up": up,
    "down": down,
}
