"""How Whisper would write the normalised words of the grammar: "mr o neill" as "Mr. O'Neill".

Its log-likelihood for a text depends on capitals, punctuation and spelling: "Nicholls" fits a voice
that says it 5 nats worse than "Nichols" does. So each text is scored as Whisper tends to write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from grammar.model import FormKind
from grammar.shipped import rows
from grammar.shortlist import Said
from grammar.text import normalise

_WRITTEN = {
    "mr": "Mr.",
    "mrs": "Mrs.",
    "ms": "Ms.",
    "doctor": "Dr.",
    "and": "and",
    "of": "of",
    "for": "for",
    "the": "the",
    "to": "to",
}
_PARTICLES = frozenset("od")
_NAMES = frozenset(
    {
        FormKind.FULL_NAME,
        FormKind.KNOWN_AS,
        FormKind.NICKNAME,
        FormKind.INITIALS,
        FormKind.TITLE_SURNAME,
        FormKind.SURNAME,
        FormKind.FORENAME,
    }
)


def written(said: Said) -> tuple[str, ...]:
    """The usual ways to write a text, each once: names in capitals and as they are usually spelt,
    departments either way."""
    words = said.text.split()
    titled = _titled(words)
    if said.kind in _NAMES:
        usual = _titled([usual_spellings().get(word, word) for word in words])
        return tuple(dict.fromkeys((titled, usual)))
    lower = titled if titled.isupper() else _titled(words, capitals=False)
    return (lower,) if lower == titled else (lower, titled)


@cache
def usual_spellings() -> Mapping[str, str]:
    """The usual spelling by word, for names that sound like it and are spelt otherwise."""
    return dict(rows("switchboard.recognition.whisper", "spellings.tsv"))


def _titled(words: list[str], *, capitals: bool = True) -> str:
    out: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if len(word) > 1:
            out.append(_WRITTEN.get(word, word.title() if capitals else word))
            at += 1
            continue
        end = at + 1
        while end < len(words) and len(words[end]) == 1:
            end += 1
        letters = "".join(words[at:end]).upper()
        if end - at == 1 and end < len(words) and word in _PARTICLES:
            out.append(f"{letters}'{words[end].title()}")
            end += 1
        elif end - at == 1 and end < len(words):
            out.append(f"{letters}.")
        else:
            out.append(letters)
        at = end
    return " ".join(out)


def words_before(raw: str, normalised_words: int) -> str:
    """The part of a transcript as written that holds its first so many normalised words."""
    words = raw.split()
    counted = 0
    for position, word in enumerate(words):
        if counted >= normalised_words:
            return " ".join(words[:position])
        counted += len(normalise(word).split())
    return raw
