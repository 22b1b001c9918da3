"""Whole calls as scripts that read like one: what happens, and indented what the switchboard does.

    rings
      answer
      ask name: greeting_external
    "tom okafor"
      ask yes_no: connecting_detail(entry=Thomas Okafor, detail=Planning)
    silence
      transfer 5001

`play` drives the call by the lines that aren't indented and compares what it did, line by line. A
quoted text is heard as if it had been recognised exactly: who has it as a form, or the command.
"connects tom" is an operator at the console.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from grammar.decision import Action as Decided
from grammar.decision import Decision, Reason, decide
from grammar.hearing import Hypothesis
from grammar.matching import Candidate, Match
from grammar.model import Command
from grammar.text import normalise
from switchboard.dialogue.actions import (
    Action,
    Answer,
    Ask,
    HangUp,
    Line,
    Listen,
    Mark,
    Redirect,
    Say,
    Transfer,
)
from switchboard.dialogue.caller import Caller, CallerClass
from switchboard.dialogue.events import (
    Arrived,
    Closing,
    Event,
    Fault,
    FaultKind,
    Heard,
    HungUp,
    Key,
    KeysPaused,
    Load,
    NoInput,
    NotSpeech,
    OperatorConnects,
    Said,
    TransferEnded,
    TransferOutcome,
)
from switchboard.dialogue.machine import advance
from switchboard.dialogue.state import State
from switchboard.dialogue.world import World
from tests.dialogue.council import NOON, grammar, world

EXTERNAL = Caller(CallerClass.EXTERNAL, "+442079460000")
INTERNAL = Caller(CallerClass.INTERNAL, "5099")


@dataclass
class Call:
    """One call under way. `actions` are all so far, `last` those of the last event."""

    world: World = field(default_factory=world)
    caller: Caller = EXTERNAL
    state: State = field(default_factory=State)
    actions: list[Action] = field(default_factory=list)
    last: tuple[Action, ...] = ()

    def happens(self, event: Event) -> tuple[Action, ...]:
        self.state, self.last = advance(self.state, event, self.world)
        self.actions += self.last
        return self.last

    def rings(self, at: datetime = NOON, load: Load = Load.NORMAL) -> tuple[Action, ...]:
        return self.happens(Arrived(self.caller, at, load))

    def says(self, *texts: str) -> tuple[Action, ...]:
        """The hypotheses of an utterance, likeliest first; the first one is matched exactly."""
        return self.happens(self.heard(*texts))

    def heard(self, *texts: str) -> Heard:
        return self.hears(exact_match(self.world, texts[0]), *texts)

    def hears(self, match: Match, *texts: str) -> Heard:
        """The event of an utterance of which the matcher made this."""
        kind = self.caller.kind
        decision = decide(
            match,
            self.world.costs,
            self.world.fallback,
            lambda entry: self.world.policy.may_reach(kind, entry),
        )
        hypotheses = tuple(Hypothesis(text, -float(rank)) for rank, text in enumerate(texts))
        return Heard(self.state.turn, decision, match, hypotheses)

    def may_mean(self, said: str = "", /, **probabilities: float) -> tuple[Action, ...]:
        """An utterance that sounds like these entries; "_" in a key stands for "-"."""
        return self.happens(self.hears(match_of(self.world, probabilities), said or "mumble"))

    def presses(self, keys: str) -> tuple[Action, ...]:
        for digit in keys:
            self.happens(Key(digit))
        return self.last

    def pauses(self) -> tuple[Action, ...]:
        return self.happens(KeysPaused(self.state.turn))

    def is_silent(self) -> tuple[Action, ...]:
        return self.happens(NoInput(self.state.turn))

    def ends(self, outcome: TransferOutcome) -> tuple[Action, ...]:
        return self.happens(TransferEnded(self.state.turn, outcome))

    def does(self, step: str) -> tuple[Action, ...]:
        """One line of a script."""
        turn, outcome = self.state.turn, step.replace(" ", "_")
        if step.startswith('"'):
            return self.says(*step.strip('"').split('" / "'))
        if outcome in set(TransferOutcome):
            return self.ends(TransferOutcome(outcome))
        word, _, rest = step.partition(" ")
        if word == "rings":
            return self.rings()
        if word == "keys":
            return self.presses(rest)
        if word == "fault":
            return self.happens(Fault(FaultKind(rest)))
        events: dict[str, Event] = {
            "silence": NoInput(turn),
            "noise": NotSpeech(turn),
            "said": Said(turn),
            "pause": KeysPaused(turn),
            "leaves": HungUp(),
            "closing": Closing(),
            "connects": OperatorConnects(rest),
        }
        return self.happens(events[word])


def exact_match(where: World, text: str) -> Match:
    said = normalise(text)
    for command, phrases in where.commands.items():
        if said in phrases:
            return Match((), {command: 0.99}, 0.01)
    keys = sorted({form.entry for form in grammar().forms if form.text == said})
    return match_of(where, dict.fromkeys(keys, 0.99 / max(1, len(keys))), said)


def match_of(where: World, probabilities: Mapping[str, float], said: str = "") -> Match:
    """Candidates at destinations; a command's name counts as the command."""
    commands, at = {}, {}
    for name, probability in probabilities.items():
        if name in set(Command):
            commands[Command(name)] = probability
            continue
        entry = where.entries[name.replace("_", "-")]
        at.setdefault(entry.number or entry.key, []).append((entry, probability))
    candidates = [
        Candidate(
            tuple(entry for entry, _ in group),
            sum(probability for _, probability in group),
            said or normalise(group[0][0].name),
        )
        for group in at.values()
    ]
    candidates.sort(key=lambda candidate: (-candidate.probability, candidate.entry.key))
    none = max(0.0, 1 - sum(probabilities.values()))
    return Match(tuple(candidates), commands, none)


