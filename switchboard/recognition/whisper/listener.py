"""One ear listening for the texts of one grammar."""

from __future__ import annotations

from collections.abc import Sequence

import ctranslate2

from grammar.features import Heard
from grammar.hearing import FormEvidence
from grammar.model import CarrierPhrase
from grammar.phrases import shipped
from grammar.shortlist import Said
from switchboard.recognition.whisper.ear import Ear, Transcript
from switchboard.recognition.whisper.likelihoods import Begun
from switchboard.recognition.whisper.search import ClosedSearch
from switchboard.recognition.whisper.trie import PhraseTrie
from switchboard.recognition.whisper.writing import as_sentence, words_before, written

FOLLOWED = 16
"""Texts nearest by sound that the search follows even where its beam would drop them. On 500 tuning
calls 50 of them, and a narrow beam half as wide again, gave the same results for 0.05 CPU-seconds
more."""

KEPT = 60
"""Texts of each search that become evidence, besides those that were suspected."""

_LONGER_THAN_A_NAME = 4
"""Words from which on a hypothesis without a known carrier is taken to have misheard one."""

_HEARD_LEAD_INS = 12
"""Beginnings of hypotheses that are tried as what was said before the name."""

_USUAL_LEAD_INS = (
    "Can I speak to", "Could I speak to", "Hello, can I speak to", "Can I talk to",
    "Um, can I talk to", "Could you put me through to", "Can you put me through to",
    "I'd like to speak to", "I'm looking for", "Hello, I'm looking for", "I'm trying to reach",
    "I'm calling for", "Good morning, could I have", "Good afternoon, may I speak with",
    "I want to talk to", "I need to talk to", "I was hoping to speak to", "Is", "Hello, is", "Um,",
    "Hello,", "Can I have", "Could you try", "Please could I speak to",
    "Can I speak to someone in", "The",
)  # fmt: skip
"""What callers lead in with most often, as Whisper writes it."""

_MOST_ADDED = 20
"""Of an administrator's own carrier phrases, how many are tried besides; each costs some 2 ms where
a carrier may have been misheard."""

_NOTHING = -40.0
"""Log-likelihood that stands for the free decode when it gave nothing at all."""


class Listener:
    """`said` are the texts of the grammar, by their numbers; `carriers` its carrier phrases."""

    def __init__(self, ear: Ear, said: Sequence[Said], carriers: Sequence[CarrierPhrase]) -> None:
        self._ear = ear
        self._said = said
        trie = PhraseTrie(
            [(ear.tokens(way), at) for at, text in enumerate(said) for way in written(text)]
        )
        self._likelihoods = ear.likelihoods(trie)
        self._search = ClosedSearch(self._likelihoods, trie)
        lead_ins = dict.fromkeys([*_USUAL_LEAD_INS, *_added(carriers)])
        self._usual_lead_ins = [ear.tokens(each) for each in lead_ins]

    def work_ahead(self) -> bool:
        """As `Recogniser.work_ahead`."""
        return self._likelihoods.work_ahead()

    def evidence(
        self,
        encoded: ctranslate2.StorageView,
        transcripts: Sequence[Transcript],
        heard: Heard,
        beam: Sequence[int],
        suspected: Sequence[int] = (),
    ) -> tuple[FormEvidence, ...]:
        """How well the texts fit that the search finds, those nearest by sound, and the suspected.

        `heard` are the transcripts' readings.
        """
        begun = self._likelihoods.begin(self._ear.encoding(encoded))
        free = self._likelihoods.fits(begun.fork(), [each.tokens for each in transcripts])
        best_free = free.max(initial=_NOTHING)
        near = heard.similarities.texts[heard.order()[:FOLLOWED]].tolist()
        followed = dict.fromkeys([*near, *suspected])
        wanted = [self._ear.tokens(way) for text in followed for way in written(self._said[text])]
        lead_ins = self._lead_ins(begun, heard)
        found = self._search.search(begun, lead_ins, wanted, beam)
        wanted_back = frozenset(suspected)
        kept = [each for at, each in enumerate(found) if at < KEPT or each.text in wanted_back]
        return tuple(
            FormEvidence(
                self._said[each.text].text,
                float(each.fit - best_free),
                each.support,
                each.support / each.tokens,
                each.ending,
            )
            for each in kept
        )

    def _lead_ins(self, begun: Begun, heard: Heard) -> tuple[tuple[int, ...], ...]:
        """Tokens said before the name, () for none: those that the audio supports best.

        What the hypotheses lead in with is tried; and beside it, where one is too long for a name,
        what callers lead in with most often, for it may have misheard that.
        """
        heard_ones = [
            self._ear.tokens(words_before(heard.hypotheses[source].text, reading.start))
            for source, reading in zip(heard.sources, heard.readings, strict=True)
            if reading.carried
        ]
        longest = max((len(query.text.split()) for query in heard.queries), default=0)
        if not heard_ones and longest < _LONGER_THAN_A_NAME:
            return ((),)
        tried = dict.fromkeys([(), *heard_ones[:_HEARD_LEAD_INS], *self._usual_lead_ins])
        return self._search.likely_lead_ins(begun.fork(), tuple(tried))


def _added(carriers: Sequence[CarrierPhrase]) -> list[str]:
    """What an administrator found that callers lead in with. Of the shipped phrases most are parts
    of others, and the usual whole ones are tried anyway."""
    of_program, _ = shipped()
    known = frozenset(of_program)
    added = [each for each in carriers if each.position == "before" and each not in known]
    return [as_sentence(each.text) for each in added[:_MOST_ADDED]]
