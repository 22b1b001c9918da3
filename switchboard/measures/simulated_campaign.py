"""A campaign of acceptance testing whose testers nobody is: for trying the admin out.

As with the simulated week, what was said and decided is made up, from a seed. The call that each
tester is said to have made is written too, so that gaps are found from it.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from directory.model import Directory
from directory.search import Entry
from grammar.model import Grammar
from switchboard.calls.record import Channel
from switchboard.calls.record import Entry as Written
from switchboard.dialogue.policy import Stage
from switchboard.measures.simulated_story import TOLD, Story, misheard
from switchboard.settings import Settings
from switchboard.storage import attempts
from switchboard.storage.calls import write_entries
from switchboard.storage.campaigns import (
    Campaign,
    ScriptItem,
    add_campaign,
    group_of,
    script_of,
    state_accent,
)
from switchboard.storage.store import Store
from switchboard.uat.items import Item, Observed, Problem, Verdict, judge
from switchboard.uat.observing import observed_in
from switchboard.uat.planning import scripts_for

_EACH = 14
_LEFT_TO_DO = 4
_DAYS = timedelta(days=5)
_KINDS = {"at once": 70, "confirmed": 17, "again": 6, "not understood": 6, "wrong": 1}
"""How calls for somebody listed go, in per cent."""
_TOLD: Mapping[str, Problem] = {
    "That is the fax. The desk is two numbers up.": Problem.DIRECTORY,
    "She has been in another department since the summer.": Problem.GONE,
}


def simulate_campaign(
    store: Store,
    directory: Directory,
    grammar: Grammar,
    settings: Settings,
    *,
    testers: Mapping[str, str],
    until: datetime,
    seed: int = 1,
) -> Campaign:
    """Add a campaign for the stage after the pilot with most of its calls made. `testers` are user
    names with what each says of the own accent; the first has made no call yet."""
    chance = random.Random(f"{seed} campaign")  # noqa: S311  nothing secret
    scripts = scripts_for(grammar, settings, Stage.INTERNAL, list(testers), _EACH, seed=seed)
    begins = (until - _DAYS).astimezone().date()
    campaign = add_campaign(
        store,
        "Pilot group",
        Stage.INTERNAL,
        begins,
        begins + 3 * _DAYS,
        scripts=scripts,
        actor="simulated",
    )
    every: tuple[Entry, ...] = (*directory.departments, *directory.people)
    entries = {each.key: each for each in every}
    known = {entry.key: entry for entry in grammar.entries}
    problems = iter(_TOLD.items())
    for tester in group_of(store, campaign.id):
        state_accent(store, tester.id, testers[tester.name])
        if tester.name == next(iter(testers)):
            continue
        for row in script_of(store, tester.id)[:-_LEFT_TO_DO]:
            at = until - chance.uniform(0.1, 1) * _DAYS
            written = _call(row, entries, at, chance, grammar.version)
            write_entries(store, written)
            seen = observed_in(written)
            outcome = judge(row.item, seen, known)
            number = attempts.add_attempt(
                store, row.id, Channel.SIMULATED.value, seen, outcome=outcome, at=at
            )
            _judged(store, number, item=row.item, seen=seen, problems=problems, tester=tester.name)
    return campaign


def _call(
    row: ScriptItem,
    entries: Mapping[str, Entry],
    at: datetime,
    chance: random.Random,
    version: str,
) -> Sequence[Written]:
    """What the call of a tester leaves who asks for an item."""
    call = hashlib.sha256(f"simulated test {row.id}".encode()).hexdigest()[:32]
    story = Story(call, at, chance, misheard(row.item.say))
    story.start(f"{row.tester:03}", version)
    other = chance.choice(list(entries.values()))
    wanted = next((entries[key] for key in row.item.wanted if key in entries), None)
    kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0] if wanted else "not understood"
    TOLD[kind](story, wanted or other, other)
    return story.entries


def _judged(
    store: Store,
    number: int,
    *,
    item: Item,
    seen: Observed,
    problems: Iterator[tuple[str, Problem]],
    tester: str,
) -> None:
    """The tester says how it went; the first to be put through find the directory wrong."""
    reached = seen.entry in item.wanted
    told, problem = next(problems, ("", Problem.NONE)) if reached else ("", Problem.NONE)
    verdict = Verdict.YES if (reached or not item.wanted) and not problem else Verdict.NO
    if verdict is Verdict.NO and not problem:
        problem = Problem.WRONG_PLACE if seen.entry else Problem.NOT_UNDERSTOOD
    attempts.judge_attempt(store, number, verdict, problem=problem, told=told, actor=tester)
