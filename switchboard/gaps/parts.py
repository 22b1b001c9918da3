"""What the loop works with: grammars ready to decide, the draft and the one in force."""

from __future__ import annotations

from dataclasses import dataclass, field

from grammar.calibration import Calibration
from grammar.decision import Costs
from grammar.gaps.utterances import Judge
from grammar.model import Grammar
from grammar.versions import load
from switchboard.errors import StorageError, UserError
from switchboard.settings import Settings
from switchboard.storage.grammars import draft_grammar, published_grammar
from switchboard.storage.publishing import load_version, published_version
from switchboard.storage.store import Store
from switchboard.wiring import calibrations_of


@dataclass(slots=True)
class Parts:
    """Grammars made ready are kept while they are those in force: that takes seconds.

    Not safe to share among threads.
    """

    store: Store
    calibrations: dict[str, Calibration]
    costs: Costs
    _judges: dict[str, Judge] = field(default_factory=dict)
    _texts: dict[str, frozenset[str]] = field(default_factory=dict)
    _new: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def published(self) -> Judge:
        """By the grammar in force. Raises UserError before the first publication."""
        version = published_version(self.store)
        if version in self._judges:
            return self._judges[version]
        grammar = published_grammar(self.store)
        if grammar is None:
            raise UserError(
                "No grammar is published yet, so no call can show what it lacks; run: "
                "switchboard grammar publish."
            )
        self._judges.clear()
        return self.judge(grammar)

    def draft(self) -> Grammar:
        """What would be published now. Raises UserError when the directory is empty."""
        return draft_grammar(self.store)

    def judge(self, grammar: Grammar) -> Judge:
        """One that decides by this grammar."""
        if grammar.version not in self._judges:
            self._judges[grammar.version] = Judge(grammar, self.calibrations, self.costs)
        return self._judges[grammar.version]

    def new_since(self, version: str, grammar: Grammar) -> frozenset[str]:
        """Texts of the grammar that were not in that version: an engine wasn't asked about them.
        None of them when the version is gone."""
        # Of a large grammar this takes a tenth of a second, and each stored turn asks for it.
        if (version, grammar.version) not in self._new:
            old = self._texts_in(version)
            added = {form.text for form in grammar.forms if form.text not in old} if old else ()
            self._new[version, grammar.version] = frozenset(added)
        return self._new[version, grammar.version]

    def _texts_in(self, version: str) -> frozenset[str]:
        if version not in self._texts:
            try:
                judge = self._judges.get(version)
                grammar = judge.grammar if judge else load(load_version(self.store, version))
            except StorageError:
                return frozenset()
            self._texts[version] = frozenset(form.text for form in grammar.forms)
        return self._texts[version]


def parts_of(store: Store, settings: Settings) -> Parts:
    """The loop's parts as the settings say."""
    return Parts(store, calibrations_of(settings), settings.decision.costs())
