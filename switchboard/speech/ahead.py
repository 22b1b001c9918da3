"""Speaking ahead of calls: at the start and at each publication, whatever a call may need.

First the prompts, then the pieces of those with placeholders, then every name, most called first,
then departments, jobs and the like, which tell namesakes apart.
Both rates come of one speaking. What is in the cache already is passed over, so that a run that was
interrupted goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from grammar.model import EntryKind, Grammar
from switchboard.audio.files import TELEPHONE_RATE, WIDE_RATE
from switchboard.speech.cache import SoundCache, digest
from switchboard.speech.levels import finished, to_wave
from switchboard.speech.naming import Names, names_of
from switchboard.speech.pieces import Piece, named, worded
from switchboard.speech.port import Synthesiser, SynthesisError, Text
from switchboard.speech.prompt_texts import Fragment, Prompt
from switchboard.speech.recordings import Recordings
from switchboard.speech.told_apart import told_apart

RATES = (TELEPHONE_RATE, WIDE_RATE)

_LONGEST_TEXT_S = 60.0
_MOST_FAILURES = 3
"""In a row; then the synthesiser is broken, and calls speak as they can."""


class Startable(Synthesiser, Protocol):
    """A synthesiser that can be waited for."""

    def start(self) -> None:
        """Raises SynthesisError."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What speaking ahead works with."""

    prompts: Mapping[str, Prompt]
    recordings: Recordings
    cache: SoundCache
    synthesiser: Startable
    level_dbfs: float

    def texts(self, grammar: Grammar) -> list[Text]:
        """Whatever calls need to say of this grammar and nobody has recorded, each once."""
        found: dict[str, Text] = {}
        for piece in pieces(self.prompts, grammar):
            if piece.text.words and not self.recordings.has(piece.words, piece.entry):
                found.setdefault(piece.text.words, piece.text)
        return list(found.values())

    def digests(self, text: Text) -> dict[int, str]:
        """What the cache knows the text by, for each rate."""
        identity = self.synthesiser.identity
        return {rate: digest(identity, self.level_dbfs, text, rate) for rate in RATES}

    def speak(
        self,
        texts: Iterable[Text],
        *,
        before: Callable[[], None] = lambda: None,
        on_done: Callable[[], None] = lambda: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Into the cache; `before` comes before whatever has to be spoken, `on_done` after each
        text.

        Raises SynthesisError when the synthesiser is broken, OSError when the cache takes nothing.
        """
        failures = 0
        for text in texts:
            if stopped():
                return
            try:
                self._speak_one(text, before)
                failures = 0
            except SynthesisError:
                failures += 1
                if failures == _MOST_FAILURES or stopped():
                    raise
            on_done()

    def _speak_one(self, text: Text, before: Callable[[], None]) -> None:
        names = self.digests(text)
        if all(self.cache.has(name) for name in names.values()):
            return
        before()
        self.synthesiser.start()
        sound = self.synthesiser.speak(text, _LONGEST_TEXT_S)
        wave = to_wave(sound.samples)
        for rate, name in names.items():
            made = finished(wave, sound.rate, rate, self.level_dbfs)
            if not self.cache.put(name, made, rate, at_hand=False):
                raise OSError("the cache takes nothing")


def pieces(prompts: Mapping[str, Prompt], grammar: Grammar) -> Iterator[Piece]:
    """Prompts, their fragments, the keys, the names, departments before people and most called
    first, and what tells people apart; some more than once."""
    for prompt in sorted(prompts.values(), key=lambda prompt: not prompt.plain):
        for words in (part.words for part in prompt.parts if isinstance(part, Fragment)):
            text = prompt.text if prompt.plain else words
            yield Piece(text, Text(text))
    names = names_of(grammar)
    for key in "123456789":
        yield worded(names, key)
    yield from _entries(names, grammar)
    for words, _ in told_apart(grammar):
        yield worded(names, words)


def _entries(names: Names, grammar: Grammar) -> Iterator[Piece]:
    called = dict(grammar.call_counts)
    entries = sorted(
        grammar.entries,
        key=lambda entry: (
            entry.kind is EntryKind.PERSON,
            -called.get(entry.key, 0),
            entry.name,
        ),
    )
    for entry in entries:
        yield named(names, entry.key)
