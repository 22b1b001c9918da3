from __future__ import annotations

import pytest

from directory.outcome import ReviewKind, Severity, Verdict
from tests.directory.builders import only_person, run


def person_named(forename: str, surname: str) -> tuple[str, ...]:
    cells = ",".join('"' + cell.replace('"', '""') + '"' for cell in (forename, surname))
    person = only_person(f"Forename,Surname\n{cells}\n")
    return person.title, person.forename, person.known_as, person.surname, person.suffix


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("MCDONALD", "McDonald"),
        ("mcdonald", "McDonald"),
        ("McDONALD", "McDonald"),
        ("MACLEAN", "MacLean"),
        ("MACKAY", "Mackay"),
        ("MACHIN", "Machin"),
        ("O'NEILL", "O'Neill"),
        ("o’neill", "O'Neill"),
        ("O`NEILL", "O'Neill"),
        ("D'SOUZA", "D'Souza"),
        ("VAN DER BERG", "van der Berg"),
        ("van der BERG", "van der Berg"),
        ("SMITH-JONES", "Smith-Jones"),
        ("smith-jones", "Smith-Jones"),
        ("Smith - Jones", "Smith-Jones"),
        ("ÖZTÜRK", "Öztürk"),
        ("NG", "Ng"),
        ("ST JOHN", "St John"),
    ],
)
def test_a_surname_in_one_case_gets_its_capitals(typed: str, meant: str) -> None:
    assert person_named("Jo", typed)[3] == meant


@pytest.mark.parametrize(
    "name", ["MacKay", "Mcdonald", "dela Cruz", "De Souza", "Van Dyke", "ffinch-Hatton"]
)
def test_mixed_case_is_how_its_owner_writes_it(name: str) -> None:
    assert person_named("Jo", name)[3] == name


def test_capitals_follow_the_other_rows_where_they_agree() -> None:
    outcome = run("Forename,Surname\nAnn,MACKAY\nIan,MacKay\n")

    assert {person.surname for person in outcome.directory.people} == {"MacKay"}


@pytest.mark.parametrize(("typed", "meant"), [("JP", "JP"), ("AJ", "AJ"), ("JO", "Jo"), ("j", "J")])
def test_initials_stay_capitals(typed: str, meant: str) -> None:
    assert person_named(typed, "Smith")[1] == meant


@pytest.mark.parametrize(
    ("forename", "surname", "parts"),
    [
        ("Dr Jane", "Smith", ("Dr", "Jane", "", "Smith", "")),
        ("Cllr. Jane", "Smith", ("Councillor", "Jane", "", "Smith", "")),
        ("Jane", "Smith OBE", ("", "Jane", "", "Smith", "OBE")),
        ("Jane", "Smith, M.B.E.", ("", "Jane", "", "Smith", "MBE")),
        ("William (Bill)", "Smith", ("", "William", "Bill", "Smith", "")),
        ('William "Bill"', "Smith", ("", "William", "Bill", "Smith", "")),
        ("William 'Bill'", "Smith", ("", "William", "Bill", "Smith", "")),
        ("William aka Bill", "Smith", ("", "William", "Bill", "Smith", "")),
        ("William", "Smith (known as Bill)", ("", "William", "Bill", "Smith", "")),
        ("Jane", "Smith (née Jones)", ("", "Jane", "", "Smith", "")),
        ("Jane", "Smith nee Jones", ("", "Jane", "", "Smith", "")),
        ("Jane (temp)", "Smith", ("", "Jane", "", "Smith", "")),
        ("Jane (she/her)", "Smith", ("", "Jane", "", "Smith", "")),
        ("", "Smith, Jane", ("", "Jane", "", "Smith", "")),
        ("Smith, Jane", "", ("", "Jane", "", "Smith", "")),
        ("Prince", "Adeyemi", ("", "Prince", "", "Adeyemi", "")),
        ("Dean", "Major", ("", "Dean", "", "Major", "")),
        ("Yo", "Ma", ("", "Yo", "", "Ma", "")),
        ("Ann", "Junior", ("", "Ann", "", "Junior", "")),
    ],
)
def test_what_is_not_a_name_is_taken_out(
    forename: str, surname: str, parts: tuple[str, ...]
) -> None:
    assert person_named(forename, surname) == parts


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("Jane Smith", ("", "Jane", "", "Smith", "")),
        ("Smith, Jane", ("", "Jane", "", "Smith", "")),
        ("SMITH, Jane Ann", ("", "Jane", "Ann", "Smith", "")),
        ("Dr Jane Ann Smith OBE", ("Dr", "Jane", "Ann", "Smith", "OBE")),
        ("Mr Joost van der Berg", ("Mr", "Joost", "", "van der Berg", "")),
        ("Prince Adeyemi", ("", "Prince", "", "Adeyemi", "")),
        ("Miss Ann Lord", ("Miss", "Ann", "", "Lord", "")),
    ],
)
def test_a_whole_name_is_taken_apart(whole: str, parts: tuple[str, ...]) -> None:
    person = only_person(f'Name,Extension\n"{whole}",5001\n')

    taken = (person.title, person.forename, person.middle_names, person.surname, person.suffix)
    assert taken == parts


