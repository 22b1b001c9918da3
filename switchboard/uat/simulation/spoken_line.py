"""A line of sound: synthetic voices, a telephone channel with noise, and the engine itself.

Who teaches and who tests are different voices.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grammar.gaps.utterances import Utterance
from grammar.model import Grammar
from switchboard.audio.files import to_pcm16
from switchboard.audio.telephone_channel import BABBLE, CHANNELS, LINE_RATE, telephone
from switchboard.routing import Router
from switchboard.settings import Settings
from switchboard.speech.port import SynthesisError, Text
from switchboard.uat.simulation.crowd import babble, talkers
from switchboard.uat.simulation.voices import VOICES, SimulatedVoice, Speaks, speaking
from switchboard.wiring import UNHURRIED, Wired, wired

TEACHING: tuple[SimulatedVoice, ...] = VOICES[0::2]
TESTING: tuple[SimulatedVoice, ...] = VOICES[1::2]
_ROOM_S = 2.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one caller says, and over what. The same one always sounds the same."""

    text: str
    voice: str
    channel: str
    seed: int


class _Ears:
    """The engine's processes, of the settings' engine: started anew for another grammar only."""

    def __init__(self, settings: Settings, grammar: Grammar) -> None:
        self._settings = settings
        self._started = ExitStack()
        self._wired = self._start(grammar, None)
        self.engine = self._wired.engine

    def router(self, grammar: Grammar) -> Router:
        if grammar.version != self._wired.router.grammar.version:
            self.close()
            self._wired = self._start(grammar, self.engine)
        return self._wired.router

    def _start(self, grammar: Grammar, engine: str | None) -> Wired:
        return self._started.enter_context(
            wired(self._settings, grammar, engine=engine, limits=UNHURRIED)
        )

    def close(self) -> None:
        self._started.close()


class SpokenLine:
    """Made by `spoken_line`."""

    def __init__(
        self,
        ears: _Ears,
        settings: Settings,
        speaks: Mapping[str, Speaks],
        on_heard: Callable[[int], None],
    ) -> None:
        self.engine = ears.engine
        self._ears = ears
        self._settings = settings
        self._speaks = speaks
        self._crowd = talkers(speaks)
        self._on_heard = on_heard
        self._heard: dict[tuple[str, Spoken], Utterance] = {}

    def say(self, text: str, chance: random.Random, *, teaching: bool) -> Spoken:
        voice = chance.choice(TEACHING if teaching else TESTING)
        return Spoken(text, voice.name, chance.choice(CHANNELS), chance.randrange(1 << 32))

    def hear(self, sounds: Sequence[Spoken], grammar: Grammar) -> list[Utterance]:
        """What was heard under that very grammar already isn't heard again."""
        new = [each for each in dict.fromkeys(sounds) if (grammar.version, each) not in self._heard]
        workers = self._settings.recognition.workers
        if new:
            router = self._ears.router(grammar)
            with ThreadPoolExecutor(workers, thread_name_prefix="spoken") as pool:
                found = pool.map(lambda each: self._utterance(router, each), new)
                for each, utterance in zip(new, found, strict=True):
                    self._heard[grammar.version, each] = utterance
                    self._on_heard(1)
        return [self._heard[grammar.version, each] for each in sounds]

    def _utterance(self, router: Router, spoken: Spoken) -> Utterance:
        """Nothing is heard of what the voice can't say."""
        try:
            samples = self._on_the_line(spoken)
        except SynthesisError:
            return Utterance((), engine=self.engine)
        recognition = router.route(samples, LINE_RATE).recognition
        if recognition is None:
            return Utterance((), engine=self.engine)
        return Utterance(
            recognition.hypotheses,
            recognition.evidence,
            recognition.speech_probability,
            recognition.engine,
        )

    def _on_the_line(self, spoken: Spoken) -> NDArray[np.int16]:
        wave, rate = self._speaks[spoken.voice].speak(Text(spoken.text))
        chance = np.random.default_rng(spoken.seed)
        crowd = None
        if spoken.channel == BABBLE:
            samples = round((len(wave) / rate + _ROOM_S) * LINE_RATE)
            crowd = babble(self._crowd, samples, chance)
        return to_pcm16(telephone(wave, rate, spoken.channel, chance, crowd))


@contextmanager
def spoken_line(
    settings: Settings, grammar: Grammar, *, on_heard: Callable[[int], None] = lambda _: None
) -> Iterator[SpokenLine]:
    """The line, with its voices and its engine, that of the settings, started and ended. `on_heard`
    is told how many utterances were just heard. Raises UserError for what can't be used."""
    with closing(_Ears(settings, grammar)) as ears, speaking(VOICES) as speaks:
        yield SpokenLine(ears, settings, speaks, on_heard)
