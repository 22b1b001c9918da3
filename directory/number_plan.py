"""The organisation's number plan: which extension is which direct line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from directory.errors import DirectoryError

_DIRECT = re.compile(r"(?:\+[1-9]\d{3,13})?")


@dataclass(frozen=True, slots=True)
class Block:
    """A range of extensions that have direct lines of the same last digits.

    `direct` is the E.164 beginning of the direct lines ("" when they have none); `first` and
    `last` are the range, both included, of `extension_digits` digits each.
    `Block("+44208313", 4, "5000", "7999")` ties 5001 to +442083135001.
    """

    direct: str
    extension_digits: int
    first: str
    last: str

    def __post_init__(self) -> None:
        ends = (self.first, self.last)
        if not (
            _DIRECT.fullmatch(self.direct)
            and all(end.isascii() and end.isdigit() for end in ends)
            and all(len(end) == self.extension_digits for end in ends)
            and self.first <= self.last
        ):
            raise DirectoryError(
                f"The number plan's block {self.direct} {self.first} to {self.last} is wrong. Give "
                f"the beginning of its direct lines as +44..., and first and last as "
                f"{self.extension_digits} digits, first not above last."
            )

    def has(self, extension: str) -> bool:
        return len(extension) == self.extension_digits and self.first <= extension <= self.last


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """All blocks. Without any, an extension of 3 to 6 digits is taken as it is.

    `region` is the ISO code whose numbers may be dialled; `area_code` completes a number that is
    written as dialled locally ("8313 5001").
    """

    blocks: tuple[Block, ...] = ()
    region: str = "GB"
    area_code: str = ""

    def has_extension(self, digits: str) -> bool:
        if not self.blocks:
            return len(digits) in range(3, 7) and not digits.startswith("0")
        return any(block.has(digits) for block in self.blocks)

    def direct_line_of(self, extension: str) -> str | None:
        """The direct line (E.164) that rings an extension, or None where there is none."""
        for block in self.blocks:
            if block.direct and block.has(extension):
                return block.direct + extension
        return None

    def extension_of(self, direct_line: str) -> str | None:
        """The extension that answers a direct line (E.164), or None outside the blocks."""
        for block in self.blocks:
            digits = direct_line[-block.extension_digits :]
            if block.direct and direct_line == block.direct + digits and block.has(digits):
                return digits
        return None
