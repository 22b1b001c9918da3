"""The number plan of the made-up council: an extension is the end of its direct line.

A thousand drama numbers, all that Ofcom sets aside for London, would not do for a council, so
direct lines are (020) 8313 xxxx, the range that the example of a number plan uses. Mobiles do come
from Ofcom's drama range, 07700 900000 to 900999.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

NATIONAL_DIGITS = "2083135000"
"""The direct line of the first extension, without the trunk 0."""

MOBILES = tuple(f"+447700900{last:03d}" for last in range(1000))


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """Extensions of `digits` digits, from 5 to just below 8 followed by zeros (5000 to 7999)."""

    digits: int

    @property
    def extensions(self) -> range:
        return range(5 * 10 ** (self.digits - 1), 8 * 10 ** (self.digits - 1))

    def direct_line(self, extension: str) -> str:
        """E.164 number that rings this extension from outside."""
        return f"+44{NATIONAL_DIGITS[: -self.digits]}{extension}"


def plan_for(people: int) -> NumberPlan:
    """The shortest plan with a desk for everybody and one in five to spare; 4 digits at least."""
    digits = 4
    while people * 1.2 > len(NumberPlan(digits).extensions):
        digits += 1
    return NumberPlan(digits)


def free_extensions(plan: NumberPlan, taken: set[str], rng: random.Random) -> Iterator[str]:
    """Every extension which is not taken, in an order of chance."""
    free = [str(number) for number in plan.extensions if str(number) not in taken]
    rng.shuffle(free)
    return iter(free)
