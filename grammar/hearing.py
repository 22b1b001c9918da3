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
    """How well one text of the grammar (of a form or a command) fits the audio. All in nats.

    `relative` is its log-likelihood, said inside the caller's own carrier, minus that of the best
    free hypothesis: 0 is as good as anything that could have been said, strongly negative means
    that something else was said. `support` is what the audio adds to the text's likelihood without
    audio (for an engine without a language model of its own: the same as `relative`). `per_token`
    is `support` divided by the text's length in tokens. `ending` is the log-probability that
    nothing more of a name follows (0 where an engine has no such notion).
    """

    text: str
    relative: float
    support: float
    per_token: float
    ending: float = 0.0
