"""A campaign's scripts from the grammar in force, for the stage of the roll-out it is to open."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from grammar.confusable import ConfusablePair
from grammar.model import Grammar
from switchboard.dialogue.caller import CallerClass
from switchboard.dialogue.policy import Stage
from switchboard.policy import policy_of
from switchboard.settings import Settings
from switchboard.uat.items import Item
from switchboard.uat.script import draw_scripts
from switchboard.uat.unknown_words import unknown_words

_OUTSIDE = frozenset({Stage.OVERFLOW, Stage.EXTERNAL})


def caller_class(stage: Stage) -> CallerClass:
    """As whom testers call: whoever the stage adds."""
    return CallerClass.EXTERNAL if stage in _OUTSIDE else CallerClass.INTERNAL


def scripts_for(
    grammar: Grammar,
    settings: Settings,
    stage: Stage,
    testers: Sequence[str],
    each: int,
    *,
    pairs: Sequence[ConfusablePair] | None = None,
    seed: int | None = None,
) -> dict[str, tuple[Item, ...]]:
    """A script for every tester, with nobody in it whom callers of that stage may not reach."""
    policy, kind = policy_of(settings), caller_class(stage)
    return draw_scripts(
        grammar,
        testers,
        each,
        seed=secrets.randbits(32) if seed is None else seed,
        is_unknown=unknown_words(settings.recognition, grammar),
        may_ask=lambda entry: policy.may_reach(kind, entry),
        pairs=pairs,
    )
