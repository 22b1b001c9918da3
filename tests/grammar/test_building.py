from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from directory.model import Department, Directory, Person
from grammar.building import build
from grammar.errors import GrammarError
from grammar.model import CarrierPhrase, EntryKind, FormKind
from grammar.phones import phones
from tests.grammar.small_council import golden_lines, small_council, small_grammar

GOLDEN = Path(__file__).parents[1] / "golden" / "small_council.jsonl"


def test_the_small_council_gives_the_golden_grammar_byte_for_byte() -> None:
    assert golden_lines(small_grammar()) == GOLDEN.read_bytes()


def test_entries_carry_what_the_matcher_and_the_dialogue_need() -> None:
    entries = {entry.key: entry for entry in small_grammar().entries}
    assert entries["2"].name == "Bill Smith"
    assert entries["2"].number == "5002"
    assert entries["7"].number == "+442083135007"
    assert entries["5"].ex_directory
    assert entries["5"].member
    assert entries["d1"].kind is EntryKind.DEPARTMENT
    assert entries["8"].number is None


def test_a_leaver_has_no_number_and_falls_back_to_the_department() -> None:
    leaver = next(entry for entry in small_grammar().entries if entry.key == "6")
    assert leaver.left
    assert leaver.number is None
    assert leaver.fallback == "d1"


def test_a_fallback_is_never_a_department_without_a_number() -> None:
    entries = {entry.key: entry for entry in small_grammar().entries}
    assert entries["d1"].fallback is None
    assert entries["d2"].fallback == "d1"


def test_a_fallback_is_never_a_department_that_is_closed() -> None:
    closed = Department("d", "IT Services", extension="5103", left=True)
    person = Person("1", "Grey", "Ann", department="IT Services")
    entries = build(Directory((person,), (closed,))).entries
    assert [entry.fallback for entry in entries] == [None, None]


def test_a_mispronounced_name_is_heard_both_as_said_and_as_written() -> None:
    sounds = {
        form.phones
        for form in small_grammar().forms
        if form.text == "marigold featherstonehaugh" and form.kind is FormKind.FULL_NAME
    }
    assert sounds == {
        phones("marigold") + phones("fanshaw"),
        phones("marigold featherstonehaugh"),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("da Costa", "Dacosta"),
        ("O'Neill", "Oneill"),
        ("van Dyke", "Vandyke"),
        ("Le Blanc", "Leblanc"),
    ],
)
def test_surnames_that_differ_by_a_space_sound_alike(one: str, other: str) -> None:
    people = tuple(
        Person(key, name, "Ann", title="Mrs", extension=f"500{key}")
        for key, name in (("1", one), ("2", other))
    )
    sounds = {}
    for form in build(Directory(people=people)).forms:
        if form.kind is FormKind.TITLE_SURNAME and form.text.startswith("mrs "):
            sounds.setdefault(form.entry, set()).add(form.phones)
    assert sounds["1"] & sounds["2"]


def test_the_pronunciation_of_a_name_counts_for_that_of_the_same_letters_too() -> None:
    people = (Person("1", "da Costa", extension="5001"), Person("2", "Dacosta", extension="5002"))
    grammar = build(Directory(people=people), pronunciations=[("dacosta", "/dakɒstə/")])
    assert {form.phones for form in grammar.forms if form.text == "da costa"} == {"dakɒstə"}


def test_letters_said_one_by_one_do_not_sound_like_the_word_that_they_spell() -> None:
    departments = (Department("d1", "IT"), Department("d2", "Something", ("it",)))
    sounds = {form.text: form.phones for form in build(Directory(departments=departments)).forms}
    assert sounds["i t"] != sounds["it"]


def test_what_administrators_added_is_in_and_what_lost_its_entry_is_out() -> None:
    grammar = build(
        small_council(),
        aliases=[("my landlord", "d1"), ("nobody", "gone")],
        carriers=[CarrierPhrase("Gizza", "before")],
        pronunciations=[("Smythe", "SMITH")],
        call_counts=[("1", 7), ("gone", 9)],
    )
    assert [form.entry for form in grammar.forms if form.kind is FormKind.ADDED] == ["d1"]
    assert CarrierPhrase("gizza", "before") in grammar.carriers
    assert dict(grammar.pronunciations)["smythe"] == phones("smith")
    assert grammar.call_counts == (("1", 7),)


def test_an_added_alias_does_not_demote_a_form_of_the_directory() -> None:
    grammar = build(small_council(), aliases=[("housing", "d1")])
    kinds = {form.kind for form in grammar.forms if form.text == "housing"}
    assert kinds == {FormKind.DEPARTMENT}


def test_two_entries_of_one_key_are_refused() -> None:
    with pytest.raises(GrammarError, match="key “1”"):
        build(Directory((Person("1", "Grey"),), (Department("1", "Housing"),)))


def test_an_alias_without_words_is_refused() -> None:
    with pytest.raises(GrammarError, match="no words"):
        build(small_council(), aliases=[("?!", "d1")])


def test_an_empty_directory_still_has_commands() -> None:
    grammar = build(Directory())
    assert grammar.entries == grammar.forms == ()
    assert grammar.commands


@pytest.mark.parametrize(
    "department",
    [
        Department("d1", "Customer Services", extension="5020"),
        Department("d1", "Contact Centre", ("customer services",), extension="5020"),
        Department("d1", "Front Desk", extension="5020"),
    ],
)
def test_what_a_department_is_called_no_longer_means_the_operator(department: Department) -> None:
    plain = {each.text for each in build(Directory()).commands}
    lost = plain - {each.text for each in build(Directory(departments=(department,))).commands}
    called = {department.name.lower(), *department.aliases}
    assert lost == {text for text in plain if text.removeprefix("the ") in called}
    assert lost


def test_no_department_and_no_person_takes_the_operator_s_own_name() -> None:
    directory = Directory(
        people=(Person("p1", "Reception", "", extension="5001"),),
        departments=(Department("d1", "Operator", extension="5000"),),
    )
    assert build(directory).commands == build(Directory()).commands


def test_who_will_leave_is_known_with_the_last_day() -> None:
    person = Person("1", "Grey", "Ann", extension="5001", leaves=date(2031, 5, 6))
    (entry,) = build(Directory((person,), ())).entries
    assert entry.leaves == "2031-05-06"
    assert not entry.has_left


def test_opening_hours_that_cannot_be_read_close_nobody() -> None:
    bins, parks = (
        Department(key, key, opening_hours=hours)
        for key, hours in (("Bins", "by appointment"), ("Parks", "Mon-Fri 9-5"))
    )
    entries = build(Directory((), (bins, parks))).entries
    assert [entry.opening_hours for entry in entries] == ["", "Mon-Fri 9-5"]