@pytest.mark.parametrize("typed", ["Smith-, Jane", "Smith -, Jane", "Smith, -Jane", "Smith/,*Jane"])
def test_stray_punctuation_beside_the_comma_is_part_of_neither_name(typed: str) -> None:
    assert person_named("", typed) == ("", "Jane", "", "Smith", "")
    person = only_person(f'Name\n"{typed}"\n')
    assert (person.forename, person.surname) == ("Jane", "Smith")


def test_a_capital_word_first_in_a_whole_name_is_asked_about_not_assumed() -> None:
    outcome = run("Name,Extension\nWEI Jane,5001\n")

    (item,) = outcome.reviews
    assert "surname" in item.question
    assert outcome.directory.people[0].surname == "Jane"


def test_later_words_are_middle_names_only_under_a_plural_heading() -> None:
    plural = only_person("Forenames,Surname\nJane Ann,Smith\n")
    singular = only_person("Forename,Surname\nPui Shan,Ng\n")

    assert (plural.forename, plural.middle_names) == ("Jane", "Ann")
    assert singular.forename == "Pui Shan"


def test_mojibake_is_repaired_where_it_is_certain() -> None:
    assert only_person("Forename,Surname\nZoÃ«,BrontÃ«\n").full_name == "Zoë Brontë"
    assert only_person("Forename,Surname\nÃ,Smith\n").forename == "Ã"


def test_unicode_form_and_white_space_are_mended_and_recorded() -> None:
    outcome = run("Forename,Surname\n\u00a0Zoe\u0308  ,Smith\u200b\n")

    (person,) = outcome.directory.people
    assert person.full_name == "Zoë Smith"
    assert {c.reason for c in outcome.cleansings} >= {"Unicode form", "white space"}
    assert all(c.row == 2 and c.entry == person.key for c in outcome.cleansings)


def test_a_lost_letter_is_asked_about_with_the_spelling_of_another_row() -> None:
    outcome = run("Forename,Surname\nOsman,Ayd?n\nAyşe,Aydın\n")

    (item,) = outcome.reviews
    assert "Osman Aydın" in item.proposal
    assert "Ayd?n" in {person.surname for person in outcome.directory.people}


def test_a_title_of_councillor_makes_a_member_and_says_so() -> None:
    outcome = run("Title,Forename,Surname\nCLLR,Jane,Smith\n")

    assert outcome.directory.people[0].member
    assert [c.severity for c in outcome.cleansings if c.field == "member"] == [Severity.WARNING]


@pytest.mark.parametrize(
    "name", ["VACANT", "Vacant Post", "Vacancy - Planner", "TBC", "TBC - Money Adviser"]
)
def test_a_vacant_post_makes_no_entry_and_is_named(name: str) -> None:
    outcome = run(f"Forename,Surname,Extension\n,{name},5001\nJane,Smith,5002\n")

    assert len(outcome.directory.people) == 1
    assert outcome.skipped == ((2, "a vacant post: there is nobody to reach"),)


