"""The labels of planned calls follow from the directory, and the two halves share no voice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from benchmarks.calls import SHARES, Call, plan, sound, spoken
from benchmarks.truth import sample_directory
from benchmarks.voices import TEST, TUNE, voices_of
from directory.model import Department, Directory, Person

NAMES = """
    Mr Robert Hale, Mrs Margaret Quayle, Dr William Oakes, Mr Thomas Pym, Ms Rebecca Holt,
    Mr Samuel Dyer, Mrs Patricia Lunt, Mr Daniel Frome, Miss Susan Tarbet, Mr Edward Vine
"""


def _person(key: str, name: str, extension: str | None, **other: bool) -> Person:
    title, forename, surname = name.split()
    department = ("Planning", "Libraries")[len(surname) % 2]
    return Person(
        key=key,
        title=title,
        forename=forename,
        surname=surname,
        department=department,
        extension=extension,
        **other,
    )


PEOPLE = (
    *(_person(f"p{n}", name, f"51{n:02}") for n, name in enumerate(NAMES.split(","))),
    _person("reid", "Ms Anne Reid", "5003"),
    replace(_person("reed", "Ms Ann Reed", "5004"), department="Libraries"),
    _person("left", "Mr Gordon Left", "5005", left=True),
    _person("agent", "Mr Secret Agent", "5006", ex_directory=True),
    _person("numberless", "Mr Nemo Numberless", None),
)
DEPARTMENTS = (
    Department(key="a", name="Planning", aliases=("building",), extension="4001"),
    Department(key="b", name="Libraries", aliases=("books", "telephone"), extension="4002"),
    Department(key="c", name="Benefits", aliases=("rebates",), extension="4003"),
    Department(key="d", name="Welfare", aliases=("rebates",), extension="4004"),
)
SMALL = Directory(people=PEOPLE, departments=DEPARTMENTS)


@pytest.fixture(scope="module", params=[TUNE, TEST])
def calls(request: pytest.FixtureRequest) -> list[Call]:
    return plan(SMALL, request.param, 400, seed=3)


def test_a_name_that_two_people_answer_to_is_never_a_transfer(calls: list[Call]) -> None:
    expected = {call.expected for call in calls if call.kind == "same_name"}
    assert expected == {"ask:5003|5004"}
    assert not any(
        call.expected.startswith("transfer")
        for call in calls
        if call.say in {"Anne Reid", "Ann Reed"}
    )


def test_an_alias_of_two_departments_asks(calls: list[Call]) -> None:
    assert {c.expected for c in calls if c.say == "rebates"} <= {"ask:4003|4004"}


def test_leavers_ex_directory_and_numberless_people_are_never_expected(calls: list[Call]) -> None:
    assert not any(number in call.expected for call in calls for number in ("5005", "5006"))
    asked = [call.say for call in calls if call.kind != "not_in_directory"]
    assert not any(name in say for say in asked for name in ("Left", "Agent", "Numberless"))


def test_a_name_in_its_department_is_a_transfer_even_when_the_name_alone_asks() -> None:
    both = plan(SMALL, TUNE, 400, seed=3) + plan(SMALL, TEST, 400, seed=3)
    placed = [c for c in both if c.kind == "name_department" and "Ann" in c.say]
    assert placed
    assert {c.expected for c in placed} <= {"transfer:5003", "transfer:5004"}


def test_what_mentions_a_department_is_not_called_out_of_scope(calls: list[Call]) -> None:
    texts = [call.say for call in calls if call.kind == "out_of_scope"]
    assert texts
    assert not any("telephone" in text for text in texts)


def test_kinds_come_in_their_shares_from_the_first_calls_on(calls: list[Call]) -> None:
    total = sum(SHARES.values())
    for length in (100, 400):
        for kind, share in SHARES.items():
            found = sum(call.kind == kind for call in calls[:length])
            assert abs(found - length * share / total) <= 2


def test_a_plan_is_the_same_again_and_a_longer_one_begins_with_it(calls: list[Call]) -> None:
    half = TUNE if calls[0].voice is None or calls[0].voice.split == TUNE else TEST
    assert plan(SMALL, half, 120, seed=3) == calls[:120]


def test_the_halves_share_no_speaker_voice_or_person() -> None:
    for what in ("name", "speaker"):
        heard = [{getattr(voice, what) for voice in voices_of(half)} for half in (TUNE, TEST)]
        assert not heard[0] & heard[1]
    styles = [
        {part.split("=")[0] for voice in voices_of(half) for part in voice.model.split()}
        for half in (TUNE, TEST)
    ]
    assert not styles[0] & styles[1]
    said = [
        {
            call.say
            for call in plan(sample_directory(), half, 300, seed=1)
            if call.kind == "full_name"
        }
        for half in (TUNE, TEST)
    ]
    assert not said[0] & said[1]


def test_every_label_of_the_sample_organisation_is_a_number_of_its_truth() -> None:
    directory = sample_directory()
    known = {e.extension for e in itertools.chain(directory.people, directory.departments)}
    for call in plan(directory, TEST, 300, seed=1):
        what, _, numbers = call.expected.partition(":")
        assert what in {"transfer", "ask", "none", "operator"}
        assert set(numbers.split("|")) - {""} <= known
        assert len(numbers.split("|")) == 1 if what == "transfer" else True


def test_strangers_have_the_name_of_nobody() -> None:
    directory = sample_directory()
    names = {sound(p.full_name) for p in directory.people}
    names |= {sound(f"{p.known_as} {p.surname}") for p in directory.people}
    strangers = [c for c in plan(directory, TUNE, 300, seed=1) if c.kind == "not_in_directory"]
    assert strangers
    assert not any(sound(" ".join(c.say.split()[-2:])) in names for c in strangers)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("someone in IT", "someone in I.T."),
        ("MASH please", "mash please"),
        ("Ann Reed", "Ann Reed"),
    ],
)
def test_abbreviations_are_spelled_or_said_as_words(text: str, said: str) -> None:
    assert spoken(text) == said
