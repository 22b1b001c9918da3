"""Which kind of gap a failed utterance shows, and the words that show it.

With a label it is known who was meant, so what was heard can be laid beside what may be said:

    heard  "could I trouble you for  jane smith"     the name is there: the rest is a carrier phrase
    heard  "marigold fanshaw"                         one word is said otherwise: a pronunciation
    heard  "the bin men"                              nothing like any form: another name, an alias

Without one, only what was decided and how it sounds can tell.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from grammar.carrier import CarrierParser, Reading
from grammar.confusable import WHOLE_NAMES, destination
from grammar.confusion import sound_similarity
from grammar.decision import Decision, Reason
from grammar.gaps.utterances import Utterance
from grammar.model import Entry, FormKind, Grammar, SpokenForm
from grammar.phones import phones
from grammar.text import normalise


class GapKind(StrEnum):
    MISSING_ENTRY = "missing_entry"
    """Nobody in the directory is who was meant."""
    MISSING_ALIAS = "missing_alias"
    PRONUNCIATION = "pronunciation"
    """The name is known, and was heard as something else."""
    CARRIER_PHRASE = "carrier_phrase"
    SAME_NAME = "same_name"
    STALE_DATA = "stale_data"
    """Who was meant has left, or has no number."""
    NOISE = "noise"
    OUT_OF_SCOPE = "out_of_scope"


ALIKE = 0.55
"""Similarity from which what was heard counts as the name, heard badly. At 0.55 "half of my eye"
is "hafsa miah", and "bin men" is not "waste and recycling". Raising it proposes more aliases."""

_NO_SPEECH = 0.4
"""Engine's belief in speech below which a turn nobody vouches for is noise. Raising it hides more
of what callers said in bad conditions."""

_SHORTEST_CARRIER = 2
"""Words. One word too many ("um") is no phrase that callers use."""
_LONGEST_CARRIER = 8
_STORY = 9
"""Words from which what fits nobody is a request ("my bins have not been collected"), no name."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`said` is the text that the gap is about, normalised; `sound` its phones. `position` is that
    of a carrier phrase; `form` the form that was heard otherwise, for a pronunciation."""

    kind: GapKind
    said: str
    sound: str
    position: str = ""
    form: str = ""


class Finder:
    """Knows the forms of one grammar. Immutable after construction."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.spoken_as = dict(grammar.pronunciations)
        self._parser = CarrierParser(grammar.carriers)
        self.around = frozenset(word for each in grammar.carriers for word in each.text.split())
        self._entries = {entry.key: entry for entry in grammar.entries}
        self._forms: defaultdict[str, list[SpokenForm]] = defaultdict(list)
        self._at: defaultdict[str, list[Entry]] = defaultdict(list)
        self._named: defaultdict[str, set[str]] = defaultdict(set)
        for form in grammar.forms:
            self._forms[form.entry].append(form)
            if form.kind in WHOLE_NAMES:
                self._named[form.text].add(destination(self._entries[form.entry]))
        for entry in grammar.entries:
            self._at[destination(entry)].append(entry)

    def find(self, utterance: Utterance, decision: Decision | None) -> Finding:
        """The kind of a turn that failed. `decision` is what was decided then; None for a turn
        that was never decided about, because nothing was heard."""
        text = normalise(utterance.transcript)
        if not text or decision is None or decision.reason in {Reason.NOT_SPEECH, Reason.NO_INPUT}:
            return Finding(GapKind.NOISE, "", "")
        core = self._core(text).core
        if utterance.for_nobody:
            return self._finding(GapKind.OUT_OF_SCOPE, core)
        if utterance.meant:
            entry = self._entries.get(utterance.meant)
            if entry is None:
                return self._finding(GapKind.MISSING_ENTRY, core)
            return self._of_entry(utterance, entry, decision, core)
        return self._of_nobody(utterance, decision, text, core)

    def words_of(self, text: str) -> str:
        """The text without carrier phrases and without what narrows it down."""
        return self._core(normalise(text)).core

    def sound(self, text: str) -> str:
        return phones(text, self.spoken_as)

    def _core(self, text: str) -> Reading:
        readings = self._parser.readings(text)
        return readings[0] if readings else Reading("", 0, 0)

    def _of_entry(
        self, utterance: Utterance, entry: Entry, decision: Decision, core: str
    ) -> Finding:
        if entry.has_left or entry.number is None:
            return self._finding(GapKind.STALE_DATA, core)
        forms = [
            form
            for other in self._at[destination(entry)]
            for form in self._forms[other.key]
            if form.kind is not FormKind.INITIALS
        ]
        if carrier := self._carrier(utterance, forms):
            return carrier
        shared = any(core == form.text for form in forms)
        if decision.reason in {Reason.SAME_NAME, Reason.TOO_MANY} or shared:
            return self._finding(GapKind.SAME_NAME if shared else GapKind.MISSING_ALIAS, core)
        sound = self.sound(core)
        nearest = max(
            forms,
            key=lambda form: (sound_similarity(sound, form.phones), form.text),
            default=None,
        )
        if nearest is not None and (
            sound_similarity(sound, nearest.phones) >= ALIKE or _one_word_apart(core, nearest.text)
        ):
            return self._finding(GapKind.PRONUNCIATION, core, form=nearest.text)
        return self._finding(GapKind.MISSING_ALIAS, core)

    def _of_nobody(self, utterance: Utterance, decision: Decision, text: str, core: str) -> Finding:
        if decision.reason in {Reason.LEFT, Reason.NO_NUMBER}:
            return self._finding(GapKind.STALE_DATA, core)
        if decision.reason in {Reason.SAME_NAME, Reason.TOO_MANY}:
            return self._finding(GapKind.SAME_NAME, core)
        doubtful = utterance.speech_probability
        if doubtful is not None and doubtful < _NO_SPEECH:
            return self._finding(GapKind.NOISE, core)
        if decision.reason is Reason.NO_MATCH and len(text.split()) >= _STORY:
            return self._finding(GapKind.OUT_OF_SCOPE, text)
        if decision.reason is Reason.SOUND_ALIKE or core in self._named:
            return self._finding(GapKind.PRONUNCIATION, core)
        asked = len(core.split()) < len(text.split())
        entry = asked and decision.reason is Reason.NO_MATCH
        return self._finding(GapKind.MISSING_ENTRY if entry else GapKind.MISSING_ALIAS, core)

    def _carrier(self, utterance: Utterance, forms: list[SpokenForm]) -> Finding | None:
        """Words beside the name that are no carrier phrase yet, in any hypothesis."""
        names = sorted({tuple(form.text.split()) for form in forms}, key=len, reverse=True)
        for hypothesis in utterance.hypotheses:
            words = normalise(hypothesis.text).split()
            reading = self._core(" ".join(words))
            for name in names:
                at = _position(words, name)
                if at is None:
                    continue
                before = words[min(reading.start, at) : at]
                after = words[at + len(name) : max(reading.end, at + len(name))]
                for rest, position in ((before, "before"), (after, "after")):
                    if reading.qualifier and position == "after":
                        continue
                    if _SHORTEST_CARRIER <= len(rest) <= _LONGEST_CARRIER:
                        said = " ".join(rest)
                        return self._finding(GapKind.CARRIER_PHRASE, said, position=position)
                break
        return None

    def _finding(self, kind: GapKind, said: str, *, position: str = "", form: str = "") -> Finding:
        return Finding(kind, said, self.sound(said), position, form)


def _position(words: list[str], name: tuple[str, ...]) -> int | None:
    size = len(name)
    return next(
        (at for at in range(len(words) - size + 1) if tuple(words[at : at + size]) == name), None
    )


def _one_word_apart(said: str, form: str) -> bool:
    """Two or more words, all alike but the last: a surname that isn't said as it is written."""
    heard, known = said.split(), form.split()
    return (
        len(heard) == len(known) > 1 and heard[:-1] == known[:-1] and heard[-1][:1] == known[-1][:1]
    )
