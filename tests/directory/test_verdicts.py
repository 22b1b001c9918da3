from __future__ import annotations

from directory.model import Person
from directory.outcome import Amendment, ReviewItem, ReviewKind, Verdict
from directory.verdicts import MERGED_INTO, carry_out


def _item(key: str, amendment: Amendment) -> ReviewItem:
    return ReviewItem(key, ReviewKind.DUPLICATE, (2, 3), ("a", "b"), "", "", (amendment,))


def test_what_is_accepted_for_an_entry_that_was_folded_holds_for_whom_it_was_folded_into() -> None:
    people = (Person("a", "Smith", "Jane"), Person("b", "Smith", "Jane"))
    items = (
        _item("one person", Amendment("b", MERGED_INTO, "a")),
        _item("a job", Amendment("b", "job_title", "Clerk")),
    )
    accepted = {item.key: Verdict.ACCEPTED for item in items}
    (person,) = carry_out(items, accepted, people, ()).people
    assert (person.key, person.job_title) == ("a", "Clerk")
