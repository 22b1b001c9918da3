"""Phone numbers as people write them to numbers that can be dialled, and nothing invented."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from directory.findings import ERROR, INFO, WARNING, Finding
from directory.number_plan import Block, NumberPlan

_INTERNAL: Final = (
    r"(?:x|#|ext?|ext(?:n|en|ension)|extention|int|internal(?: ext(?:n|ension)?)?)"
    r"(?:[.:\s]*(?:no|num|number))?[.:#\s-]*(\d{2,7})"
)
_EXTENSION: Final = re.compile(_INTERNAL, re.IGNORECASE)
_TAIL_EXTENSION: Final = re.compile(rf"(.*\d.*?)[\s,;(/-]*{_INTERNAL}\)?", re.IGNORECASE)
_PREFIX: Final = re.compile(
    r"(?:tel(?:ephone)?|phone|ddi|direct(?: line| dial)?|dd|mob(?:ile)?|work|office|t|m)[.:\s]+",
    re.IGNORECASE,
)
_NOTE: Final = re.compile(r"\s*[(\[][^\d()\[\]]+[)\]]\s*")
_PLAIN_NOTE: Final = re.compile(
    r"(?<=\d)\s+(?:am|pm|only|mon|tue|wed|thu|fri|\()[^\d]*$", re.IGNORECASE
)
_MARK: Final = re.compile(r"(?<=\d)\s*\*+$")
"""An asterisk behind a number points to a note; before one it may be dialled."""
_COUNTRY_IN_BRACKETS: Final = re.compile(r"^\((\+\d+)\)")
_DIALLABLE: Final = re.compile(r"\+?[\d\s().\-–‐‑/]+")
_SEVERAL: Final = re.compile(r"\s*(?:/|;|,|\||&|\n|\bor\b|\band\b)\s*", re.IGNORECASE)
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_DRAMA_MOBILE: Final = re.compile(r"\+447700900\d{3}")
"""Ofcom's mobile numbers for fiction and tests: they ring nowhere, and no mobile is dialled."""

_REACHABLE: Final = {
    PhoneNumberType.FIXED_LINE: "direct",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "direct",
    PhoneNumberType.VOIP: "direct",
    PhoneNumberType.UAN: "direct",
    PhoneNumberType.TOLL_FREE: "direct",
    PhoneNumberType.MOBILE: "mobile",
}
_ABOVE_STANDARD: Final = "a number charged above the standard rate"
_BRITISH_SERVICE: Final = re.compile(r"\+448(?:4[2-5]|7[0-3])\d+")
"""Of the type of 09 numbers to `phonenumbers`, but no premium-rate numbers to who calls them."""
_COSTLY: Final = {
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: _ABOVE_STANDARD,
    PhoneNumberType.PERSONAL_NUMBER: "a personal (070) number, charged as premium rate",
    PhoneNumberType.PAGER: "a pager",
}


_RECOGNISABLE: Final = 7
"""Digits from which the beginning of a direct line is more than chance."""


class NumberKind(StrEnum):
    EXTENSION = "extension"
    DIRECT_LINE = "direct"
    MOBILE = "mobile"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Number:
    """One number read. `value` is digits (extension) or E.164; for an unusable one, the reason."""

    kind: NumberKind
    value: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """An entry's numbers. `conflict` is the extension of the direct line, where that differs."""

    extension: str | None = None
    direct_line: str | None = None
    mobile: str | None = None
    conflict: str | None = None


