"""How an entry may be said, now and after the next publication, as a page lists it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grammar.model import FormKind, SpokenForm
from grammar.phones import to_ipa


@dataclass(frozen=True, slots=True)
class Sounding:
    """One way of saying it. `state`: "in force", "new" (after publishing) or "going"."""

    text: str
    kind: str
    ipa: str
    state: str


def soundings(forms: Iterable[SpokenForm], in_force: Iterable[SpokenForm]) -> list[Sounding]:
    """Every form that there is or was, from the most to the least specific kind."""
    new, old = set(forms), set(in_force)
    order = list(FormKind)
    return [
        Sounding(
            text=form.text,
            kind=form.kind.value.replace("_", " "),
            ipa=to_ipa(form.phones),
            state="in force" if form in new and form in old else "new" if form in new else "going",
        )
        for form in sorted(
            new | old, key=lambda form: (order.index(form.kind), form.text, form.phones)
        )
    ]
