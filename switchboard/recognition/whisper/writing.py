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
_SPOKEN = {
    "i": "I",
    "ok": "OK",
    "id": "I'd",
    "ill": "I'll",
    "im": "I'm",
    "ive": "I've",
    "its": "it's",
    "thats": "that's",
    "theres": "there's",
    "whats": "what's",
    "hes": "he's",
    "shes": "she's",
    "cant": "can't",
    "didnt": "didn't",
    "doesnt": "doesn't",
    "dont": "don't",
    "isnt": "isn't",
    "wont": "won't",
}
"""Words of sentences."""
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
    departments either way, commands as in a sentence and as one of their own."""
    words = said.text.split()
    if said.command is not None:
        return tuple(dict.fromkeys((_spoken(words), as_sentence(said.text))))
    if said.kind in _NAMES:
        usual = [usual_spellings().get(word, word) for word in words]
        return tuple(dict.fromkeys(_titled(each, initial=".") for each in (words, usual)))
    titled = _titled(words)
    lower = titled if titled.isupper() else _titled(words, capitals=False)
    return (lower,) if lower == titled else (lower, titled)


def as_sentence(text: str) -> str:
    """Normalised words as Whisper begins a sentence with them: "I'd like", "Can I have"."""
    spoken = _spoken(text.split())
    return spoken[0].upper() + spoken[1:]


def _spoken(words: list[str]) -> str:
    return " ".join(_SPOKEN.get(word, word) for word in words)


@cache
def usual_spellings() -> Mapping[str, str]:
    """The usual spelling by word, for names that sound like it and are spelt otherwise."""
    return dict(rows("switchboard.recognition.whisper", "spellings.tsv"))


def _titled(words: list[str], *, capitals: bool = True, initial: str = "") -> str:
    """`initial` is what a single letter has behind it: "J. Smith", but "A level results"."""
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
            out.append("a" if word == "a" and out and not initial else f"{letters}{initial}")
        else:
            out.append(letters)
        at = end
    return " ".join(out)


def words_before(raw: str, normalised_words: int) -> str:
    """The part of a transcript as written that holds its first so many normalised words, and no
    part of a word ("ASB" is three) that goes on behind them."""
    words = raw.split()
    counted = 0
    for position, word in enumerate(words):
        counted += len(normalise(word).split())
        if counted > normalised_words:
            return " ".join(words[:position])
    return raw
