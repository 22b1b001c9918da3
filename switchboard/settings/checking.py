"""A TOML table becomes a frozen dataclass; everything that is wrong is found, not only the first.

The dataclass says what is allowed: its fields' types, narrowed with `Annotated[int, Between(...)]`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

Section = TypeVar("Section")


@dataclass(frozen=True, slots=True)
class Between:
    """A number in a closed range."""

    low: float
    high: float

    def allows(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"from {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True, init=False)
class OneOf:
    """One of these words."""

    words: tuple[str, ...]

    def __init__(self, *words: str) -> None:
        object.__setattr__(self, "words", words)

    def allows(self, value: str) -> bool:
        return value in self.words

    def __str__(self) -> str:
        return "one of " + ", ".join(f'"{word}"' for word in self.words)


@dataclass(frozen=True, slots=True)
class Written:
    """A text of this form, told as `form`. `pattern` must match the whole of it."""

    pattern: str
    form: str

    def allows(self, value: str) -> bool:
        return re.fullmatch(self.pattern, value) is not None

    def __str__(self) -> str:
        return self.form


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the setting at `path` (section, then key), and the remedy."""

    path: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Source:
    """The user's file, to tell where in it a problem is."""

    name: str
    text: str

    def tell(self, problem: Problem) -> str:
        """One sentence: file, line where it is found, setting, fault and remedy."""
        line = self.line(problem.path)
        place = f"{self.name}, line {line}" if line else self.name or "default.toml"
        section, *keys = problem.path
        setting = f"[{section}] {'.'.join(keys)}".strip()
        return f"{place}: {setting} {problem.sentence}"

    def line(self, path: tuple[str, ...]) -> int:
        """The line that sets `path`, or 0: a plain search, because tomllib keeps no lines."""
        section: tuple[str, ...] = ()
        for number, line in enumerate(self.text.splitlines(), start=1):
            if header := re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line):
                section = tuple(header[1].split("."))
                if path == section:
                    return number
            elif key := re.match(r"\s*([\w.-]+)\s*=", line):
                here = (*section, *key[1].split("."))
                # A table in one line holds what lies below it; a dotted key is in what lies above.
                if here == path[: len(here)] or path == here[: len(path)]:
                    return number
        return 0


_KINDS: dict[type, tuple[tuple[type, ...], str]] = {
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    str: ((str,), "a text in quotation marks"),
    date: ((date,), "a day as 2026-12-24, without quotation marks"),
}


def read_section(
    kind: type[Section],
    defaults: Mapping[str, Any],
    given: Mapping[str, Any],
    path: tuple[str, ...],
    problems: list[Problem],
) -> Section | None:
    """A `kind` of `given` over `defaults`; None, and the reasons in `problems`, where it fails."""
    hints = get_type_hints(kind, include_extras=True)
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    before = len(problems)
    for name in given:
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            remedy = f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}."
            problems.append(Problem((*path, name), f"is not a setting; {remedy}"))
    values: dict[str, Any] = {}
    for name in names:
        at = (*path, name)
        part, *or_none = get_args(hints[name]) or (None,)
        if is_dataclass(part) and or_none == [NoneType]:
            around = {**defaults, **given}
            values[name] = _part(part, around, around.get(name), at, problems)
        elif is_dataclass(hints[name]):
            table = given.get(name, {})
            if isinstance(table, dict):
                values[name] = read_section(
                    hints[name], defaults.get(name, {}), table, at, problems
                )
            else:
                problems.append(Problem(at, f"is a section; write [{name}] on a line of its own."))
        elif name in given or name in defaults:
            values[name] = _value(hints[name], given.get(name, defaults.get(name)), at, problems)
        else:
            problems.append(Problem(at, "is missing; give it."))
    return kind(**values) if len(problems) == before else None


def _part(
    kind: Any,
    around: Mapping[str, Any],
    given: Any,
    path: tuple[str, ...],
    problems: list[Problem],
) -> Any:
    """A section within one: what it leaves out is as `around` it. None where it holds nothing."""
    if not isinstance(given, dict):
        written = ".".join(path)
        problems.append(Problem(path, f"is a section; write [{written}] on a line of its own."))
        return None
    if not given:
        return None
    found: list[Problem] = []
    part = read_section(kind, around, given, path, found)
    # What is wrong with the others is told where they stand.
    problems += [problem for problem in found if problem.path[len(path)] in given]
    return part


def _value(hint: Any, value: Any, path: tuple[str, ...], problems: list[Problem]) -> Any:
    if get_origin(hint) is tuple:
        return _list(get_args(hint)[0], value, path, problems)
    kind, *limits = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    accepted, _ = _KINDS[kind]
    if not _is_a(kind, value):
        problems.append(Problem(path, f"= {value!r} is of the wrong kind; give {_wanted(hint)}."))
    elif not all(limit.allows(value) for limit in limits):
        problems.append(Problem(path, f"= {value!r} is not allowed; give {_wanted(hint)}."))
    return kind(value) if isinstance(value, accepted) and kind is not date else value


def _wanted(hint: Any) -> str:
    """What a value of this type looks like, after "give ..."."""
    kind, *limits = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    _, called = _KINDS[kind]
    # "a whole number from 1 to 64", but "one of ..." needs no kind before it.
    return " ".join([*([called] if kind is not str or not limits else []), *map(str, limits)])


def _is_a(kind: type, value: Any) -> bool:
    """A bool is an int, and a datetime a date, to Python, and not to anybody else."""
    accepted, _ = _KINDS[kind]
    stranger = {int: bool, float: bool, date: datetime}.get(kind)
    return isinstance(value, accepted) and not (stranger and isinstance(value, stranger))


def _list(kind: Any, value: Any, path: tuple[str, ...], problems: list[Problem]) -> Any:
    if is_dataclass(kind):
        names = ", ".join(f"{field.name} = ..." for field in fields(kind))
        if isinstance(value, list) and all(isinstance(table, dict) for table in value):
            table_of: Any = kind
            return tuple(read_section(table_of, {}, table, path, problems) for table in value)
        problems.append(Problem(path, f"is of the wrong kind; give a list of {{ {names} }}."))
        return None
    if isinstance(value, list):
        return tuple(_value(kind, item, path, problems) for item in value)
    remedy = f"give a list in [ ] of {_wanted(kind)}."
    problems.append(Problem(path, f"is of the wrong kind; {remedy}"))
    return None
