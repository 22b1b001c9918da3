"""One person, held from a file and from the directory server: found, asked about, and kept one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from directory.importing import run_import
from directory.model import Person
from directory.outcome import ImportOutcome, ReviewItem, Verdict
from directory.sources import FILE, LATEST
from directory.tabular import table_from_bytes
from switchboard.storage.deciding import decide
from switchboard.storage.directories import load_snapshot
from switchboard.storage.imports import apply_import, source_of_bytes
from switchboard.storage.origins import origin_of
from switchboard.storage.reviews import open_reviews, verdicts
from switchboard.storage.store import Store
from tests.directory.builders import PLAN, TODAY

LDAP = "ldap"
HEADINGS = "Staff ID,Forename,Surname,Job title,Department,Extension,Mobile,E-mail\n"
IN_FILE = ",Bill,Okafor,Warden,Housing,5042,07700 900123,\n"
IN_LDAP = "00002,William,Okafor,Housing Warden,Homes,,07700 900123,w.okafor@example.org\n"
ADA = "00003,Ada,Lovelace,Clerk,Parks,5003,,ada@example.org\n"


@dataclass
class Town:
    """A stored directory that is imported into, source by source."""

    store: Store
    preferred: str = LATEST

    def reads(self, source: str, *people: str) -> ImportOutcome:
        content = "".join((HEADINGS, *people)).encode()
        snapshot = load_snapshot(self.store)
        outcome = run_import(
            table_from_bytes(content, "p.csv"),
            None,
            mapping={},
            plan=PLAN,
            previous=snapshot.directory,
            verdicts=verdicts(self.store),
            today=TODAY,
            progress=None,
            origin=origin_of(self.store, snapshot, source, self.preferred),
        )
        apply_import(self.store, outcome, source_of_bytes("p.csv", content))
        return outcome

    @property
    def present(self) -> dict[str, Person]:
        people = load_snapshot(self.store).directory.people
        return {each.full_name: each for each in people if not each.left}

    @property
    def asked(self) -> list[ReviewItem]:
        return [review.item for review in open_reviews(self.store)]

    def one_person(self) -> None:
        (item,) = self.asked
        decide(self.store, [item.key], Verdict.ACCEPTED, actor="ada")


@pytest.fixture(params=[LATEST, LDAP])
def town(request: pytest.FixtureRequest, store: Store) -> Town:
    return Town(store, request.param)


@pytest.fixture
def merged(town: Town) -> Town:
    town.reads(FILE, IN_FILE, ADA)
    town.reads(LDAP, IN_LDAP)
    town.one_person()
    return town


@pytest.mark.parametrize("order", [(FILE, LDAP), (LDAP, FILE)])
def test_a_near_duplicate_in_another_source_is_put_to_a_person_with_the_reasons(
    town: Town, order: tuple[str, str]
) -> None:
    said = {FILE: IN_FILE, LDAP: IN_LDAP}
    for source in order:
        assert town.asked == []
        town.reads(source, said[source])
    (item,) = town.asked
    assert item.question.startswith("Are William Okafor (Housing Warden / Homes) and Bill Okafor")
    assert "They are in different sources, and have a short form of the same forename" in (
        item.question
    )
    assert "the same mobile" in item.question
    assert item.proposal == "Keep William Okafor (00002) and fold the other into it."
    assert len(town.present) == 2


def test_the_question_is_the_same_whichever_source_is_read_next(town: Town) -> None:
    town.reads(FILE, IN_FILE)
    town.reads(LDAP, IN_LDAP)
    (first,) = town.asked
    town.reads(FILE, IN_FILE)
    assert [each.key for each in town.asked] == [first.key]
    decide(town.store, [first.key], Verdict.REFUSED, actor="ada")
    for source, person in ((LDAP, IN_LDAP), (FILE, IN_FILE)):
        town.reads(source, person)
        assert town.asked == []
        assert len(town.present) == 2


def test_who_was_said_to_be_one_stays_one_whichever_source_is_read_next(merged: Town) -> None:
    for source, people in ((FILE, (IN_FILE, ADA)), (LDAP, (IN_LDAP,)), (FILE, (IN_FILE, ADA))):
        outcome = merged.reads(source, *people)
        assert (outcome.changes, outcome.conflicts, merged.asked) == ((), (), [])
        assert set(merged.present) == {"William Okafor", "Ada Lovelace"}
        william = merged.present["William Okafor"]
        assert (william.key, william.known_as, william.extension) == ("00002", "Bill", "5042")


def test_what_was_filled_from_the_folded_source_follows_it(merged: Town) -> None:
    merged.reads(FILE, IN_FILE.replace("5042", "5043"), ADA)
    assert merged.present["William Okafor"].extension == "5043"
    merged.reads(LDAP, IN_LDAP)
    assert merged.present["William Okafor"].extension == "5043"


def test_a_value_that_the_kept_source_has_by_now_is_not_the_folded_one_s_any_more(
    merged: Town,
) -> None:
    merged.reads(LDAP, IN_LDAP.replace("Homes,,", "Homes,5050,"))
    assert merged.present["William Okafor"].extension == "5050"
    merged.reads(FILE, IN_FILE, ADA)
    assert merged.present["William Okafor"].extension == "5050"
    assert merged.present["William Okafor"].known_as == "Bill"


def test_who_was_folded_together_stays_as_long_as_either_source_lists_them(merged: Town) -> None:
    merged.reads(LDAP, ADA)
    assert set(merged.present) == {"William Okafor", "Ada Lovelace"}
    merged.reads(FILE, ADA)
    assert set(merged.present) == {"Ada Lovelace"}


def test_what_a_source_asked_of_its_own_people_is_still_open_after_the_other_was_read(
    town: Town,
) -> None:
    town.reads(FILE, IN_FILE, IN_LDAP)
    (asked,) = town.asked
    assert "different sources" not in asked.question
    town.reads(LDAP, ADA)
    assert [each.key for each in town.asked] == [asked.key]
    town.reads(FILE, ADA)
    assert town.asked == []
