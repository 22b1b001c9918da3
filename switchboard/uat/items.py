"""What a tester is asked to say, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from grammar.confusable import destination
from grammar.model import Entry


class ItemKind(StrEnum):
    """Why an item is in a script: each is a way in which calls fail."""

    CALLED = "called"
    """Often called."""
    CONFUSABLE = "confusable"
    """Sounds like another destination."""
    OUT_OF_VOCABULARY = "out_of_vocabulary"
    """Holds a word that the engine doesn't know, or whose spelling misleads."""
    LONG = "long"
    SAME_NAME = "same_name"
    """Somebody else at another number bears the same name."""
    DEPARTMENT = "department"
    NICKNAME = "nickname"
    DECOY = "decoy"
    """Nobody in the directory: must not be connected."""


@dataclass(frozen=True, slots=True)
class Item:
    """`say` is what to ask for; `hint` what the tester may answer when asked more ("works in
    Planning"). `wanted` are keys of entries: to be connected with one of them is right; () for
    decoys. `department` is what results are grouped by, "" for decoys."""

    kind: ItemKind
    say: str
    wanted: tuple[str, ...] = ()
    hint: str = ""
    department: str = ""


class Outcome(StrEnum):
    """What a call came to, beside what it should have."""

    RIGHT = "right"
    """Connected with whom was asked for; or a decoy that was connected with nobody."""
    WRONG = "wrong"
    FALSE_ACCEPT = "false_accept"
    """A decoy that was connected with somebody."""
    FELL_BACK = "fell_back"
    """An operator would have taken it."""
    LEFT = "left"
    """The tester hung up, or the call ended otherwise."""


class Verdict(StrEnum):
    """The tester's answer to "did it go right?"."""

    NONE = ""
    YES = "yes"
    NO = "no"
    ASKED_OTHERWISE = "asked_otherwise"
    """The tester asked for something else than the script says: the call counts for nothing."""


class Problem(StrEnum):
    """What went wrong, as the tester saw it."""

    NONE = ""
    WRONG_PLACE = "wrong_place"
    NOT_UNDERSTOOD = "not_understood"
    DIRECTORY = "directory"
    """The right name, but the number, department or another detail is wrong."""
    GONE = "gone"
    """Whoever was asked for has left, moved or changed the name."""
    VOICE = "voice"
    """The switchboard's own voice was unclear, or said a name wrongly."""
    OTHER = "other"


CORRECTIONS = frozenset({Problem.DIRECTORY, Problem.GONE})
"""Problems that the directory's owner mends, not the grammar."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What the call's record says. `entry` and `number` are where the caller was (or would have
    been) put through, "" for nowhere; `ending` as `dialogue.actions.Ending`; `waits_ms` from the
    end of speech to the decision, of each turn that was heard."""

    call: str
    entry: str
    number: str
    ending: str
    waits_ms: tuple[float, ...] = ()


_FELL_BACK = frozenset({"operator", "last_resort", "nobody"})


def judge(item: Item, observed: Observed, entries: Mapping[str, Entry]) -> Outcome:
    """What the call came to. Entries that share a number are one destination."""
    if not item.wanted:
        return Outcome.FALSE_ACCEPT if observed.entry else Outcome.RIGHT
    if observed.entry:
        right = {*item.wanted, *(destination(entries[k]) for k in item.wanted if k in entries)}
        return Outcome.RIGHT if {observed.entry, observed.number} & right else Outcome.WRONG
    return Outcome.FELL_BACK if observed.ending in _FELL_BACK else Outcome.LEFT
