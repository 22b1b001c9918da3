"""Every page of the admin that a browser can be sent to, and a store in which none is empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from switchboard.gaps import accepting, replaying
from switchboard.gaps.detecting import detect
from switchboard.gaps.parts import parts_of
from switchboard.measures.simulated_campaign import simulate_campaign
from switchboard.measures.simulated_week import simulate_week
from switchboard.settings import default_settings
from switchboard.speech.prompt_texts import prompts
from switchboard.speech.script import script
from switchboard.storage import additions, gaps, users
from switchboard.storage.additions import AddedAlias
from switchboard.storage.attempts import add_attempt
from switchboard.storage.campaigns import group_of, script_of
from switchboard.storage.directories import load_directory
from switchboard.storage.gaps import GapFilter, GapState
from switchboard.storage.grammars import published_grammar
from switchboard.storage.import_drafts import begin_draft
from switchboard.storage.proposals import propose
from switchboard.storage.simulations import (
    Simulated,
    SimulationState,
    begin_simulation,
    end_simulation,
    store_simulated,
)
from switchboard.storage.store import Store
from switchboard.storage.voice_drafts import put_draft
from switchboard.uat.items import Observed, Outcome
from tests.admin.conftest import STAFF

ADMINISTRATOR = "a-administrator"

NO_PAGES = frozenset(
    {
        # Files.
        "static", "audit.as_csv", "campaigns.calls", "campaigns.corrections_csv", "console.sound",
        "directory.sound", "directory.tried", "reports.as_csv", "reports.monthly_pdf",
        "simulations.failing_names", "voices.as_csv", "voices.sound",
        # Parts of pages, which scripts ask for.
        "console.events", "console.now_events", "console.now_part", "console.part",
        "console.search", "directory.results", "drafts.progress",
        # On to somebody else's sign-in.
        "oidc.begin", "oidc.callback",
    }
)  # fmt: skip

PAGES: Mapping[str, tuple[str, ...]] = {
    "home.home": ("/",),
    "audit.overview": ("/audit",),
    "campaigns.overview": ("/campaigns",),
    "campaigns.one": ("/campaigns/{campaign}",),
    "campaigns.wrong_in_directory": ("/campaigns/corrections",),
    "campaigns.new": ("/campaigns/new",),
    "console.now": ("/console/now",),
    "console.overview": ("/console",),
    "directory.search": ("/directory", "/directory?q=smith", "/directory?q=xyzzy"),
    "directory.alike": ("/directory/alike/1",),
    "directory.entry": ("/directory/entry/3", "/directory/entry/1"),
    "gaps.overview": ("/gaps",),
    "gaps.one": ("/gaps/{gap}",),
    "drafts.overview": ("/gaps/draft",),
    "grammar.overview": ("/grammar",),
    "grammar.confusable": ("/grammar/confusable",),
    "grammar.coverage": ("/grammar/coverage",),
    "grammar.phrases": ("/grammar/phrases",),
    "grammar.versions": ("/grammar/versions",),
    "imports.overview": ("/imports",),
    "imports.report": ("/imports/1",),
    "imports.upload": ("/imports/new",),
    "imports.columns": ("/imports/prepare/{draft}/columns",),
    "imports.preview": ("/imports/prepare/{draft}",),
    "proposals.overview": ("/proposals",),
    "proposals.new": ("/proposals/new/{department}",),
    "reports.overview": ("/reports?channel=simulated",),
    "reports.monthly": ("/reports/monthly?channel=simulated",),
    "reviews.overview": ("/reviews",),
    "signing_in.sign_in": ("/sign-in",),
    "signing_in.choose": ("/sign-in/link/{link}", "/sign-in/link/wrong"),
    "simulations.overview": ("/simulations",),
    "simulations.one": ("/simulations/{done}", "/simulations/{running}"),
    "testing.script": ("/testing",),
    "testing.item": ("/testing/items/{item}",),
    "testing.attempt": ("/testing/attempts/{attempt}",),
    "users.overview": ("/users",),
    "users.add": ("/users/add",),
    "users.me": ("/users/me",),
    "users.password": ("/users/me/password",),
    "users.one": ("/users/named/a-viewer",),
    "users.support": ("/users/support",),
    "voices.overview": ("/voices",),
    "voices.drafts": ("/voices/drafts",),
    "voices.text": ("/voices/texts/{file}", "/voices/texts/{recorded}"),
}
"""By endpoint. What stands in braces, `furnish` knows."""


@dataclass(frozen=True)
class Furnished:
    """What addresses need to know of a store."""

    names: Mapping[str, str]

    def addresses(self) -> tuple[str, ...]:
        """Of all pages that somebody sees who is signed in, and of one that isn't there."""
        inside = (
            address
            for endpoint, some in PAGES.items()
            for address in some
            if not endpoint.startswith("signing_in")
        )
        return (*(each.format(**self.names) for each in inside), "/there-is-none")


