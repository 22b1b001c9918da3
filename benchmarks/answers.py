"""What real people answer to questions: yes and no, short commands, names spelled out.

From the same folder of recordings as `human_calls.py`, which is not part of the project; nothing
printed or kept names a speaker or says what was said. Clear recordings go through a simulated line,
and each is cut into turns as a live call is.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import soundfile as sf
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from benchmarks.commands import NearestCommand
from benchmarks.human_calls import ENTRIES, TELEPHONE_RATE, made_up, people_called, recordings
from benchmarks.plain_ear import PlainEar
from benchmarks.result import Section
from directory.model import Directory
from grammar.building import build
from grammar.model import Command, Grammar
from grammar.text import normalise
from switchboard.audio.endpointing import EndpointSettings
from switchboard.audio.telephone_channel import CLEAN, GSM, telephone
from switchboard.audio.utterances import Speech, Turn
from switchboard.dialogue.answers import command, yes_no
from switchboard.dialogue.asking import YES_OR_NO
from switchboard.dialogue.events import Heard
from switchboard.dialogue.letters import joined
from switchboard.dialogue.spelling_out import READINGS, readings_of
from switchboard.dialogue.world import World, world_of
from switchboard.measures.plain_peer import CUT_OFF
from switchboard.measures.share import Share
from switchboard.policy import policy_of
from switchboard.routing import Router
from switchboard.settings import default_settings
from switchboard.wiring import UNHURRIED, endpoints, wired

YES_NO = "yes or no"
COMMANDS = "help, repeat, stop"
SPELLING = "a name spelled out"
_WORDS: Mapping[str, str] = {
    "yes": "yes",
    "no": "no",
    "help": Command.HELP.value,
    "repeat": Command.REPEAT.value,
    "stop": Command.CANCEL.value,
}
"""What a single word is to be taken for."""

_CHANNELS = (CLEAN, GSM)
_SILENCE_S = 2.0
"""After a recording, for the last turn to end."""

Samples = NDArray[np.int16]


def section(folder: Path, engine: str) -> Section:
    """How many answers were understood, beside what a transcript alone gives."""
    rows = _rows(folder)
    grammar = _grammar(rows)
    settings = default_settings()
    world = world_of(grammar, policy_of(settings), settings.decision.costs())
    endpointing = endpoints(settings)
    peer = _Peer(grammar)
    ours: dict[str, list[bool]] = {kind: [] for kind in (YES_NO, COMMANDS, SPELLING)}
    theirs: dict[str, list[bool]] = {kind: [] for kind in ours}
    with (
        wired(settings, grammar, engine=engine, workers=1, limits=UNHURRIED) as board,
        click.progressbar(list(enumerate(rows)), label="answers of real people") as progress,
    ):
        for number, row in progress:
            kind, wanted = _asked(row)
            sound = _over_a_line(folder, row, number)
            expected = YES_OR_NO if kind == YES_NO else ()
            turns = _turns(sound, board.router, endpointing, expected)
            ours[kind].append(_taken(kind, turns, world) == wanted)
            theirs[kind].append(peer.taken(kind, sound) == wanted)
    shares = [
        (kind, str(Share(sum(found), len(found))), str(Share(sum(theirs[kind]), len(found))))
        for kind, found in ours.items()
    ]
    about = (
        f"{len(rows)} recordings of real people over a simulated line, every other one by GSM. Of "
        f"a spelling the name has to come first of {ENTRIES:,} entries; 95% intervals."
    )
    data = {kind: [sum(found), sum(theirs[kind]), len(found)] for kind, found in ours.items()}
    return Section(
        "Answers of real people",
        about,
        ("answer", "switchboard", "plain peer"),
        tuple(shares),
        data,
    )


# The recordings


def _rows(folder: Path) -> list[dict[str, Any]]:
    words = {"yesno", "command"}
    return [
        row
        for row in recordings(folder)
        if row["kind"] == "spelling" or (row["kind"] in words and row["text"] in _WORDS)
    ]


def _asked(row: Mapping[str, Any]) -> tuple[str, str]:
    """The kind of answer, and what it is to be taken for."""
    if row["kind"] == "spelling":
        return SPELLING, _spelled(row)
    return YES_NO if row["kind"] == "yesno" else COMMANDS, _WORDS[row["text"]]


def _spelled(row: Mapping[str, Any]) -> str:
    return str(row["text"]).replace(" ", "").casefold()


def _over_a_line(folder: Path, row: Mapping[str, Any], number: int) -> Samples:
    """As it comes to a switchboard: 8 kHz, with silence behind it."""
    samples, rate = sf.read(folder / row["file"], dtype="float32")
    rng = np.random.default_rng(number)
    if row["original_rate"] == TELEPHONE_RATE:
        line = samples[:: rate // TELEPHONE_RATE]
    else:
        line = telephone(samples, rate, _CHANNELS[number % len(_CHANNELS)], rng)
    hiss = rng.normal(0, 8, int(_SILENCE_S * TELEPHONE_RATE))
    return np.concatenate([32767 * np.clip(line, -1, 1), hiss]).astype(np.int16)


def _grammar(rows: Sequence[Mapping[str, Any]]) -> Grammar:
    """Everybody who is spelled, and made-up people; a lone surname has a made-up forename."""
    spelled = {_spelled(row): row.get("name") for row in rows if row["kind"] == "spelling"}
    names = made_up(ENTRIES, [], random.Random(1))
    for at, (letters, name) in enumerate(spelled.items()):
        names[at] = name or f"{names[at].rpartition(' ')[0]} {letters.title()}"
    return build(Directory(people_called(names), ()))


# What is made of them


def _turns(
    sound: Samples, router: Router, endpointing: EndpointSettings, expected: tuple[str, ...]
) -> list[Heard]:
    """What is heard in one answer: a turn, or several where the caller pauses."""
    turn, heard = Turn(TELEPHONE_RATE, endpointing), []
    for block in np.array_split(sound, len(sound) // 160):
        outcome = turn.feed(block)
        if outcome is None:
            continue
        turn = Turn(TELEPHONE_RATE, endpointing)
        if isinstance(outcome, Speech):
            routed = router.decide(replace(outcome.utterance, expected=expected))
            hypotheses = routed.recognition.hypotheses if routed.recognition else ()
            heard.append(Heard(0, routed.decision, routed.match, hypotheses))
    return heard


def _taken(kind: str, turns: Sequence[Heard], world: World) -> str:
    """What the dialogue takes an answer for, "" for nothing."""
    if kind == SPELLING:
        read = tuple(readings for readings in map(readings_of, turns) if readings)
        found = world.spelling.candidates(joined(read, READINGS), {}, frozenset()) if read else ()
        return found[0][1] if found else ""
    if not turns:
        return ""
    if kind == COMMANDS:
        given = command(turns[0], world)
        return given.value if given else ""
    return {True: "yes", False: "no", None: ""}[yes_no(turns[0], world)]


class _Peer:
    """A transcript, and the word or name that is spelt most like it, if enough."""

    def __init__(self, grammar: Grammar) -> None:
        self._ear = PlainEar()
        self._commands = NearestCommand(grammar)
        names = (normalise(entry.name) for entry in grammar.entries)
        self._names = sorted(
            {text.replace(" ", "") for name in names for text in (name, name.rpartition(" ")[2])}
        )

    def taken(self, kind: str, sound: Samples) -> str:
        transcript, _ = self._ear.transcribe(sound, TELEPHONE_RATE)
        if kind == SPELLING:
            letters = normalise(transcript).replace(" ", "")
            found = process.extractOne(
                letters, self._names, scorer=fuzz.ratio, score_cutoff=CUT_OFF
            )
            return found[0] if found else ""
        return self._commands.taken(transcript)
