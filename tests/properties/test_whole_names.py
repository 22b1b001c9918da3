"""Properties of names that stand in one cell."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from directory.model import Person
from directory.name_words import SUFFIXES, TITLES
from directory.outcome import Cleansing, Severity
from tests.directory.builders import run

TITLE = st.sampled_from(["Mr", "DR.", "Cllr", "Prof.", "The Rev Canon", "Dr.", "Insp."])
FORENAME = st.sampled_from(
    ["Jane", "JANE", "J.", "J", "J.R.", "JP", "Wm.", "Mohd.", "Md.", "St. John", "Zoë", "Pui Shan",
     "Jane Ann", "Dean", "Abdul Rahman", "Na", "Do", "M.A.", "Sean O"]
)  # fmt: skip
SURNAME = st.sampled_from(
    ["Smith", "SMITH", "Smith-Jones", "O'Neill", "O Neill", "van der Berg", "De La Cruz", "Ng",
     "Do", "ap Gwilym", "St. John", "Major", "Ma", "MA", "King", "Garcia y Lopez", "Lord"]
)  # fmt: skip
SUFFIX = st.sampled_from(
    ["OBE", "M.B.E.", "MA", "BA(Hons)", "Jr.", "DL", "MBE DL", "FRSPH", "P.E."]
)
ASIDE = st.sampled_from(
    ["(Jan)", '"Jan"', "(Dr)", "(née Lee)", "née Lee", "(temp)", "(Adult Social Care)",
     "- Planning", "(Planning)", "known as Jan", "geb Lee"]
)  # fmt: skip
BETWEEN = st.sampled_from([" ", "  ", " ", ", ", ","])


@st.composite
def names(draw: st.DrawFn) -> str:
    forename, surname = draw(FORENAME), draw(SURNAME)
    core = draw(
        st.sampled_from(
            [f"{forename} {surname}", f"{surname}, {forename}", f"{surname} {forename}",
             f"{surname},{forename}", surname, f"{forename} {surname} and Jo Lee",
             f"{forename} and Jo {surname}"]
        )
    )  # fmt: skip
    front = draw(st.sampled_from(["", "", draw(TITLE) + draw(st.sampled_from([" ", ""]))]))
    behind = draw(st.lists(st.one_of(SUFFIX, ASIDE, TITLE), max_size=2))
    return front + core + "".join(draw(BETWEEN) + each for each in behind)


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def affixes(text: str) -> set[str]:
    """The words that this title or suffix may have been written as."""
    written = set(words(text))
    for known in (TITLES, SUFFIXES):
        written |= {
            word
            for spelling, meant in known.items()
            if set(words(meant)) <= set(words(text))
            for word in words(spelling)
        }
    return written


def told(cleansing: Cleansing) -> set[str]:
    """The words that a finding says were taken out."""
    if cleansing.severity is Severity.INFO or cleansing.field in {"title", "suffix"}:
        return set()
    former = cleansing.reason == "former name taken out"
    return set(words(cleansing.before)) - set(() if former else words(cleansing.after))


def kept(person: Person) -> set[str]:
    fields = (person.forename, person.known_as, person.middle_names, person.surname)
    return set(words(" ".join(fields))) | affixes(f"{person.title} {person.suffix}")


@given(names())
def test_every_word_of_a_whole_name_is_in_a_field_or_in_a_finding(name: str) -> None:
    quoted = name.replace('"', '""')
    outcome = run(f'Name,Department,Extension\n"{quoted}",Planning,5001\n')
    (person,) = outcome.directory.people

    found = kept(person).union(*map(told, outcome.cleansings))
    # Letters between full stops may have become one suffix: M.B.E. is MBE.
    joined = "".join(words(person.suffix))
    lost = [w for w in words(name) if w not in found and not (len(w) == 1 and w in joined)]
    assert [word for word in lost if word not in {"the", "née", "geb", "known", "as"}] == []


@given(names())
def test_a_whole_name_always_has_a_surname(name: str) -> None:
    quoted = name.replace('"', '""')
    (person,) = run(f'Name,Department\n"{quoted}",Planning\n').directory.people
    assert person.surname
