from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.model import Department, Directory, Person
from grammar.building import build
from grammar.confusion import sound_similarity
from grammar.phones import ALPHABET, phones
from grammar.text import normalise
from grammar.versions import diff, dump, load

NAMES = st.sampled_from(
    [
        "Jane",
        "Bill",
        "Siobhán",
        "O'Neill",
        "Smith-Jones",
        "van Dyke",
        "Ng",
        "Łukasz",
        "Sir",
        "J",
        "",
    ]
)
PEOPLE = st.lists(
    st.builds(
        Person,
        key=st.integers(0, 10**6).map(str),
        surname=NAMES.filter(bool),
        forename=NAMES,
        title=st.sampled_from(["", "Mr", "Ms", "Dr", "Sir", "Cllr"]),
        known_as=NAMES,
        middle_names=NAMES,
        job_title=st.sampled_from(["", "Officer", "Chief Executive"]),
        department=st.sampled_from(["", "Housing", "Legal Services"]),
        extension=st.sampled_from([None, "5001", "5002"]),
        member=st.booleans(),
        left=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda person: person.key,
)
DEPARTMENTS = st.lists(
    st.sampled_from(
        [
            Department("d1", "Housing", ("homes", "HR"), "5100"),
            Department("d2", "Legal Services", extension="5101", fallback="Housing"),
            Department("d3", "Housing Service", left=True),
        ]
    ),
    unique=True,
)
DIRECTORIES = st.builds(Directory, people=PEOPLE.map(tuple), departments=DEPARTMENTS.map(tuple))
PHONES = st.text(ALPHABET, max_size=12)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text())
def test_normalised_text_is_lower_case_words_with_one_space_between(text: str) -> None:
    said = normalise(text)
    assert said == " ".join(said.split())
    assert all(char == " " or "a" <= char <= "z" for char in said)


@given(st.text("abcdefghijklmnopqrstuvwxyz ", max_size=20))
def test_phones_are_of_the_alphabet(text: str) -> None:
    assert set(phones(text)) <= set(ALPHABET)


@given(PHONES, PHONES)
def test_similarity_of_sound_is_bounded_and_symmetric(one: str, other: str) -> None:
    similarity = sound_similarity(one, other)
    assert 0 <= similarity <= 1
    assert abs(similarity - sound_similarity(other, one)) < 1e-9
    assert (similarity == 1) == (one == other)


@given(DIRECTORIES, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_row_order_never_changes_the_version(directory: Directory, random) -> None:  # type: ignore[no-untyped-def]
    people, departments = list(directory.people), list(directory.departments)
    random.shuffle(people)
    random.shuffle(departments)
    shuffled = Directory(tuple(people), tuple(departments))
    assert dump(build(shuffled)) == dump(build(directory))


@given(DIRECTORIES)
@settings(max_examples=40)
def test_a_dumped_grammar_loads_as_it_was(directory: Directory) -> None:
    grammar = build(directory)
    loaded = load(dump(grammar))
    assert loaded == grammar
    assert not diff(loaded, grammar)


@given(DIRECTORIES)
@settings(max_examples=40)
def test_every_form_can_be_said_and_names_an_entry(directory: Directory) -> None:
    grammar = build(directory)
    keys = {entry.key for entry in grammar.entries}
    for form in grammar.forms:
        assert form.text == normalise(form.text) != ""
        assert form.phones
        assert form.entry in keys
