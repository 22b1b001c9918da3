"""Everything that callers hear: recordings first, then what is cached, then what is spoken now.

a recording of the whole prompt, or of any piece of it     -> piece by piece
the sentence, spoken before                                -> that
all its pieces, spoken before (`speech.ahead`)             -> those, and the sentence later
else it is spoken now: by Piper, by espeak-ng              -> and kept
that fails or takes too long                               -> a shipped generic sound
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from grammar.model import Grammar
from switchboard.dialogue.actions import Line
from switchboard.speech.cache import SoundCache, digest
from switchboard.speech.generic import generic_sound
from switchboard.speech.levels import finished, to_wave
from switchboard.speech.naming import Names, names_of
from switchboard.speech.pieces import NotSayableError, Piece, Sentence, sentence
from switchboard.speech.port import Samples, Spoken, Synthesiser, SynthesisError, Text
from switchboard.speech.prompt_texts import STUCK, Prompt
from switchboard.speech.recordings import Recordings

_log = logging.getLogger(__name__)

_BETWEEN_LINES_S = 0.25
_BETWEEN_PIECES_S = 0.06
"""With what trimming leaves at the edges this is a comma's pause."""

_SHARE_OF_FIRST = 0.8
"""Of the time that a text has, how much the first synthesiser gets. espeak-ng needs 20 ms, but a
busy machine may keep it waiting. Raising it says more names well, and more generic sounds."""

_VERSIONS_KEPT = 4


class Voice:
    """A `Speaker`. `synthesisers` are in the order of preference; what others than the first speak
    is not kept."""

    def __init__(
        self,
        prompts: Mapping[str, Prompt],
        recordings: Recordings,
        cache: SoundCache,
        synthesisers: Sequence[Synthesiser],
        *,
        level_dbfs: float,
        longest_wait_s: float,
        later: Callable[[Text], None] = lambda _text: None,
    ) -> None:
        """`later` is told of sentences that are wanted whole another time."""
        self._prompts = prompts
        self._recordings = recordings
        self._cache = cache
        self._synthesisers = tuple(synthesisers)
        self._level_dbfs = level_dbfs
        self._longest_wait_s = longest_wait_s
        self._later = later
        self._names: OrderedDict[str, Names] = OrderedDict()
        self._lock = threading.Lock()

    def say(self, lines: Sequence[Line], rate: int, grammar: Grammar) -> Spoken:
        """As `speech.port.Speaker`."""
        deadline = time.monotonic() + self._longest_wait_s
        said = [self._line(line, rate, grammar, deadline) for line in lines]
        if not said:
            return Spoken(generic_sound(STUCK, rate), complete=False)
        sounds = [spoken.samples for spoken in said]
        complete = all(spoken.complete for spoken in said)
        return Spoken(_joined(sounds, rate, _BETWEEN_LINES_S), complete)

    def _line(self, line: Line, rate: int, grammar: Grammar, deadline: float) -> Spoken:
        try:
            return Spoken(self._sound(line, rate, grammar, deadline))
        except Exception as error:  # noqa: BLE001 no fault of a prompt may touch the call
            expected = isinstance(error, NotSayableError | SynthesisError)
            _log.warning(
                "a prompt can't be said; a generic sound stands in",
                extra={"prompt": line.prompt},
                exc_info=None if expected else error,
            )
        prompt = self._prompts.get(line.prompt)
        generic = STUCK if prompt is None else prompt.generic
        return Spoken(generic_sound(generic, rate), complete=generic != STUCK)

    def sound(self, line: Line, rate: int, grammar: Grammar) -> Samples:
        """One line. Raises NotSayableError or SynthesisError where `say` plays a generic sound."""
        return self._sound(line, rate, grammar, time.monotonic() + self._longest_wait_s)

    def piece(self, piece: Piece, rate: int) -> Samples:
        """A name alone, as it is put into lines. Raises SynthesisError."""
        deadline = time.monotonic() + self._longest_wait_s
        return self._sentence(Sentence(piece.text, (piece,)), rate, deadline)

    def text(self, text: Text, rate: int) -> Samples:
        """A text as it is spoken where nothing of it is recorded. Raises SynthesisError."""
        return self._text(text, rate, time.monotonic() + self._longest_wait_s)

    def _sound(self, line: Line, rate: int, grammar: Grammar, deadline: float) -> Samples:
        prompt = self._prompts.get(line.prompt)
        if prompt is None:
            raise NotSayableError("there is no prompt of that name")
        return self._sentence(sentence(line, prompt, self._named(grammar)), rate, deadline)

    def _sentence(self, asked: Sentence, rate: int, deadline: float) -> Samples:
        recorded = [self._recordings.find(p.words, p.entry, rate) for p in asked.pieces]
        if any(sound is not None for sound in recorded):
            return _joined(
                [
                    self._text(piece.text, rate, deadline) if sound is None else sound
                    for piece, sound in zip(asked.pieces, recorded, strict=True)
                ],
                rate,
                _BETWEEN_PIECES_S,
            )
        whole = self._kept(asked.whole, rate)
        if whole is not None:
            return whole
        kept = [self._kept(piece.text, rate) for piece in asked.pieces]
        sounds = [sound for sound in kept if sound is not None]
        if len(sounds) == len(kept):
            self._later(asked.whole)
            return _joined(sounds, rate, _BETWEEN_PIECES_S)
        return self._spoken(asked.whole, rate, deadline)

    def _text(self, text: Text, rate: int, deadline: float) -> Samples:
        kept = self._kept(text, rate)
        return self._spoken(text, rate, deadline) if kept is None else kept

    def _kept(self, text: Text, rate: int) -> Samples | None:
        return self._cache.get(self.digest(text, rate))

    def digest(self, text: Text, rate: int) -> str:
        """What the cache knows the text by."""
        return digest(self._synthesisers[0].identity, self._level_dbfs, text, rate)

    def _spoken(self, text: Text, rate: int, deadline: float) -> Samples:
        """Spoken by the first synthesiser that can. Raises SynthesisError when none can."""
        for place, synthesiser in enumerate(self._synthesisers):
            left = deadline - time.monotonic()
            last = place == len(self._synthesisers) - 1
            try:
                sound = synthesiser.speak(text, max(0.01, left if last else left * _SHARE_OF_FIRST))
            except SynthesisError:
                if place == 0:
                    self._later(text)
                if last:
                    raise
                continue
            made = finished(to_wave(sound.samples), sound.rate, rate, self._level_dbfs)
            if not made.any():
                raise SynthesisError("the synthesiser made no sound")
            if place == 0:
                self._cache.put(self.digest(text, rate), made, rate)
            return made
        raise SynthesisError("there is no synthesiser")

    def _named(self, grammar: Grammar) -> Names:
        with self._lock:
            names = self._names.get(grammar.version)
            if names is None:
                names = self._names[grammar.version] = names_of(grammar)
            self._names.move_to_end(grammar.version)
            if len(self._names) > _VERSIONS_KEPT:
                self._names.popitem(last=False)
            return names


def _joined(sounds: Sequence[Samples], rate: int, pause_s: float) -> Samples:
    pause = np.zeros(round(rate * pause_s), np.int16)
    parts = [part for sound in sounds for part in (sound, pause)][:-1]
    return np.concatenate(parts)
