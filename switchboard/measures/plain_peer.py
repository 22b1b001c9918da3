"""The plain peer: an open transcript, compared with the directory by spelling.

What a script of twenty lines would do with the same engine; every accuracy is printed beside its.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process, utils

from grammar.decision import Action, Decision, Reason
from grammar.matching import Candidate
from grammar.model import EntryKind, FormKind, Grammar

CUT_OFF = 85.0
"""Least WRatio, of 100, that is transferred."""


def nearest_text(transcript: str, texts: Sequence[str]) -> tuple[str, float, int] | None:
    """Of processed texts the one that is spelt most alike, from CUT_OFF on: the text, its WRatio of
    100, and its place."""
    processed = utils.default_process(transcript)
    return process.extractOne(processed, texts, scorer=fuzz.WRatio, score_cutoff=CUT_OFF)


class PlainPeer:
    """Transfers to whatever name or department alias is spelt most alike, if enough."""

    def __init__(self, grammar: Grammar) -> None:
        numbered = {entry.key: entry for entry in grammar.entries if entry.number}
        named = [(entry.name, entry) for entry in numbered.values()]
        aliases = [
            (form.text, numbered[form.entry])
            for form in grammar.forms
            if form.kind is FormKind.ALIAS
            and form.entry in numbered
            and numbered[form.entry].kind is EntryKind.DEPARTMENT
        ]
        self._entries = [entry for _, entry in named + aliases]
        self._texts = [utils.default_process(text) for text, _ in named + aliases]

    def decide(self, transcript: str) -> Decision:
        """Transfer to the nearest text from CUT_OFF on, else ask the caller to say it again."""
        nearest = nearest_text(transcript, self._texts)
        if nearest is None:
            return Decision(Action.REPROMPT, Reason.NO_MATCH)
        text, similarity, row = nearest
        candidate = Candidate((self._entries[row],), similarity / 100, text)
        return Decision(Action.TRANSFER, Reason.SURE, (candidate,))
