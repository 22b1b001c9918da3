"""Properties of reading and cleansing, on whatever hypothesis can think of."""

from __future__ import annotations

import csv
import io
import random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from directory.cell_text import clean_text
from directory.errors import DirectoryError
from directory.export import departments_csv, people_csv
from directory.importing import run_import
from directory.model import Directory
from directory.name_case import forename_case, surname_case
from directory.names import from_parts, from_whole
from directory.no_name import is_name
from directory.numbers import clean_numbers
from directory.outcome import ImportOutcome, ReviewItem, Verdict
from directory.report import cleansing_report
from directory.tabular import table_from_bytes
from tests.directory.builders import PLAN, TODAY

HEADINGS = (
    "Staff ID", "Title", "Forename", "Known as", "Surname", "Department", "Extension",
    "Direct line", "Mobile", "E-mail", "Leaving date", "Ex-directory",
)  # fmt: skip
NAMES = st.sampled_from(
    ["Jane", "JANE", "Janie", "jane", "Dr Jane", "Bill", "William (Bill)", "Smith", "SMITH",
     "Smith OBE", "McDONALD", "O’Neill", "van der BERG", "Smith, Jane", "Smith (née Lee)", "VACANT",
     "ZoÃ«", "Ayd?n", "Aydın", "JP", "", "-", "=1+1", "Test"]
)  # fmt: skip
NUMBERS = st.sampled_from(
    ["", "5001", "x5001", "5002", "8313 5001", "020 8313 5002", "020 8313 500", "07700 900123",
     "999", "09011 234567", "n/a", "5001 / 5002", "call me", "+353 1 234 5678"]
)  # fmt: skip
CELLS = st.text(max_size=20).filter(lambda text: "\0" not in text)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "", "1", "2", "3", "2-2"]),
        st.sampled_from(["", "Mr", "DR.", "Cllr", "Wizard"]),
        NAMES | CELLS,
        st.sampled_from(["", "Bill", "Jane Smith"]),
        NAMES | CELLS,
        st.sampled_from(
            ["", "Planning", "PLANNING", "Planing", "Care & Housing", "Care and housing"]
        ),
        NUMBERS | CELLS,
        NUMBERS,
        NUMBERS,
        st.sampled_from(["", "jane@vale.example", "J@", "MAILTO:j@vale.example"]),
        st.sampled_from(["", "01/02/2024", "2030-01-01", "31/02/2024", "soon"]),
        st.sampled_from(["", "yes", "N", "perhaps"]),
    ),
    max_size=8,
)
Rows = list[tuple[str, ...]]
# Whole imports explain little when every cell is varied anew, and it takes minutes.
SETTINGS = settings(phases=set(Phase) - {Phase.explain})


def imported(
    rows: Rows,
    previous: Directory | None = None,
    reviews: tuple[ReviewItem, ...] = (),
) -> ImportOutcome:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([HEADINGS, *rows])
    data = text.getvalue().encode("utf-8", "replace")
    return run_import(
        table_from_bytes(data, "staff.csv"),
        None,
        mapping={},
        plan=PLAN,
        previous=previous or Directory(),
        verdicts={item.key: Verdict.ACCEPTED for item in reviews},
        today=TODAY,
        progress=None,
    )


def forgiving(rows: Rows, previous: Directory | None = None) -> ImportOutcome | None:
    """An import, or None where the file is refused with a sentence."""
    try:
        return imported(rows, previous)
    except DirectoryError:
        return None


@given(ROWS)
@SETTINGS
def test_the_same_file_twice_changes_nothing(rows: Rows) -> None:
    first = forgiving(rows)
    if first is not None:
        assert imported(rows, first.directory).changes == ()


@given(ROWS, st.randoms(use_true_random=False))
@SETTINGS
def test_the_order_of_rows_does_not_matter(rows: Rows, chance: random.Random) -> None:
    first = forgiving(rows)
    shuffled = list(rows)
    chance.shuffle(shuffled)
    second = forgiving(shuffled)
    if first is not None and second is not None:
        assert people_csv(first.directory) == people_csv(second.directory)
        assert first.directory == second.directory
        assert {item.key for item in first.reviews} == {item.key for item in second.reviews}


