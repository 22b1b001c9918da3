"""What an engine heard, as matching takes it: hypotheses, and how well forms fit the audio."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One transcript of the whole utterance.

    `log_likelihood` is unbounded and comparable only within one utterance and one `source`
    ("free": open decode; "closed": decode restricted to the grammar).
    """

    text: str
    log_likelihood: float
    source: str = "free"


@dataclass(frozen=True, slots=True)
class FormEvidence:
    """How well one text of the grammar (of a form or a command) fits the audio.

    `relative` is its log-likelihood, said inside the caller's own carrier, minus that of the best
    free hypothesis: 0 is as good as anything that could have been said, strongly negative means
    that something else was said. `per_token` is the same divided by the text's length in tokens.
    `ending` is the log-probability that nothing more of a name follows (0 where an engine has
    no such notion).
    """

    text: str
    relative: float
    per_token: float
    ending: float = 0.0