def test_a_test_account_makes_no_entry_but_a_person_called_test_does() -> None:
    outcome = run("Forename,Surname\nTest,Test\nWinifred,Test\n")

    assert [person.forename for person in outcome.directory.people] == ["Winifred"]
    assert [row for row, _ in outcome.skipped] == [2]


def test_an_empty_row_with_a_number_is_named_as_skipped() -> None:
    assert run("Forename,Surname,Ext\n,,5001\n").skipped == ((2, "no name"),)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Bob; Bobby", "Bob"), ("Bobby / Bob", "Bobby"), ("Rob, Bob", "Rob"), ("Bob or Rob", "Bob"),
        ("Robert;Bob", "Bob"), ("Jones, Bob", "Bob"), ("Anne-Marie", "Anne-Marie"),
    ],
)  # fmt: skip
def test_of_several_known_as_names_one_is_kept_and_the_rest_is_told(given: str, kept: str) -> None:
    outcome = run(f'Forename,Surname,Also known as\nRobert,Jones,"{given}"\n')

    (person,) = outcome.directory.people
    assert person.known_as == kept
    told = [each.after for each in outcome.cleansings if each.before == given]
    assert told == ([] if given == kept else [kept])


def parts_of(whole: str) -> tuple[str, ...]:
    person = only_person(f'Name,Extension\n"{whole}",5001\n')
    return person.forename, person.middle_names, person.surname, person.suffix


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("Wm. Brown", ("Wm.", "", "Brown", "")),
        ("Md. Rahman", ("Md.", "", "Rahman", "")),
        ("Mohd. Aslam Khan", ("Mohd. Aslam", "", "Khan", "")),
        ("St. John Smith", ("St. John", "", "Smith", "")),
        ("Smith, Jas.", ("Jas.", "", "Smith", "")),
        ("Smith, Jas. R.", ("Jas. R.", "", "Smith", "")),
        ("Jane St. John", ("Jane", "", "St. John", "")),
        ("Chas. St. John", ("Chas.", "", "St. John", "")),
        ("Rev St. John", ("", "", "St. John", "")),
    ],
)
def test_a_forename_cut_short_with_a_full_stop_is_a_forename(
    whole: str, parts: tuple[str, ...]
) -> None:
    assert parts_of(whole) == parts


@pytest.mark.parametrize(
    "initials",
    ["J.R.", "J.P.", "M.A.", "R.N.", "B.A.", "Q.C.", "M.P.", "J.D.", "P.E.", "Md.", "JP", "J.R.R."],
)
@pytest.mark.parametrize("surname", ["Smith", "Smith-Jones", "van der Berg", "De Souza"])
def test_initials_behind_the_comma_are_the_forename(initials: str, surname: str) -> None:
    assert parts_of(f"{surname}, {initials}") == (initials, "", surname, "")
    assert person_named("", f"{surname}, {initials}")[1::2] == (initials, surname)


@pytest.mark.parametrize("suffix", ["OBE", "M.B.E.", "PhD", "Jr."])
def test_an_unmistakable_suffix_behind_the_comma_is_no_forename(suffix: str) -> None:
    assert parts_of(f"Smith, {suffix}") == ("", "", "Smith", suffix.replace(".", ""))


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("Smith J", ("J", "", "Smith", "")),
        ("Smith J.", ("J.", "", "Smith", "")),
        ("Smith J P", ("J", "P", "Smith", "")),
        ("Smith A.B.", ("A.B.", "", "Smith", "")),
    ],
)
def test_an_initial_behind_the_surname_is_the_forename_with_a_warning(
    whole: str, parts: tuple[str, ...]
) -> None:
    assert parts_of(whole) == parts
    outcome = run(f"Name\n{whole}\n")
    assert [c.severity for c in outcome.cleansings if c.field == "forename"] == [Severity.WARNING]


@pytest.mark.parametrize("whole", ["J Smith", "J. Ng", "Wei Ng", "Kim Jong-un", "Van Do", "Md Ali"])
def test_two_words_of_a_whole_name_are_forename_and_surname(whole: str) -> None:
    forename, surname = whole.split()
    assert parts_of(whole) == (forename, "", surname, "")