def unheard(turn: int, reason: Reason, action: Decided = Decided.REPROMPT) -> Heard:
    """What an engine that failed or heard no speech brings."""
    return Heard(turn, Decision(action, reason), None)


def play(script: str, call: Call | None = None) -> Call:
    """Play a script through, and hold the call to it."""
    call = call or Call()
    lines = [line.rstrip() for line in script.strip("\n").splitlines() if line.strip()]
    margin = min(len(line) - len(line.lstrip()) for line in lines)
    wanted = [line[margin:] for line in lines]
    done: list[str] = []
    for line in wanted:
        if line.startswith(" "):
            continue
        done.append(line)
        call.does(line)
        done += [f"  {text}" for text in rendered(call.last, call.world)]
    assert done == wanted, "\n".join(done)
    return call


def rendered(actions: Iterable[Action], where: World) -> list[str]:
    return [_rendered(action, where) for action in actions]


def _rendered(action: Action, where: World) -> str:  # noqa: PLR0911 - one return a case
    match action:
        case Answer():
            return "answer"
        case Listen():
            return "listen"
        case Redirect(number=number):
            return f"redirect {number}"
        case Say(lines=lines):
            return f"say {_spoken(lines, where)}"
        case Ask(lines=lines, expecting=expecting):
            return f"ask {expecting}: {_spoken(lines, where)}".rstrip()
        case Transfer(number=number):
            return f"transfer {number}"
        case HangUp(ending=ending):
            return f"hang up: {ending}"
        case Mark(note=note, entries=entries, detail=detail):
            return " ".join(filter(None, (f"note {note}:", *entries, detail)))


def _spoken(lines: Iterable[Line], where: World) -> str:
    spoken = []
    for line in lines:
        filled = {name: where.entries[key].name for name, key in line.entries.items()}
        filled |= line.words
        inside = ", ".join(f"{name}={text}" for name, text in filled.items())
        spoken.append(f"{line.prompt}({inside})" if inside else str(line.prompt))
    return " | ".join(spoken)


def prompts(actions: Iterable[Action]) -> list[str]:
    """The prompts spoken, in order."""
    return [
        str(line.prompt)
        for action in actions
        if isinstance(action, Say | Ask)
        for line in action.lines
    ]


def transfers(actions: Iterable[Action]) -> list[str]:
    return [action.number for action in actions if isinstance(action, Transfer)]


def notes(actions: Iterable[Action]) -> list[Mark]:
    return [action for action in actions if isinstance(action, Mark)]
