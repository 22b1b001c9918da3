"""One utterance from audio to decision: speech activity, recognition, matching, decision."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grammar.calibration import Calibration
from grammar.commands import SpokenCommands
from grammar.decision import Action, Costs, Decision, Reason, anybody_listed, decide
from grammar.matching import Match, Matcher
from grammar.model import Command, Entry, Grammar
from grammar.text import normalise
from switchboard.audio.endpointing import EndpointSettings
from switchboard.audio.utterances import NoInput, NotSpeech, Speech, find_utterance
from switchboard.errors import EngineError
from switchboard.recognition.outcome import RecognitionFailed
from switchboard.recognition.port import Recognition, Utterance

log = logging.getLogger(__name__)

Recognise = Callable[[Utterance, str], Recognition | RecognitionFailed]
"""Recognise an utterance against the grammar of that version: `Recognisers.recognise`."""

SecondOpinion = Callable[[Utterance, str, Recognition], Recognition | None]
"""What a second engine makes of it besides: `Recognisers.second_opinion`."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Wall-clock milliseconds; `recognition` includes waiting for a worker."""

    recognition: float
    matching: float
    total: float


@dataclass(frozen=True, slots=True)
class Routed:
    """A decision with all that it rests on. `match` and `recognition` are None when the audio
    held no speech or the engines failed."""

    decision: Decision
    match: Match | None
    recognition: Recognition | None
    timings: Timings

    @property
    def transcript(self) -> str:
        """The likeliest free hypothesis, "" when nothing was heard."""
        if self.recognition is None or not self.recognition.hypotheses:
            return ""
        free = [each for each in self.recognition.hypotheses if each.source == "free"]
        return (free or list(self.recognition.hypotheses))[0].text

    @property
    def probability(self) -> float:
        """That the decision's first option is meant; else that nobody in the grammar is."""
        if self.decision.options:
            return self.decision.options[0].probability
        return self.match.none if self.match else 1.0


class Router:
    """Decides for utterances against one grammar. Safe to share among threads."""

    def __init__(
        self,
        grammar: Grammar,
        recognise: Recognise,
        calibrations: dict[str, Calibration],
        costs: Costs,
        *,
        endpoints: EndpointSettings | None = None,
        second_opinion: SecondOpinion | None = None,
    ) -> None:
        self._recognise = recognise
        self._second_opinion = second_opinion
        self._calibrations = calibrations
        self._costs = costs
        self._endpoints = endpoints or EndpointSettings()
        self._matcher = Matcher(grammar)
        self._commands = SpokenCommands(grammar.commands)
        self._entries = {entry.key: entry for entry in grammar.entries}
        self.grammar = grammar

    def route(
        self,
        samples: NDArray[np.int16],
        rate: int,
        may_reach: Callable[[Entry], bool] = anybody_listed,
    ) -> Routed:
        """Decide what to do with one caller turn: mono PCM, 8000 or 16000 Hz."""
        started = time.perf_counter()
        found = find_utterance(samples, rate, self._endpoints)
        match found:
            case NoInput():
                return _unheard(Action.REPROMPT, Reason.NO_INPUT, started)
            case NotSpeech():
                return _unheard(Action.REPROMPT, Reason.NOT_SPEECH, started)
            case Speech(utterance=utterance):
                return self.decide(utterance, may_reach, started)

    def decide(
        self,
        utterance: Utterance,
        may_reach: Callable[[Entry], bool] = anybody_listed,
        started: float | None = None,
    ) -> Routed:
        """Decide for an utterance that is known to hold speech."""
        begun = time.perf_counter()
        started = begun if started is None else started
        heard = self._recognise(utterance, self.grammar.version)
        recognising = time.perf_counter() - begun
        if isinstance(heard, RecognitionFailed):
            log.warning("recognition failed", extra={"reason": heard.reason.value})
            return _unheard(Action.OPERATOR, Reason.ENGINE_FAILED, started)
        match, decision = self._judged(heard, may_reach)
        # An answer to a question ("yes") names nobody, and isn't in doubt for that.
        if self._second_opinion and decision.in_doubt and not utterance.expected:
            asked = time.perf_counter()
            both = self._second_opinion(utterance, self.grammar.version, heard)
            recognising += time.perf_counter() - asked
            if both is not None:
                heard = both
                match, decision = self._judged(heard, may_reach)
        ended = time.perf_counter()
        timings = Timings(
            1000 * recognising, 1000 * (ended - begun - recognising), 1000 * (ended - started)
        )
        return Routed(decision, match, heard, timings)

    def _judged(
        self, heard: Recognition, may_reach: Callable[[Entry], bool]
    ) -> tuple[Match, Decision]:
        match = self._matcher.match(
            heard.hypotheses, heard.evidence, heard.speech_probability, self._calibration(heard)
        )
        decision = decide(match, self._costs, self.fallback, may_reach)
        if decision.reason is Reason.NO_MATCH and self._asks_for_operator(heard):
            decision = Decision(Action.OPERATOR, Reason.ASKED_FOR_OPERATOR)
        return match, decision

    def _asks_for_operator(self, heard: Recognition) -> bool:
        """In so many words: a caller who fits nothing in the directory may have said more than a
        grammar lists."""
        best = normalise(heard.hypotheses[0].text) if heard.hypotheses else ""
        return self._commands.of(best) is Command.OPERATOR

    def fallback(self, entry: Entry) -> Entry | None:
        """The department to offer instead of an entry that can't be reached."""
        return self._entries.get(entry.fallback) if entry.fallback else None

    def _calibration(self, heard: Recognition) -> Calibration:
        try:
            return self._calibrations[heard.engine]
        except KeyError as error:
            raise EngineError(
                f"There is no calibration for the engine {heard.engine}; make one with "
                "`switchboard calibrate`."
            ) from error


def _unheard(action: Action, reason: Reason, started: float) -> Routed:
    total = 1000 * (time.perf_counter() - started)
    return Routed(Decision(action, reason), None, None, Timings(0.0, 0.0, total))
