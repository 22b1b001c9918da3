from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from switchboard.measures.simulated_campaign import simulate_campaign
from switchboard.settings import default_settings
from switchboard.storage.attempts import attempts_of_campaigns, corrections
from switchboard.storage.campaigns import group_of
from switchboard.storage.directories import load_directory
from switchboard.storage.grammars import published_grammar
from switchboard.storage.store import open_store
from tests.admin.conftest import _quick_hashes, _templates_compiled_once, filled

__all__ = ["_quick_hashes", "_templates_compiled_once", "filled"]


def test_testers_have_made_most_calls_and_the_first_none(filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "campaign.db"
    file.write_bytes(filled.read_bytes())
    store = open_store(f"sqlite:///{file}")
    grammar = published_grammar(store)
    assert grammar is not None
    made = simulate_campaign(
        store,
        load_directory(store),
        grammar,
        default_settings(),
        testers={"anna": "", "ben": "London"},
        until=datetime.now(UTC),
    )
    anna, ben = group_of(store, made.id)
    assert (anna.tried, anna.accent) == (0, "")
    assert 0 < ben.tried < ben.items
    assert ben.accent == "London"
    assert all(attempt.verdict for attempt in attempts_of_campaigns(store, [made.id]))
    assert len(corrections(store)) == 2
    store.close()