@given(ROWS)
@SETTINGS
def test_a_cleansed_directory_imported_again_is_the_same(rows: Rows) -> None:
    first = forgiving(rows)
    if first is None or not first.directory.people:
        return
    again = run_import(
        table_from_bytes(people_csv(first.directory).encode(), "people.csv"),
        table_from_bytes(departments_csv(first.directory).encode(), "departments.csv")
        if first.directory.departments
        else None,
        mapping={},
        plan=PLAN,
        previous=Directory(),
        verdicts={},
        today=TODAY,
        progress=None,
    )
    names = [(p.title, p.forename, p.surname, p.known_as) for p in first.directory.people]
    assert sorted(names) == sorted(
        (p.title, p.forename, p.surname, p.known_as) for p in again.directory.people
    )


@given(ROWS)
@SETTINGS
def test_every_row_makes_an_entry_or_is_named_as_skipped(rows: Rows) -> None:
    outcome = forgiving(rows)
    if outcome is None:
        return
    merged = [c for c in outcome.cleansings if c.reason == "the same person: merged"]
    accounted = len(outcome.directory.people) + len(outcome.skipped) + len(merged)
    assert accounted == outcome.rows_read


@given(ROWS)
@SETTINGS
def test_an_invented_number_never_appears(rows: Rows) -> None:
    outcome = forgiving(rows)
    if outcome is None:
        return
    written = "".join("".join(filter(str.isdigit, "".join(row))) + "|" for row in rows)
    for person in outcome.directory.people:
        if person.extension:
            assert person.extension in written
        if person.mobile:
            assert person.mobile[-9:] in written


@given(ROWS)
@SETTINGS
def test_accepting_everything_settles_everything(rows: Rows) -> None:
    first = forgiving(rows)
    if first is None:
        return
    accepted = imported(rows, first.directory, first.reviews)
    assert accepted.reviews == ()
    keys = [person.key for person in accepted.directory.people]
    assert len(keys) == len(set(keys))
    # A spelling that was accepted is known from then on, which may settle more.
    second = imported(rows, accepted.directory, first.reviews)
    assert imported(rows, second.directory, first.reviews).changes == ()
    assert cleansing_report(accepted).startswith("# Cleansing report")


@given(st.binary(max_size=300))
@SETTINGS
def test_arbitrary_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    for prefix in (b"", b"Forename,Surname,Extension\n", b"PK\x03\x04", b"\xff\xfe"):
        try:
            table = table_from_bytes(prefix + data, "staff.csv")
            outcome = run_import(
                table,
                None,
                mapping={},
                plan=PLAN,
                previous=Directory(),
                verdicts={},
                today=TODAY,
                progress=None,
            )
        except DirectoryError:
            continue
        cleansing_report(outcome)
        people_csv(outcome.directory)


@given(st.text(max_size=40))
def test_cleansing_a_cell_is_idempotent(text: str) -> None:
    once, _ = clean_text("team", text)
    assert clean_text("team", once)[0] == once


@given(NAMES | st.text(max_size=20), NAMES | st.text(max_size=20))
def test_names_are_taken_apart_without_an_error_and_stay_so(forename: str, surname: str) -> None:
    parts, _ = from_parts(clean_text("forename", forename)[0], clean_text("surname", surname)[0])
    if not (is_name(parts.forename) and is_name(parts.surname)):
        return
    again, _ = from_parts(parts.forename, parts.surname)
    assert (again.forename, again.surname) == (parts.forename, parts.surname)
    from_whole(clean_text("name", f"{forename} {surname}")[0])


@given(st.text(max_size=20))
def test_capitals_are_idempotent(text: str) -> None:
    text, _ = clean_text("surname", text)
    if not is_name(text):
        return
    assert surname_case(surname_case(text)) == surname_case(text)
    assert forename_case(forename_case(text)) == forename_case(text)


@given(NUMBERS | st.text(max_size=25), NUMBERS | st.text(max_size=25), NUMBERS)
def test_numbers_are_bare_digits_or_e164_and_stay_so(one: str, two: str, three: str) -> None:
    numbers, _ = clean_numbers(one, two, three, PLAN)
    if numbers.extension:
        assert numbers.extension.isdigit()
        assert PLAN.has_extension(numbers.extension)
    for number in (numbers.direct_line, numbers.mobile):
        assert number is None or (number.startswith("+44") and number[1:].isdigit())
    again, _ = clean_numbers(
        numbers.extension or "", numbers.direct_line or "", numbers.mobile or "", PLAN
    )
    assert again == numbers
