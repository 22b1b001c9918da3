from __future__ import annotations

from directory.model import Department, Directory, Person
from grammar.model import FormKind
from grammar.nicknames import other_names
from grammar.spoken_forms import of_department, of_person, uniqueness


def said(person: Person, *others: Person) -> dict[str, FormKind]:
    return dict(of_person(person, uniqueness(Directory((person, *others)))))


def test_a_person_is_asked_for_by_full_name_known_as_and_nicknames() -> None:
    forms = said(Person("1", "Brown", "Robert", known_as="Robbie"))
    assert forms["robert brown"] is FormKind.FULL_NAME
    assert forms["robbie brown"] is FormKind.KNOWN_AS
    assert forms["bob brown"] is FormKind.NICKNAME
    assert forms["brown"] is FormKind.SURNAME


def test_nicknames_go_both_ways() -> None:
    assert "william" in other_names("bill")
    assert "bill" in other_names("william")
    assert "shiv" in other_names("siobhan")
    assert "william grey" in said(Person("1", "Grey", "Bill"))


def test_a_common_name_is_not_swapped_for_another_one() -> None:
    assert "ian" not in other_names("john")
    assert "rupert" not in other_names("robert")
    assert len(other_names("chris")) < 10


def test_a_name_that_the_british_table_lacks_is_looked_up_in_the_package() -> None:
    assert "ebbie" in other_names("ebenezer") or "eben" in other_names("ebenezer")
    assert other_names("zzyzx") == ()


def test_a_forename_alone_counts_only_while_nobody_shares_it_leavers_included() -> None:
    jo = Person("1", "Grey", "Jocasta")
    assert said(jo)["jocasta"] is FormKind.FORENAME
    assert "jocasta" not in said(jo, Person("2", "Pink", "Jocasta"))
    assert "jocasta" not in said(jo, Person("2", "Pink", "Jocasta", left=True))


def test_titles_are_said_only_as_the_directory_has_them() -> None:
    assert "mr grey" in said(Person("1", "Grey", "Ian", title="Mr"))
    assert "doctor grey" in said(Person("1", "Grey", "Ian", title="Dr"))
    untitled = said(Person("1", "Grey", "Ian"))
    assert FormKind.TITLE_SURNAME not in untitled.values()
    ms = said(Person("1", "Grey", "Ann", title="Ms"))
    assert {"ms grey", "miss grey", "mrs grey"} <= ms.keys()
    assert "mr grey" not in ms


def test_an_elected_member_is_councillor_whatever_else() -> None:
    forms = said(Person("1", "Grey", "Ann", title="Dr", member=True))
    assert {"councillor grey", "doctor grey", "councillor ann grey"} <= forms.keys()


def test_a_knight_is_sir_with_the_forename() -> None:
    forms = said(Person("1", "Grey", "Ian", title="Sir"))
    assert {"sir ian", "sir ian grey"} <= forms.keys()
    assert "sir grey" not in forms


def test_each_of_several_titles_is_said() -> None:
    vicar = said(Person("1", "Grey", "Ann", title="Reverend Dr"))
    assert {"reverend grey", "doctor grey", "reverend ann grey"} <= vicar.keys()
    knight = said(Person("1", "Grey", "Ian", title="Professor Sir"))
    assert {"professor grey", "professor ian grey", "sir ian", "sir ian grey"} <= knight.keys()
    assert "sir grey" not in knight


def test_a_name_with_its_middle_names_is_said_in_full() -> None:
    forms = said(Person("1", "Pink", "Ann", middle_names="Grey"))
    assert forms["ann grey pink"] is FormKind.FULL_NAME
    assert "a b pink" not in {
        text
        for text, kind in said(Person("1", "Pink", "A", middle_names="B")).items()
        if kind is FormKind.FULL_NAME
    }


def test_either_half_of_a_double_barrelled_name_will_do() -> None:
    forms = said(Person("1", "Grey-Pink", "Ann", title="Mrs"))
    assert {"ann grey pink", "ann grey", "ann pink", "pink", "grey", "mrs pink"} <= forms.keys()


def test_initials_are_said_letter_by_letter() -> None:
    forms = said(Person("1", "Grey", "Ann", middle_names="Belinda"))
    assert forms["a grey"] is FormKind.INITIALS
    assert forms["a b grey"] is FormKind.INITIALS


def test_a_job_title_names_somebody_only_while_one_person_has_it() -> None:
    chief = Person("1", "Grey", "Ann", job_title="Chief Executive")
    before = Person("2", "Pink", "Ian", job_title="Chief Executive", left=True)
    assert said(chief, before)["chief executive"] is FormKind.JOB_TITLE
    assert "chief executive" not in said(before, chief)
    assert "officer" not in said(
        Person("1", "Grey", job_title="Officer"), Person("2", "Pink", job_title="Officer")
    )


def test_a_leaver_keeps_the_forms_of_the_name() -> None:
    assert "ann grey" in said(Person("1", "Grey", "Ann", left=True))


def test_a_department_goes_by_its_aliases_and_without_its_kind() -> None:
    department = Department("d", "Legal Services", aliases=("solicitors", "IT"))
    forms = dict(of_department(department, uniqueness(Directory((), (department,)))))
    assert forms == {
        "legal services": FormKind.DEPARTMENT,
        "legal": FormKind.DEPARTMENT,
        "solicitors": FormKind.ALIAS,
        "i t": FormKind.ALIAS,
        "it": FormKind.ALIAS,
    }


def test_what_a_department_has_in_brackets_need_not_be_said() -> None:
    care = Department("d", "Adult Social Care (ASC)")
    north = Department("e", "Library (North)")
    unique = uniqueness(Directory((), (care, north)))
    assert {"adult social care", "a s c", "asc"} <= dict(of_department(care, unique)).keys()
    forms = dict(of_department(north, unique))
    assert {"library north", "library"} <= forms.keys()
    assert "north" not in forms


def test_a_shortened_department_never_runs_into_another_one() -> None:
    housing, service = Department("d", "Housing"), Department("e", "Housing Service")
    unique = uniqueness(Directory((), (housing, service)))
    assert "housing" not in dict(of_department(service, unique))
