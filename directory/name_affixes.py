"""What stands before or behind a name and belongs to it: titles, and suffixes such as OBE."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from directory.findings import ERROR, INFO, WARNING, Finding
from directory.name_case import forename_case
from directory.name_words import (
    OTHER_TITLES,
    SUFFIXES,
    SUFFIXES_ALSO_INITIALS,
    SUFFIXES_ALSO_NAMES,
    TITLES,
    TITLES_BEHIND,
    TITLES_ONLY_ALONE,
)

_GLUED: Final = re.compile(rf"^({'|'.join(sorted(TITLES_BEHIND))})\.(?=[^\W\d_])", re.IGNORECASE)
"""A title that only a full stop parts from the name: "Dr.Jane"."""
_TWO_INITIALS: Final = re.compile(r"[^\W\d_]\.[^\W\d_]\.?")
_BEFORE_SURNAME: Final = frozenset({"de", "du", "van", "von", "st", "st.", "o"})
_WORD: Final = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=8192)
def clean_title(text: str) -> tuple[str, tuple[Finding, ...]]:
    """A title as it is said: DR. and Doctor are Dr, Cllr. is Councillor, Prof is Professor."""
    if not text:
        return "", ()
    words = text.replace(".", " ").split()
    known = TITLES.get(" ".join(words).casefold())
    if known is None:
        known = " ".join(TITLES.get(word.casefold(), forename_case(word)) for word in words)
    if known == text:
        return text, ()
    return known, (Finding("title", text, known, "usual form of the title", INFO),)


def title_and_job(title: str, job_title: str) -> tuple[str, str, tuple[Finding, ...]]:
    """The two cells, put right where the title is a job title, as Active Directory calls it."""
    if not title or _is_title(title):
        known, findings = clean_title(title)
        return known, job_title, findings
    if not job_title:
        reason = "the column of titles has a job title"
        return "", title, (Finding("job_title", "", title, reason, WARNING),)
    reason = "not a title that is known: left out"
    return "", job_title, (Finding("title", title, "", reason, ERROR),)


@lru_cache(maxsize=8192)
def _is_title(text: str) -> bool:
    words = _WORD.findall(text.casefold())
    return (
        " ".join(words) in TITLES
        or not TITLES_BEHIND.isdisjoint(words)
        or all(word in TITLES or word in OTHER_TITLES for word in words)
    )


def without_title(text: str, rest: str, findings: list[Finding]) -> tuple[str, str]:
    """The titles before and behind a name, and the name. `rest` of it is in another cell.

    From behind only titles are taken that nobody is called.
    """
    parted = _GLUED.sub(r"\1. ", text) if "." in text else text
    words = parted.split(" ")
    if len(words) > 1 and words[0].casefold() == "the" and _joined(words[1:2]) in TITLES:
        del words[0]
    taken = _from_front(words, rest)
    while len(words) > 1 and (title := _joined(words[-1:])) in TITLES_BEHIND:
        taken.append(TITLES[title])
        words.pop()
        words[-1] = words[-1].rstrip(",")
    if not taken:
        return "", text
    title = " ".join(dict.fromkeys(taken))
    findings.append(Finding("title", text, title, "taken out of the name", WARNING))
    return title, " ".join(words)


def _from_front(words: list[str], rest: str) -> list[str]:
    taken: list[str] = []
    while words:
        folded = _joined(words[:1])
        longest = len(words) if rest else len(words) - 1
        several = next(
            (count for count in (3, 2) if count <= longest and _joined(words[:count]) in TITLES), 0
        )
        if several:
            taken.append(TITLES[_joined(words[:several])])
            del words[:several]
        elif (
            folded in TITLES
            and (len(words) > 1 or rest)
            and not (folded in TITLES_ONLY_ALONE and len(words) == 1)
        ):
            taken.append(TITLES[folded])
            del words[0]
        else:
            break
    return taken


def _joined(words: Sequence[str]) -> str:
    return " ".join(word.casefold().rstrip(".") for word in words)


def without_suffix(
    text: str, rest: str, findings: list[Finding], *, beside: str = ""
) -> tuple[str, str]:
    """The name, and the suffixes behind it; `beside` it one may have been found already.

    `rest` of the name is in another cell: without it a forename and a surname are left here.
    """
    words = text.split(" ")
    taken: list[str] = []
    while len(words) > 1:
        folded = _bare(words[-1])
        if folded not in SUFFIXES:
            break
        neighbour = bool(taken or beside) or _is_only_suffix(words[-2])
        if not _is_suffix(words, folded, rest, neighbour=neighbour):
            break
        taken.insert(0, SUFFIXES[folded])
        words.pop()
        words[-1] = words[-1].rstrip(",")
    suffix = " ".join(taken)
    if suffix:
        findings.append(Finding("suffix", text, suffix, "taken out of the name", WARNING))
    return " ".join(words), suffix


def _bare(word: str) -> str:
    return word.rstrip(",").replace(".", "").casefold()


def _is_only_suffix(word: str) -> bool:
    bare = _bare(word)
    return bare in SUFFIXES and bare not in SUFFIXES_ALSO_NAMES


def _is_suffix(words: Sequence[str], folded: str, rest: str, *, neighbour: bool) -> bool:
    *names, last = words
    after_comma = names[-1].endswith(",")
    whole = bool(rest) or not is_one_surname(names)
    if after_comma and not whole:
        # Where the forename stands, J.P. and MA are one: "Hartley, J.R.".
        also = folded in SUFFIXES_ALSO_INITIALS or folded in SUFFIXES_ALSO_NAMES
        return not (also or _TWO_INITIALS.fullmatch(last))
    if folded not in SUFFIXES_ALSO_NAMES:
        return True
    written_so = last.isupper() or last == SUFFIXES[folded]
    beside_small = not all(name.isupper() for name in names)
    return whole and (after_comma or neighbour or (written_so and beside_small))


def is_one_surname(words: Sequence[str]) -> bool:
    """Whether there is no forename among the words before a comma: "Smith", "De Souza"."""
    first = words[0]
    return len(words) == 1 or first.islower() or first.casefold() in _BEFORE_SURNAME


def usual_suffix(text: str) -> str:
    return " ".join(
        SUFFIXES.get(word.casefold().replace(".", ""), word)
        for word in text.replace(",", " ").split()
    )