def clean_numbers(
    extension: str, direct_line: str, mobile: str, plan: NumberPlan
) -> tuple[Numbers, tuple[Finding, ...]]:
    """The three number columns of a row, told apart by what they hold rather than by heading."""
    if not (extension or direct_line or mobile):
        return Numbers(), ()
    findings: list[Finding] = []
    kept: dict[NumberKind, str] = {}
    own = {
        "extension": NumberKind.EXTENSION,
        "direct_line": NumberKind.DIRECT_LINE,
        "mobile": NumberKind.MOBILE,
    }
    cells = (("extension", extension), ("direct_line", direct_line), ("mobile", mobile))
    read = [(field, cell, read_numbers(cell, plan)) for field, cell in cells if cell]
    # A number in its own column comes before one that strayed into another's.
    for strays in (False, True):
        for field, cell, numbers in read:
            for number in numbers:
                if number.kind is NumberKind.UNUSABLE:
                    if not strays:
                        findings.append(Finding(field, cell, "", number.value, ERROR))
                elif (number.kind is not own[field]) is strays:
                    finding = _keep(kept, field, cell, number, strays=strays)
                    if finding:
                        findings.append(finding)
    _complete(kept, direct_line, plan, findings)
    direct = kept.get(NumberKind.DIRECT_LINE)
    inside = plan.extension_of(direct) if direct else None
    internal = kept.get(NumberKind.EXTENSION)
    if internal is None and direct and inside:
        findings.append(
            Finding("extension", "", inside, "from the direct line, by the number plan", WARNING)
        )
        internal = inside
    return (
        Numbers(
            extension=internal,
            direct_line=direct,
            mobile=kept.get(NumberKind.MOBILE),
            conflict=inside if inside and inside != internal else None,
        ),
        tuple(findings),
    )


def _complete(
    kept: dict[NumberKind, str], cell: str, plan: NumberPlan, findings: list[Finding]
) -> None:
    """A direct line that was cut short, where it begins as the extension's own does."""
    expected = plan.direct_line_of(kept.get(NumberKind.EXTENSION, ""))
    digits = re.sub(r"\D", "", cell)
    if not expected or NumberKind.DIRECT_LINE in kept or len(digits) < _RECOGNISABLE:
        return
    number = phonenumbers.parse(expected, plan.region)
    national = phonenumbers.national_significant_number(number)
    whole = (f"0{national}", national, f"{number.country_code}{national}")
    if any(form.startswith(digits) and len(form) - len(digits) == 1 for form in whole):
        kept[NumberKind.DIRECT_LINE] = expected
        reason = "cut short by a digit: completed from the extension, by the number plan"
        findings[:] = [found for found in findings if found.field != "direct_line"]
        findings.append(Finding("direct_line", cell, expected, reason, WARNING))


def _keep(
    kept: dict[NumberKind, str], field: str, cell: str, number: Number, *, strays: bool
) -> Finding | None:
    names = {
        NumberKind.EXTENSION: "extension",
        NumberKind.DIRECT_LINE: "direct_line",
        NumberKind.MOBILE: "mobile",
    }
    target = names[number.kind]
    before = kept.setdefault(number.kind, number.value)
    if before != number.value:
        return Finding(field, cell, before, f"a second {target.replace('_', ' ')}: left out", ERROR)
    if strays:
        return Finding(
            target,
            cell,
            number.value,
            f"stood in the column for {field.replace('_', ' ')}",
            WARNING,
        )
    if cell != number.value:
        return Finding(field, cell, number.value, "usual form of the number", INFO)
    return None


@lru_cache(maxsize=65536)
def read_numbers(cell: str, plan: NumberPlan) -> tuple[Number, ...]:
    """Every number in a cell, in order: "020 8313 5001 ext 5001" has two, of one desk."""
    text = _NOTE.sub(" ", cell).strip()
    text = _PLAIN_NOTE.sub("", text)
    text = re.sub(r"^tel:", "", text, flags=re.IGNORECASE)
    text = _MARK.sub("", text.removeprefix("'"))
    text = _COUNTRY_IN_BRACKETS.sub(r"\1 ", text)
    whole = _read_one(text, plan)
    if whole.kind is not NumberKind.UNUSABLE:
        return (whole,)
    if tail := _TAIL_EXTENSION.fullmatch(text):
        return (*read_numbers(tail[1].strip(" (,;-/"), plan), _read_one(f"x{tail[2]}", plan))
    pieces = [piece for piece in _SEVERAL.split(text) if piece]
    if len(pieces) > 1:
        read = tuple(_read_one(piece, plan) for piece in pieces)
        if any(number.kind is not NumberKind.UNUSABLE for number in read):
            return read
    return (whole,)


