"""What an answer says, whatever the matcher of names made of it: yes, no, the second, Planning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import dropwhile

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from grammar.decision import Reason
from grammar.model import Command, Entry, EntryKind
from grammar.phones import phones
from grammar.text import normalise
from switchboard.dialogue.events import Heard
from switchboard.dialogue.world import World

_COMMAND_HEARD = 0.5
"""Probability from which the matcher's command counts. Raising it relies more on the words."""

_EMERGENCY_HEARD = 0.25
"""The same for emergencies: a person too many costs little."""

_LONG_PHRASE = 3
"""Words from which an emergency phrase counts inside a longer sentence too: "police" alone may be
part of a job or a department."""

FITS = 0.75
"""From what fit on an answer names a place. Raising it asks again more often."""

_CLEARLY = 0.12
"""How much better it must fit one option than any other."""

_PARTLY = 0.85
"""What naming a place by some of its words is worth beside naming it whole."""

_OFFERED_HEARD = 0.5
"""Probability from which a name that was offered counts as chosen when it is said again."""

_LIKELIER = 3.0
"""How many times likelier than the other offered ones it must be."""

_YES = frozenset({"yes", "yeah", "yep", "yup", "yea", "ya"})
_NO = frozenset({"no", "nope", "nah", "neither", "nobody"})
_HESITATIONS = frozenset({"um", "uh", "er", "erm", "ah", "oh", "hmm", "well", "so"})
_NONE = frozenset(
    {
        "none of these", "none of those", "none of them", "none", "neither", "neither of them",
        "neither of these", "no none of these", "not any of these", "neither of those",
    }
)  # fmt: skip
_POSITIONS: Mapping[str, int] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
}  # fmt: skip
_NUMBERS: Mapping[str, int] = {
    "one": 1, "won": 1, "two": 2, "to": 2, "too": 2, "three": 3, "free": 3, "tree": 3, "four": 4,
    "for": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_AROUND_NUMBERS = frozenset({"number", "option", "the", "please", "um", "press", "er", "uh", "one"})
_AROUND_PLACES = frozenset(
    {
        "the", "in", "from", "at", "please", "one", "um", "er", "uh", "its", "it", "is", "i",
        "think", "that", "yes", "with", "department", "team", "a", "person", "who", "works",
        "want", "id", "like", "hes", "shes", "theyre", "of",
    }
)  # fmt: skip


def texts(heard: Heard) -> tuple[str, ...]:
    """What was heard, normalised, likeliest first."""
    found = (normalise(hypothesis.text) for hypothesis in heard.hypotheses)
    return tuple(dict.fromkeys(text for text in found if text))


def is_emergency(heard: Heard, world: World) -> bool:
    """Words of emergency or distress, whatever was asked."""
    if heard.decision.reason is Reason.EMERGENCY:
        return True
    if heard.match and heard.match.commands.get(Command.EMERGENCY, 0.0) >= _EMERGENCY_HEARD:
        return True
    phrases = world.commands.get(Command.EMERGENCY, frozenset())
    long = [phrase for phrase in phrases if len(phrase.split()) >= _LONG_PHRASE]
    return any(
        text in phrases or any(f" {phrase} " in f" {text} " for phrase in long)
        for text in texts(heard)
    )


def command(heard: Heard, world: World) -> Command | None:
    """The universal command that was given, if any; yes and no are no commands of this kind.

    The words alone count only where the decision offers nobody: the directory may have a
    department that is called like a command ("Customer Services").
    """
    if heard.decision.reason is Reason.ASKED_FOR_OPERATOR:
        return Command.OPERATOR
    if heard.decision.reason is Reason.COMMAND and heard.match and heard.match.command:
        found: Command | None = heard.match.command[0]
    elif heard.decision.options:
        return None
    else:
        said = texts(heard)[:1]
        found = world.spoken_commands.of(said[0]) if said else None
    if found is Command.GOODBYE and not _may_be_goodbye(heard, world):
        return None
    return None if found in {Command.YES, Command.NO} else found


def _may_be_goodbye(heard: Heard, world: World) -> bool:
    """Whether no more words were heard than take leave: it ends the call, so "can I talk to Steve
    Beck", which may sound like a goodbye, is asked about once more."""
    longest = max(map(_words, world.commands.get(Command.GOODBYE, ())), default=0)
    return all(_words(text) <= longest for text in texts(heard)[:1])


def _words(text: str) -> int:
    return len(text.split())


def yes_no(heard: Heard, world: World) -> bool | None:
    """True for yes, False for no, None for neither."""
    if heard.match:
        yes = heard.match.commands.get(Command.YES, 0.0)
        no = heard.match.commands.get(Command.NO, 0.0)
        if max(yes, no) >= _COMMAND_HEARD:
            return yes > no
    for text in texts(heard):
        words = list(dropwhile(_HESITATIONS.__contains__, text.split())) or [text]
        said = " ".join(words)
        if said in world.commands.get(Command.NO, frozenset()) or words[0] in _NO:
            return False
        if said in world.commands.get(Command.YES, frozenset()) or words[0] in _YES:
            return True
    return None


def only_no(heard: Heard, world: World) -> bool:
    """Whether nothing but no was said: nobody else was named."""
    likeliest = texts(heard)[:1]
    return not likeliest or likeliest[0] in world.commands.get(Command.NO, frozenset())


def says_none(heard: Heard) -> bool:
    """None of the options of a list."""
    return any(text in _NONE for text in texts(heard)[:1])


def chosen(heard: Heard, options: Sequence[Entry], world: World) -> int | None:
    """Which option was meant, counting from 0: by its place in the list, by what tells it apart,
    or by its name."""
    for text in texts(heard):
        position = _position(text, len(options))
        if position is not None:
            return position
    named = _by_name(heard, options)
    if named is not None:
        return named
    return placed(heard, options, world)


def placed(heard: Heard, options: Sequence[Entry], world: World) -> int | None:
    """Which option was meant, by its department, job, site or team."""
    return clearly_best([_best_fit(heard, _places(entry, world), world) for entry in options])


def clearly_best(fits: Sequence[float]) -> int | None:
    """The one that fits, and clearly better than the others; None when there is none such."""
    ranked = sorted(range(len(fits)), key=lambda at: -fits[at])
    if not ranked or fits[ranked[0]] < FITS:
        return None
    if len(ranked) > 1 and fits[ranked[0]] - fits[ranked[1]] < _CLEARLY:
        return None
    return ranked[0]


def department_fits(heard: Heard, departments: Sequence[str], world: World) -> list[float]:
    """How well what was heard names each department (normalised), under any name of it."""
    return [
        _best_fit(heard, world.department_names.get(name, (name,)), world) for name in departments
    ]


def _position(text: str, count: int) -> int | None:
    words = text.split()
    if words[-1] == "last" or words[-2:] == ["last", "one"]:
        return count - 1
    found = [_POSITIONS[word] for word in words if word in _POSITIONS]
    if not found and len(words) > 1 and words[-1] in {"please", "thanks"}:
        words = words[:-1]
    if not found and (not set(words[:-1]) - _AROUND_NUMBERS) and words[-1] in _NUMBERS:
        found = [_NUMBERS[words[-1]]]
    if len(set(found)) != 1 or found[0] > count:
        return None
    return found[0] - 1


def _by_name(heard: Heard, options: Sequence[Entry]) -> int | None:
    """By the matcher's probabilities, of the offered ones only."""
    if heard.match is None:
        return None
    at = {candidate.entry.number: candidate.probability for candidate in heard.match.candidates}
    shares = [at.get(entry.number, 0.0) for entry in options]
    best = max(range(len(shares)), key=lambda index: shares[index])
    others = [share for index, share in enumerate(shares) if index != best]
    if shares[best] < _OFFERED_HEARD or shares[best] < _LIKELIER * max(others, default=0.0):
        return None
    return best


def _places(entry: Entry, world: World) -> tuple[str, ...]:
    """What a caller may call an entry of a list by, besides a person's name."""
    if entry.kind is EntryKind.DEPARTMENT:
        name = normalise(entry.name)
        return world.department_names.get(name, (name,))
    department = normalise(entry.department)
    others = (normalise(text) for text in (entry.job_title, entry.site, entry.team))
    named = world.department_names.get(department, (department,))
    return tuple(dict.fromkeys(text for text in (*named, *others) if text))


def _best_fit(heard: Heard, places: Sequence[str], world: World) -> float:
    """How well the likeliest hypotheses name any of these, in [0, 1]: by sound or by words."""
    best = 0.0
    for text in texts(heard):
        words = [word for word in text.split() if word not in _AROUND_PLACES]
        core = " ".join(words)
        if not core:
            continue
        sound = _phones(core, world)
        for place in places:
            best = max(
                best,
                Levenshtein.normalized_similarity(sound, _phones(place, world)),
                _word_fit(core, place),
            )
    return best


def _word_fit(core: str, place: str) -> float:
    """Shared words: the share of the letters that they have in what was said."""
    shared = set(core.split()) & set(place.split())
    if not shared:
        return 0.0
    return _PARTLY * fuzz.token_set_ratio(core, place) / 100


@lru_cache(maxsize=4096)
def _sound(text: str, pronunciations: tuple[tuple[str, str], ...]) -> str:
    return phones(text, dict(pronunciations))


def _phones(text: str, world: World) -> str:
    known = {
        word: world.pronunciations[word] for word in text.split() if word in world.pronunciations
    }
    return _sound(text, tuple(sorted(known.items())))
