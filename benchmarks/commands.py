"""What callers say that names nobody: for a person, for help, in distress; by the testing voices.

The words are natural ones rather than the grammar's list. An utterance counts as the dialogue takes
it in its first question.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from benchmarks.calls import Call
from benchmarks.corpus import call_file
from benchmarks.plain_ear import PlainEar
from benchmarks.result import Section
from benchmarks.voices import TEST, voices_of
from grammar.model import Command, Grammar
from switchboard.audio.files import read_audio
from switchboard.audio.telephone_channel import BABBLE, CLEAN, GSM
from switchboard.dialogue.answers import command, is_emergency
from switchboard.dialogue.events import Heard
from switchboard.dialogue.world import World, world_of
from switchboard.measures.plain_peer import nearest_text
from switchboard.measures.share import Share
from switchboard.policy import policy_of
from switchboard.routing import Routed
from switchboard.settings import default_settings
from switchboard.wiring import UNHURRIED, wired

SAID: Mapping[Command, tuple[str, ...]] = {
    Command.OPERATOR: (
        "can I speak to somebody please",
        "could I talk to a real person please",
        "I'd rather talk to a human being",
        "I want to speak to a member of staff",
        "get me a person",
        "can you put me through to reception please",
        "could you put me through to the switchboard",
        "is there anybody there",
        "I'm not sure who I need to speak to",
        "I don't know the name",
        "sorry, I don't know who to ask for",
        "um, just an operator please",
        "I don't want to talk to a machine",
        "can I have the operator",
        "I need somebody who can help me",
        "an adviser please",
    ),
    Command.HELP: (
        "help",
        "I need some help please",
        "what can I say",
        "what do I have to do",
        "I don't understand",
        "how does this work",
    ),
    Command.REPEAT: (
        "could you say that again please",
        "sorry, what was that",
        "pardon",
        "I didn't catch that",
        "can you repeat that please",
    ),
    Command.CANCEL: (
        "no, that's the wrong person",
        "never mind",
        "sorry, I made a mistake",
        "can we start again",
        "cancel that please",
    ),
    Command.GOODBYE: (
        "goodbye",
        "thanks, bye",
        "that's all, thank you",
        "I'll ring back later",
    ),
    Command.EMERGENCY: (
        "this is an emergency",
        "I can smell gas",
        "there's been an accident",
        "please, there's a fire",
        "I need an ambulance",
        "I can't breathe",
        "I want to kill myself",
        "I don't want to live any more",
        "he's got a knife",
        "call the police",
        "she's not breathing",
        "I think I'm having a heart attack",
    ),
}
VOICES_EACH = 3
CHANNELS = (CLEAN, GSM, BABBLE)
SEED = 1


def plan() -> list[Call]:
    """Every sentence by three voices, over the three channels."""
    rng = random.Random(SEED)
    voices = voices_of(TEST)
    weights = [voice.weight for voice in voices]
    calls = []
    for wanted, texts in SAID.items():
        for text in texts:
            chosen: list[str] = []
            for channel in CHANNELS:
                voice = rng.choices(voices, weights)[0]
                while voice.name in chosen:
                    voice = rng.choices(voices, weights)[0]
                chosen.append(voice.name)
                pace = round(rng.uniform(0.9, 1.15), 2)
                calls.append(Call(wanted.value, text, wanted.value, channel, voice, pace))
    return calls


def section(folder: Path, grammar: Grammar, engine: str) -> Section:
    """How many were taken for what they were, beside the nearest phrase to an open transcript."""
    settings = default_settings()
    world = world_of(grammar, policy_of(settings), settings.decision.costs())
    ear, peer = PlainEar(), NearestCommand(grammar)
    ours: dict[str, list[bool]] = {kind.value: [] for kind in SAID}
    theirs: dict[str, list[bool]] = {kind.value: [] for kind in SAID}
    people = {Command.OPERATOR.value, Command.HELP.value, Command.EMERGENCY.value}
    to_a_person: list[bool] = []
    with (
        wired(settings, grammar, engine=engine, workers=1, limits=UNHURRIED) as board,
        click.progressbar(list(_files(folder)), label=f"commands with {board.engine}") as calls,
    ):
        for call, file in calls:
            audio = read_audio(file)
            taken = _taken(board.router.route(audio.samples, audio.rate), world)
            ours[call.kind].append(taken == call.kind)
            transcript, _ = ear.transcribe(audio.samples, audio.rate)
            theirs[call.kind].append(peer.taken(transcript) == call.kind)
            if call.kind in people:
                to_a_person.append(taken in people)
    rows = [
        (kind, str(Share(sum(found), len(found))), str(Share(sum(theirs[kind]), len(found))))
        for kind, found in ours.items()
    ]
    rows.append(
        ("wants a person, and gets one", str(Share(sum(to_a_person), len(to_a_person))), "-")
    )
    about = (
        f"{sum(map(len, SAID.values()))} sentences that name nobody, each by {VOICES_EACH} of the "
        "testing half's voices: clean, by GSM, and in babble; 95% intervals. Both need the right "
        "command; help leads to a person as well."
    )
    data = {kind: [sum(found), len(found)] for kind, found in ours.items()}
    headings = ("command", "switchboard", "plain peer")
    return Section("Commands and distress", about, headings, tuple(rows), data)


def _files(folder: Path) -> Iterator[tuple[Call, Path]]:
    """The calls with their audio, made where it isn't there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, call in enumerate(plan()):
        yield call, call_file(folder, number, call, TEST, SEED)


def _taken(routed: Routed, world: World) -> str:
    """The command that the dialogue takes it for, "" for none."""
    hypotheses = routed.recognition.hypotheses if routed.recognition else ()
    heard = Heard(0, routed.decision, routed.match, hypotheses)
    if is_emergency(heard, world):
        return Command.EMERGENCY.value
    found = command(heard, world)
    return found.value if found else ""


class NearestCommand:
    """The plain peer: the command whose phrase is spelt most like a transcript, if enough."""

    def __init__(self, grammar: Grammar) -> None:
        self._commands = [phrase.command.value for phrase in grammar.commands]
        self._texts = [phrase.text for phrase in grammar.commands]

    def taken(self, transcript: str) -> str:
        found = nearest_text(transcript, self._texts)
        return self._commands[found[2]] if found else ""