def _read_one(text: str, plan: NumberPlan) -> Number:
    text = _PREFIX.sub("", text.strip(), count=1) if _PREFIX.match(text.strip()) else text.strip()
    if match := _EXTENSION.fullmatch(text):
        return _extension(match[1], plan)
    if text.endswith(".0") and text[:-2].isdigit():
        text = text[:-2]
    if _SCIENTIFIC.fullmatch(text):
        return _unusable("cut short by a spreadsheet: enter it again as text")
    if not (_DIALLABLE.fullmatch(text) and re.search("[0-9]", text)):
        return _unusable("not a phone number")
    if text.count("/") and not text.startswith("("):
        return _unusable("not one phone number")
    digits = re.sub(r"[^\d+]", "", text)
    if not digits.isascii():
        return _unusable("not a phone number")
    return _extension(digits, plan) if _is_short(digits) else _outside(digits, text, plan)


def _is_short(digits: str) -> bool:
    return digits.isdigit() and len(digits) <= 6 and not digits.startswith("00")  # noqa: PLR2004


def _extension(digits: str, plan: NumberPlan) -> Number:
    short = len(digits) <= 3  # noqa: PLR2004 - emergency numbers everywhere have three digits
    if short and phonenumbers.is_emergency_number(digits, plan.region):
        return _unusable("an emergency number: never dialled by the switchboard")
    if plan.has_extension(digits):
        return Number(NumberKind.EXTENSION, digits)
    return _unusable("not an extension of the number plan")


@lru_cache(maxsize=8)
def _written(plan: NumberPlan) -> tuple[tuple[str, Block], ...]:
    """Every beginning with which a direct line of the plan may be written, and its block."""
    code = str(phonenumbers.country_code_for_region(plan.region))
    forms: list[tuple[str, Block]] = []
    for block in plan.blocks:
        if not block.direct.startswith(f"+{code}"):
            continue
        national = block.direct[len(code) + 1 :]
        starts = [block.direct, f"00{code}{national}", code + national, f"0{national}", national]
        if plan.area_code and national.startswith(plan.area_code):
            starts.append(national[len(plan.area_code) :])
        forms.extend((start, block) for start in starts)
    return tuple(forms)


def _of_plan(digits: str, plan: NumberPlan) -> str | None:
    # Most numbers are the organisation's own: `phonenumbers` would take ten times as long.
    for start, block in _written(plan):
        extension = digits[len(start) :]
        if digits.startswith(start) and block.has(extension):
            return block.direct + extension
    return None


def _outside(digits: str, text: str, plan: NumberPlan) -> Number:
    if own := _of_plan(digits, plan):
        return Number(NumberKind.DIRECT_LINE, own)
    tried = [text if text.startswith("+") else digits]
    if plan.area_code and digits[0] not in "0+":
        tried.insert(0, f"0{plan.area_code}{digits}")
    for form in tried:
        try:
            number = phonenumbers.parse(form, plan.region)
        except phonenumbers.NumberParseException:
            continue
        if found := _classified(number, plan):
            return found
    return _unusable("not a valid phone number")


def _classified(number: phonenumbers.PhoneNumber, plan: NumberPlan) -> Number | None:
    if number.country_code != phonenumbers.country_code_for_region(plan.region):
        if phonenumbers.is_valid_number(number):
            return _unusable("an international number: not dialled by the switchboard")
        return None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if _DRAMA_MOBILE.fullmatch(e164):
        return Number(NumberKind.MOBILE, e164)
    if not phonenumbers.is_valid_number_for_region(number, plan.region):
        return None
    kind = phonenumbers.number_type(number)
    if kind in _COSTLY:
        costs = _ABOVE_STANDARD if _BRITISH_SERVICE.fullmatch(e164) else _COSTLY[kind]
        return _unusable(f"{costs}: not dialled by the switchboard")
    return Number(NumberKind(_REACHABLE[kind]), e164) if kind in _REACHABLE else None


def _unusable(reason: str) -> Number:
    return Number(NumberKind.UNUSABLE, reason)
