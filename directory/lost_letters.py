"""Letters that an export replaced with "?", found again where the rest of the file has them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from directory.folding import fold, fold_name
from directory.model import Person


def proposals(people: Sequence[Person]) -> list[tuple[Person, dict[str, str]]]:
    """People with a "?" in their name, and for each field the one spelling that fits, if any.

    First another row's spelling, which has the accents; else the e-mail address, which has not.
    """
    damaged = [person for person in people if "?" in person.forename + person.surname]
    if not damaged:
        return []
    known = {
        "forename": _spellings(people, "forename"),
        "surname": _spellings(people, "surname"),
    }
    found = []
    for person in damaged:
        fields = {
            name: spelling
            for name in ("forename", "surname")
            if "?" in getattr(person, name)
            and (spelling := _restored(getattr(person, name), known[name], person.email))
        }
        found.append((person, fields))
    return found


def _spellings(people: Sequence[Person], name: str) -> Mapping[int, set[str]]:
    spellings: defaultdict[int, set[str]] = defaultdict(set)
    for person in people:
        value = getattr(person, name)
        if "?" not in value and not value.isascii():
            spellings[len(value)].add(value)
    return spellings


def _restored(damaged: str, known: Mapping[int, set[str]], email: str) -> str:
    # What was lost was not ASCII: "?" never stands for a plain letter.
    pattern = re.compile(re.escape(damaged).replace(r"\?", r"[^\x00-\x7f]"))
    fitting = [spelling for spelling in known.get(len(damaged), ()) if pattern.fullmatch(spelling)]
    if len(fitting) == 1:
        return fitting[0]
    plain = re.compile("".join("[a-z]{1,2}" if letter == "?" else re.escape(fold(letter))
                               for letter in damaged))  # fmt: skip
    words = re.split(r"[._\-\d]+", email.partition("@")[0])
    matches = {word for word in words if plain.fullmatch(word)}
    if len(matches) == 1 and fold_name(damaged):
        word = matches.pop()
        return word[:1].upper() + word[1:]
    return ""