def furnish(store: Store) -> Furnished:
    """Fill the small council of `tests.admin.conftest` so that every page shows something."""
    grammar, directory, now = published_grammar(store), load_directory(store), datetime.now(UTC)
    assert grammar is not None
    settings = default_settings()
    additions.add_alias(store, AddedAlias("3", "the caretaker"), actor="test")
    simulate_week(store, directory, grammar.version, until=now, calls=120)
    testers = {ADMINISTRATOR: "", "a-tester": "London", "a-viewer": "Welsh"}
    campaign = simulate_campaign(store, directory, grammar, settings, testers=testers, until=now)
    own = next(each for each in group_of(store, campaign.id) if each.name == ADMINISTRATOR)
    item = script_of(store, own.id)[0].id
    seen = Observed("", "", "", "operator")
    attempt = add_attempt(store, item, "browser", seen, outcome=Outcome.FELL_BACK, at=now)
    parts = parts_of(store, settings)
    detect(store, parts)
    proposed = gaps.find_gaps(store, GapFilter(states=(GapState.PROPOSED,)))
    accepting.accept(store, proposed[0].id, actor="test")
    draft = parts.draft()
    replaying.run(parts, draft, replaying.begin(store, draft, actor="test"))
    department = directory.departments[0].key
    propose(store, department, {"extension": "6005"}, reason="moved", actor="test")
    administrator = users.user_named(store, ADMINISTRATOR)
    lines = script(prompts(settings.prompts.organisation), grammar)
    measured = {
        "level": -21.0, "noise": -60.0, "peak": -3.0, "clipped": 0.0, "before": 0.2, "after": 0.2,
        "seconds": 1.5,
    }  # fmt: skip
    recorded = lines[1]
    put_draft(
        store, recorded.file, recorded.words, b"", measured=measured, problem="", actor="test"
    )
    names = {
        "campaign": campaign.id,
        "gap": proposed[-1].id,
        "draft": begin_draft(store, administrator.id, ("staff.csv", STAFF.encode())),
        "department": department,
        "done": _simulation(store, grammar.version, SimulationState.DONE),
        "running": _simulation(store, grammar.version, None),
        "item": item,
        "attempt": attempt,
        "file": lines[0].file,
        "recorded": recorded.file,
    }
    return Furnished({name: str(value) for name, value in names.items()})


def _simulation(store: Store, version: str, state: SimulationState | None) -> int:
    """One with a call that failed; it runs where it has no other state."""
    plan = {"entries": ["4"], "voices": ["a", "b"], "channels": ["clean"], "seed": 1}
    number = begin_simulation(store, plan, 2, grammar=version, actor="test")
    heard = Simulated(
        0, "4", "Siobhan Featherstonehaugh", "a", "clean", "unhelped", "reprompt", "no_match", "",
        "she bon fanshaw", None, 700.0,
    )  # fmt: skip
    store_simulated(store, number, [heard])
    if state is not None:
        end_simulation(store, number, state)
    return number
