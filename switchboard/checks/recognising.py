"""Whether callers are understood: a published grammar, and an engine that hears a recording."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files

from grammar.decision import Action
from grammar.model import Grammar
from switchboard.audio.files import Audio, read_audio
from switchboard.checks.finding import Finding, fail, ok, warn
from switchboard.errors import EngineError
from switchboard.recognition.recognisers import Recognisers
from switchboard.settings import Settings
from switchboard.wiring import UNHURRIED, grammar_in_force, wired


def recognition(settings: Settings, database: str | None) -> Iterator[Finding]:
    grammar = grammar_in_force(database, settings)
    yield from _reachable(grammar)
    sound = _asking_for_the_operator()
    with wired(settings, grammar, workers=1, limits=UNHURRIED) as board:
        yield from _second_opinions(board.recognisers)
        routed = board.router.route(sound.samples, sound.rate)
        took = f"{routed.timings.total / 1000:.1f} s"
        if routed.decision.action is Action.OPERATOR and routed.recognition is not None:
            yield ok("engine", f"{board.engine} understood a test recording in {took}")
        elif routed.recognition is None:
            yield fail(
                "engine",
                f"{board.engine} failed on a test recording; the log says why. Check [recognition] "
                "and the machine's memory.",
            )
        else:
            yield warn(
                "engine",
                f"{board.engine} works, but did not understand a test recording (“the operator, "
                "please”); measure it: switchboard route --manifest.",
            )


def _second_opinions(engines: Recognisers) -> Iterator[Finding]:
    try:
        larger = engines.start_second_opinions()
    except EngineError as error:
        yield warn("second opinions", f"There are none, so more callers are asked: {error}")
    else:
        if larger:
            yield ok("second opinions", f"{larger} hears again what is in doubt")


def _reachable(grammar: Grammar) -> Iterator[Finding]:
    present = [entry for entry in grammar.entries if not entry.has_left]
    reached = sum(1 for entry in present if entry.number)
    told = f"version {grammar.version[:12]}, {reached} of {len(present)} entries have a number"
    if reached:
        yield ok("grammar", told)
    else:
        yield fail("grammar", f"{told}; import a directory with numbers, and publish again.")


def _asking_for_the_operator() -> Audio:
    """ "The operator, please", 8 kHz, spoken by the packaged voice: understood in every grammar."""
    with as_file(files("switchboard.checks") / "operator.flac") as path:
        return read_audio(path)
