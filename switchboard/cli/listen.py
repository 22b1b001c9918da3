"""`switchboard listen`: say a name into the microphone and see what would be done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.live import Live
from rich.text import Text

from switchboard.audio.endpointing import EndpointSettings, State
from switchboard.audio.microphone import Microphone, input_devices
from switchboard.audio.speech import level_dbfs
from switchboard.audio.utterances import NoInput, NotSpeech, Outcome, Turn
from switchboard.cli.calls_table import called, in_words, whereto
from switchboard.cli.engine_options import engine_option
from switchboard.cli.options import database_option, settings_option
from switchboard.routing import Routed
from switchboard.settings import Settings
from switchboard.wiring import endpoints, grammar_in_force, wired

_STATES = {
    State.WAITING: ("say a name", "dim"),
    State.SPEAKING: ("speaking", "bold green"),
    State.TRAILING: ("finished?", "yellow"),
}
_METER_WIDTH = 30
_QUIETEST_DBFS = -60.0
_CANDIDATES = 3


@click.command("listen")
@click.option("--device", metavar="NUMBER|NAME", help="Microphone (default: the system's).")
@click.option("--devices", is_flag=True, help="List the microphones and stop.")
@click.option("--once", is_flag=True, help="Stop after one decision.")
@engine_option
@database_option
@settings_option
def command(
    *,
    device: str | None,
    devices: bool,
    once: bool,
    engine: str | None,
    database: str | None,
    settings: Settings,
) -> None:
    """Listen to the microphone: say a name, see whom you would be connected to, and why."""
    if devices:
        for each in input_devices():
            click.echo(each)
        return
    chosen = int(device) if device and device.isdecimal() else device
    with Microphone(chosen) as microphone:  # before the engine: no wait for a bad device
        grammar = grammar_in_force(database, settings)
        with wired(settings, grammar, engine=engine, workers=1) as board, _meter() as meter:
            board.recognisers.start_second_opinions()
            meter.say(f"Listening with {board.engine}; Ctrl-C ends.")
            try:
                while True:
                    microphone.forget()
                    outcome = next_turn(microphone, endpoints(settings), meter)
                    if isinstance(outcome, NoInput):
                        continue
                    if isinstance(outcome, NotSpeech):
                        meter.say(f"No speech: {outcome.reason.value}.")
                        continue
                    routed = board.router.decide(outcome.utterance)
                    for line in told(routed):
                        meter.say(line)
                    if once:
                        return
            except KeyboardInterrupt:
                return


def next_turn(microphone: Microphone, settings: EndpointSettings, meter: Meter) -> Outcome:
    """Listen until a turn is over."""
    turn = Turn(microphone.rate, settings)
    for block in microphone.blocks():
        outcome = turn.feed(block)
        meter.show(block, turn.state)
        if outcome is not None:
            return outcome
    raise AssertionError("a microphone's blocks never end")


def told(routed: Routed) -> Iterator[str]:
    """The decision and why, in a few lines."""
    decision = routed.decision
    yield f"heard     “{routed.transcript}”"
    yield f"decision  {decision.action.value}: {in_words(decision.reason)}"
    if decision.options:
        yield f"to        {whereto(decision)}"
    if routed.match is not None:
        for candidate in routed.match.candidates[:_CANDIDATES]:
            yield f"          {candidate.probability:.2f}  {called(candidate.entry)}"
        yield f"          {routed.match.none:.2f}  nobody in the directory"
    timings = routed.timings
    yield f"took      {timings.total:.0f} ms after the end of speech was sure"


class Meter:
    """The level and the state, on one line of a terminal; elsewhere, changes of state as lines."""

    def __init__(self, console: Console, live: Live | None) -> None:
        self._console = console
        self._live = live
        self._state: State | None = None

    def show(self, block: NDArray[np.int16], state: State) -> None:
        """The block that was just heard."""
        if self._live is not None:
            self._live.update(bar(level_dbfs(block), state))
        elif state is not self._state:
            click.echo(f"[{_STATES[state][0]}]")
        self._state = state

    def say(self, line: str) -> None:
        """A line that stays."""
        if self._live is None:
            click.echo(line)
        else:
            self._console.print(Text(line))


def bar(dbfs: float, state: State) -> Text:
    """The level meter: empty at -60 dB below full scale."""
    share = min(1.0, max(0.0, 1 - dbfs / _QUIETEST_DBFS))
    full = round(share * _METER_WIDTH)
    text, style = _STATES[state]
    return Text.assemble(
        ("█" * full, "green"), ("·" * (_METER_WIDTH - full), "dim"), "  ", (text, style)
    )


@contextmanager
def _meter() -> Iterator[Meter]:
    console = Console(highlight=False)
    if not console.is_terminal:
        yield Meter(console, None)
        return
    with Live(console=console, transient=True, refresh_per_second=20) as live:
        yield Meter(console, live)
