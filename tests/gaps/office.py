"""A made-up office with a published grammar, and calls to it that are decided as live ones are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from directory.changes import in_order
from directory.model import Department, Directory, Person
from grammar.calibration import shipped
from grammar.decision import Action, Costs
from grammar.gaps.utterances import Judge, Utterance
from grammar.hearing import FormEvidence, Hypothesis
from switchboard.calls.record import (
    CallEnded,
    CallStarted,
    Channel,
    Entry,
    Noted,
    TransferBegun,
    TransferDone,
    TurnTaken,
)
from switchboard.gaps.detecting import Detected, detect
from switchboard.gaps.parts import Parts
from switchboard.storage.calls import write_entries
from switchboard.storage.directories import changing_directory, write_directory
from switchboard.storage.gaps import Gap, find_gaps
from switchboard.storage.grammars import draft_grammar, publish_grammar
from switchboard.storage.store import Store

BEGIN = datetime(2031, 5, 6, 9, 0, tzinfo=UTC)

PEOPLE = (
    Person("p1", "Featherstonehaugh", "Marigold", department="Legal", extension="5001"),
    Person("p2", "Wozencraft", "Alan", department="Planning", extension="5002"),
    Person("p3", "Smith", "Jane", department="Housing", extension="5003"),
    Person("p4", "Smith", "Jane", department="Planning", extension="5004"),
    Person("p5", "Ash", "Tom", department="Housing", extension="5005", left=True),
    Person("p6", "Okonjo", "Grace", department="Legal", extension="5006"),
)
DEPARTMENTS = (
    Department("d1", "Waste and Recycling", extension="6001"),
    Department("d2", "Housing", extension="6002"),
    Department("d3", "Planning", extension="6003"),
    Department("d4", "Legal", extension="6004"),
)


@dataclass
class Office:
    """Calls to it are stored as the service stores them, at `now`, which moves on."""

    store: Store
    parts: Parts
    now: datetime = BEGIN
    calls: int = 0
    engine: str = "vosk"
    written: list[str] = field(default_factory=list)

    def publish(self) -> str:
        return publish_grammar(self.store, draft_grammar(self.store), actor="test").version

    def judge(self) -> Judge:
        return self.parts.published()

    def detect(self) -> Detected:
        return detect(self.store, self.parts, now=self.now + timedelta(minutes=1))

    def gaps(self) -> tuple[Gap, ...]:
        return find_gaps(self.store)

    def call(
        self,
        *said: str,
        caller: str = "",
        reach: str | None = None,
        audio: bytes | None = None,
        evidence: tuple[FormEvidence, ...] = (),
        declines: bool = False,
    ) -> str:
        """A caller says these, one turn each, until somebody is offered; then that is accepted,
        or declined. Nobody offered: an operator. `reach` puts the caller through there instead."""
        self.calls += 1
        self.now += timedelta(hours=1)
        name = f"call-{self.calls}"
        version = self.judge().grammar.version
        entries: list[Entry] = [
            CallStarted(
                name, self.now, Channel.PHONE, "internal", caller or f"caller {self.calls}", "",
                "5999", version, self.engine, "host:1",
            )
        ]  # fmt: skip
        reached = ""
        for number, text in enumerate(said, start=1):
            heard = Utterance((Hypothesis(text, -3.0),), evidence, 0.9, self.engine)
            decision, match = self.judge().decide(heard)
            options = tuple(option.entry.key for option in decision.options)
            entries.append(
                TurnTaken(
                    call=name,
                    number=number,
                    at=self.now + timedelta(seconds=5 * number),
                    prompt="greeting",
                    expecting="name",
                    outcome="heard",
                    transcript=text,
                    hypotheses=(
                        {"text": text, "source": "free", "log_likelihood": -3.0},
                    ),
                    keys="",
                    action=decision.action.value,
                    reason=decision.reason.value,
                    candidates=tuple(
                        {"entry": each.entry.key, "name": each.entry.name, "department": "",
                         "probability": each.probability}
                        for each in match.candidates[:3]
                    ),
                    options=options,
                    probability=decision.options[0].probability if options else None,
                    timings_ms={},
                    audio=audio,
                    evidence=tuple(
                        [each.text, each.relative, each.support, each.per_token, each.ending]
                        for each in evidence
                    ),
                    speech_probability=0.9,
                )
            )  # fmt: skip
            asks = decision.action in {Action.CONFIRM, Action.DISAMBIGUATE}
            if declines and asks:
                at = self.now + timedelta(seconds=5 * number + 2)
                entries.append(Noted(name, at, number, "declined", options, ""))
            elif options:
                reached = options[0]
                break
        reached = reached if reach is None else reach
        at = self.now + timedelta(seconds=5 * len(said) + 4)
        if reached:
            entries.append(TransferBegun(name, 1, at, "5000", reached, "entry"))
            entries.append(TransferDone(name, 1, at, "connected", "refer"))
            ending = "transferred"
        else:
            entries.append(Noted(name, at, len(said), "fallback", (), "not_understood"))
            entries.append(TransferBegun(name, 1, at, "5000", "", "operator"))
            entries.append(TransferDone(name, 1, at, "connected", "refer"))
            ending = "operator"
        entries.append(CallEnded(name, at, ending, "", emergency=False))
        write_entries(self.store, entries)
        return name


def open_office(store: Store) -> Office:
    directory = in_order(Directory(people=PEOPLE, departments=DEPARTMENTS))
    with changing_directory(store, None) as connection:
        write_directory(connection, directory)
    office = Office(store, Parts(store, shipped(), Costs()))
    office.publish()
    return office
