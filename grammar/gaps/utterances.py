"""A stored utterance, decided again: what matching was given, and who was meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from enum import StrEnum

from grammar.calibration import Calibration
from grammar.confusable import destination
from grammar.decision import Action, Costs, Decision, decide
from grammar.hearing import FormEvidence, Hypothesis
from grammar.matching import Match, Matcher
from grammar.model import Entry, Grammar


class MeantBy(StrEnum):
    """Who says whom a caller meant, from the surest to the least."""

    OPERATOR = "operator"
    TESTER = "tester"
    ADMINISTRATOR = "administrator"
    CALLER = "caller"
    """Later in the same call, the caller was put through there."""
    CALLED_AGAIN = "called_again"
    """The caller was soon back, and was put through there."""
    NOBODY = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the engine made of one caller turn, and what is known of its meaning.

    `meant` is the key of the entry that was meant, "" when unknown or nobody; `for_nobody` says
    that nobody in the directory was (information, another organisation, abuse). `engine` names the
    calibration.
    """

    hypotheses: tuple[Hypothesis, ...]
    evidence: tuple[FormEvidence, ...] = ()
    speech_probability: float | None = None
    engine: str = ""
    meant: str = ""
    meant_by: MeantBy = MeantBy.NOBODY
    for_nobody: bool = False

    @property
    def transcript(self) -> str:
        """The likeliest free hypothesis, "" when nothing was heard."""
        free = [each for each in self.hypotheses if each.source == "free"]
        return (free or [*self.hypotheses, Hypothesis("", 0.0)])[0].text


class Outcome(StrEnum):
    """What a decision was worth to a caller, from the best to the worst."""

    CONNECTED = "connected"
    """Put through to whom was meant; for who meant nobody: not offered anybody."""
    OFFERED = "offered"
    """Asked about whom was meant, alone or among a few."""
    UNHELPED = "unhelped"
    """Asked again, or sent to an operator."""
    WRONG_OFFER = "wrong_offer"
    """Asked about others only."""
    MISROUTED = "misrouted"

    @property
    def right(self) -> bool:
        return self in {Outcome.CONNECTED, Outcome.OFFERED}


class Change(StrEnum):
    """What another grammar does to an utterance."""

    BROKEN = "broken"
    """Right before and not now, or misrouted and not before."""
    FIXED = "fixed"
    AMBIGUOUS = "ambiguous"
    """Right both times, but a question is asked that wasn't."""
    CLEARER = "clearer"
    """Right both times, without the question; or misrouted no more."""
    SAME = "same"


def outcome(utterance: Utterance, decision: Decision) -> Outcome:
    """How well the decision serves who spoke."""
    offered = {entry.key for option in decision.options for entry in option.entries}
    transferred = decision.action is Action.TRANSFER
    if utterance.for_nobody:
        if transferred:
            return Outcome.MISROUTED
        return Outcome.WRONG_OFFER if offered else Outcome.CONNECTED
    if utterance.meant in offered:
        return Outcome.CONNECTED if transferred else Outcome.OFFERED
    if transferred:
        return Outcome.MISROUTED
    return Outcome.WRONG_OFFER if offered else Outcome.UNHELPED


def change(before: Outcome, after: Outcome) -> Change:
    """What came of it."""
    if before is after:
        return Change.SAME
    if (before.right and not after.right) or after is Outcome.MISROUTED:
        return Change.BROKEN
    if after.right and not before.right:
        return Change.FIXED
    if before.right:
        return Change.CLEARER if after is Outcome.CONNECTED else Change.AMBIGUOUS
    return Change.CLEARER if before is Outcome.MISROUTED else Change.SAME


class Judge:
    """Decides utterances under one grammar. Immutable; safe to share among threads."""

    def __init__(
        self, grammar: Grammar, calibrations: Mapping[str, Calibration], costs: Costs
    ) -> None:
        self.grammar = grammar
        self.matcher = Matcher(grammar)
        self.entries: Mapping[str, Entry] = {entry.key: entry for entry in grammar.entries}
        self._calibrations = calibrations
        self._costs = costs

    def knows(self, utterance: Utterance) -> bool:
        """Whether there is a calibration for the engine that heard it."""
        return utterance.engine in self._calibrations

    def decide(
        self,
        utterance: Utterance,
        may_reach: Callable[[Entry], bool] | None = None,
        *,
        new: Set[str] = frozenset(),
    ) -> tuple[Decision, Match]:
        """What would be decided now. Raises KeyError for an engine without a calibration.

        `new` are texts that the grammar had not when the utterance was heard, so that no evidence
        is stored for them: see `with_evidence_for`. Everybody with a number may be reached, unless
        `may_reach` says otherwise: what callers of one class can't have is not the grammar's doing.
        """
        utterance = with_evidence_for(new, utterance, self.matcher)
        match = self.matcher.match(
            utterance.hypotheses,
            utterance.evidence,
            utterance.speech_probability,
            self._calibrations[utterance.engine],
        )
        decision = decide(match, self._costs, self._fallback, may_reach or _anybody)
        return decision, match

    def at(self, key: str) -> str:
        """Where a transfer to the entry goes; "" for one that is gone."""
        entry = self.entries.get(key)
        return destination(entry) if entry else ""

    def _fallback(self, entry: Entry) -> Entry | None:
        return self.entries.get(entry.fallback) if entry.fallback else None


def with_evidence_for(new: Set[str], utterance: Utterance, matcher: Matcher) -> Utterance:
    """The utterance with an estimate of the evidence for texts that the engine wasn't asked about.

    The engine's own evidence can't be had without the sound. A text is taken to fit the sound as
    well as the best of the known texts that sound no nearer to what was heard: nearer texts fit
    better on the whole, so this is on the careful side. What was heard word for word is besides as
    likely as the hypothesis that says so. Nothing changes where the engine gives no evidence.
    """
    known = {item.text: item for item in utterance.evidence}
    if not known or not new:
        return utterance
    numbers = [matcher.index.find(text) for text in known]
    heard = matcher.hear(utterance.hypotheses, [each for each in numbers if each is not None])
    if not heard.queries:
        return utterance
    near = heard.nearness.max(0).tolist()
    texts = [matcher.index.said[number].text for number in heard.similarities.texts.tolist()]
    nearness = dict(zip(texts, near, strict=True))
    best = utterance.hypotheses[0].log_likelihood
    literal = {
        query.text: min(0.0, utterance.hypotheses[source].log_likelihood - best)
        for query, source in zip(heard.queries, heard.sources, strict=True)
    }
    added = []
    for text in nearness.keys() & new - known.keys():
        behind = [known[other] for other in known if nearness.get(other, 2.0) <= nearness[text]]
        if not behind:
            continue
        relative = max(item.relative for item in behind)
        added.append(
            FormEvidence(
                text,
                max(relative, literal.get(text, relative)),
                max(item.support for item in behind),
                max(item.per_token for item in behind),
                max(item.ending for item in behind),
            )
        )
    return replace(utterance, evidence=(*utterance.evidence, *added))


def _anybody(_entry: Entry) -> bool:
    return True
