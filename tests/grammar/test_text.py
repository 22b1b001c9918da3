from __future__ import annotations

import pytest

from grammar.text import normalise


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("  Jane   SMITH-Jones ", "jane smith jones"),
        ("Siobhán O’Neill", "siobhan o neill"),
        ("Łukasz Wałęsa", "lukasz walesa"),
        ("D'Souza", "d souza"),
        ("I'm after John's desk", "im after johns desk"),
        ("Adults & Children", "adults and children"),
        ("HR", "h r"),
        ("IT Services", "i t services"),
        ("I.T.", "i t"),
        ("IT MANAGER", "i t manager"),
        ("the ICT team", "the i c t team"),
        ("is it about it", "is it about it"),
        ("J. P. Smith", "j p smith"),
        ("JO SMITH-EVERARD", "jo smith everard"),
        ("Dr. Ng", "doctor ng"),
        ("Cllr Smith", "councillor smith"),
        ("Mister Smith", "mr smith"),
        ("St. Mary's", "saint marys"),
        ("Ward 12b", "ward twelve b"),
        ("the 21st", "the twenty first"),
        ("101", "one zero one"),
        ("07", "zero seven"),
        ("...", ""),
        ("", ""),
    ],
)
def test_what_is_written_becomes_what_is_said(written: str, said: str) -> None:
    assert normalise(written) == said