@pytest.mark.parametrize("initials", ["J.P.", "M.D.", "JPS"])
def test_nobody_is_asked_whether_initials_are_the_surname(initials: str) -> None:
    outcome = run(f"Name,Extension\n{initials} Smith,5001\n")

    assert outcome.reviews == ()
    assert outcome.directory.people[0].forename == initials


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("Sean O Neill", ("Sean", "", "O'Neill", "")),
        ("SEAN O BRIEN", ("Sean", "", "O'Brien", "")),
        ("Mary Ann O Connor", ("Mary", "Ann", "O'Connor", "")),
        ("Jane O Smith", ("Jane", "O", "Smith", "")),
        ("Rhys ap Gwilym", ("Rhys", "", "ap Gwilym", "")),
        ("RHYS AB OWAIN", ("Rhys", "", "ab Owain", "")),
        ("MARIA DE LA CRUZ", ("Maria", "", "de la Cruz", "")),
        ("Maria De La Cruz", ("Maria", "", "De La Cruz", "")),
        ("LA TOYA SMITH", ("La", "Toya", "Smith", "")),
        ("Ab de Vries", ("Ab", "", "de Vries", "")),
        ("Mr De Souza", ("", "", "De Souza", "")),
        ("MR DOS SANTOS", ("", "", "dos Santos", "")),
        ("DOS SANTOS, MARIA", ("Maria", "", "dos Santos", "")),
    ],
)
def test_the_small_words_of_a_surname_belong_to_it(whole: str, parts: tuple[str, ...]) -> None:
    assert parts_of(whole) == parts


@pytest.mark.parametrize(
    "whole",
    ["Jane Smith and John Doe", "Jane Smith & John Doe", "Jane Smith / John Doe",
     "Smith, Jane; Doe, John", "Smith, Jane and John"],
)  # fmt: skip
def test_of_two_people_in_one_cell_the_first_is_taken_and_it_is_an_error(whole: str) -> None:
    assert parts_of(whole) == ("Jane", "", "Smith", "")
    outcome = run(f'Name\n"{whole}"\n')
    assert [c.field for c in outcome.cleansings if c.severity is Severity.ERROR] == ["name"]


def test_a_cell_that_may_be_two_people_or_none_is_an_error_and_stays() -> None:
    outcome = run("Name\nParks and Open Spaces\nMetin And\n")

    named = {person.full_name for person in outcome.directory.people}
    assert named == {"Parks And Open Spaces", "Metin And"}
    assert [c.row for c in outcome.cleansings if c.severity is Severity.ERROR] == [2]


@pytest.mark.parametrize(
    ("forename", "surname", "meant"),
    [
        ("", "Siobhan Kelly", ("Siobhan", "", "Kelly")),
        ("Siobhan Kelly", "", ("Siobhan", "", "Kelly")),
        ("", "SIOBHAN MARIE KELLY", ("Siobhan", "Marie", "Kelly")),
        ("", "Jan van der Berg", ("Jan", "", "van der Berg")),
    ],
)
def test_a_whole_name_in_one_of_two_columns_is_asked_about(
    forename: str, surname: str, meant: tuple[str, str, str]
) -> None:
    text = f"Staff ID,Forename,Surname,Extension\n1,{forename},{surname},5001\n"
    first = run(text)
    (item,) = first.reviews
    assert item.kind is ReviewKind.NAME
    person = run(text, verdicts={item.key: Verdict.ACCEPTED}).directory.people[0]
    assert (person.forename, person.middle_names, person.surname) == meant
    refused = run(text, previous=first.directory, verdicts={item.key: Verdict.REFUSED})
    assert (refused.reviews, refused.directory) == ((), first.directory)


@pytest.mark.parametrize("surname", ["Kelly", "De Souza", "van der Berg", "St. John", "O Neill"])
def test_a_surname_alone_is_not_asked_about(surname: str) -> None:
    assert run(f"Forename,Surname,Extension\n,{surname},5001\n").reviews == ()


def test_a_whole_name_that_lost_a_letter_is_asked_about_once() -> None:
    (item,) = run("Staff ID,Forename,Surname,Extension\n1,,Siobh?n Kelly,5001\n").reviews
    assert "has lost a letter" in item.question
