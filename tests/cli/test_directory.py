from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import directory
from directory.outcome import ImportOutcome, ReviewKind
from switchboard.cli.directory import importing
from switchboard.storage.directories import load_directory
from switchboard.storage.imports import imports
from switchboard.storage.reviews import reviews
from switchboard.storage.store import open_store
from tests.cli.conftest import Ran

Run = Callable[..., Ran]

STAFF = """\
Staff ID,Forename,Surname,Job title,Department,Extension,Shoe size
1,jane,O'NEILL,Planner,Planning,x5001,38
2,William,Smith,Officer,Housing,5002,44
3,Bill,Smith,Officer,Housing,5002,44
4,Jane,Smith,Solicitor,Legal,5004,40
5,Vacant,,,Legal,5005,
"""
DEPARTMENTS = """\
Department,Also known as,Extension
Planning,Development Control;trees,6001
Housing,,6002
Legal,,6003
"""


@pytest.fixture
def staff(tmp_path: Path) -> Path:
    file = tmp_path / "staff.csv"
    file.write_text(STAFF, "utf-8")
    return file


@pytest.fixture
def departments(tmp_path: Path) -> Path:
    file = tmp_path / "departments.csv"
    file.write_text(DEPARTMENTS, "utf-8")
    return file


@pytest.fixture
def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SWITCHBOARD_DATABASE", sqlite_url)
    return sqlite_url


@pytest.fixture
def imported(run: Run, staff: Path, departments: Path, database: str) -> Ran:
    return run("directory", "import", staff, "--departments", departments)


def test_an_import_is_stored_and_says_what_it_did_and_what_to_do_next(
    imported: Ran, database: str
) -> None:
    assert imported.code == 0
    assert "8 rows read from staff.csv and departments.csv." in imported.out
    assert "The directory has 4 people and 3 departments." in imported.out
    assert "7  added" in imported.out
    assert "capitals" in imported.out
    assert "Rows that make no entry, 1:\n  line 6: " in imported.out
    assert '"Shoe size"' in imported.out
    assert "switchboard directory review   1 to decide: 1 duplicate" in imported.out
    assert "switchboard grammar publish" in imported.out
    jane = load_directory(open_store(database)).people[0]
    assert (jane.full_name, jane.extension) == ("Jane O'Neill", "5001")


def test_importing_the_same_file_again_changes_nothing(
    run: Run, imported: Ran, staff: Path, departments: Path, database: str
) -> None:
    before = load_directory(open_store(database))
    again = run("directory", "import", staff, "--departments", departments)
    for kind in ("added", "changed", "moved", "left"):
        assert f"     0  {kind}" in again.out
    assert load_directory(open_store(database)) == before


def test_a_dry_run_says_the_same_and_stores_nothing(run: Run, staff: Path, database: str) -> None:
    ran = run("directory", "import", staff, "--dry-run")
    assert "added" in ran.out
    assert "nothing was stored" in ran.out
    assert imports(open_store(database)) == ()


def test_of_a_workbook_the_sheets_that_are_not_read_are_told_first(
    run: Run, tmp_path: Path, database: str
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Surname", "Extension"])
    for row in range(20):
        book.worksheets[0].append([f"Smith{'abcdefghijklmnopqrstuvwxyz'[row]}", "x5001"])
        book.worksheets[0].append([None, "5001"])
    book.copy_worksheet(book.worksheets[0]).title = "More"
    book.create_sheet("Rota").append(["Ask Ann"])
    book.save(tmp_path / "staff.xlsx")
    ran = run("directory", "import", tmp_path / "staff.xlsx")
    assert "80 rows read" in ran.out
    assert 'line 1 of sheet 3: the sheet "Rota" is not read' in ran.out
    each = run("directory", "report", "--each").out
    assert 'line 2 of sheet 2, extension: "x5001" -> "5001"' in each


def test_a_heading_can_be_mapped(run: Run, tmp_path: Path, database: str) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("Forename,Surname,Ruf=Nr\nJane,Smith,5001\n", "utf-8")
    ran = run("directory", "import", file, "--map", "Ruf=Nr=extension")
    assert ran.code == 0, ran.err
    assert load_directory(open_store(database)).people[0].extension == "5001"


def test_the_number_plan_of_the_settings_is_kept_to(
    run: Run, staff: Path, tmp_path: Path, database: str
) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text('[number_plan]\nblocks = [{first = "200", last = "299", direct = ""}]\n')
    run("directory", "import", staff, "--settings", settings)
    assert {person.extension for person in load_directory(open_store(database)).people} == {None}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "nowhere.csv"], "no file nowhere.csv"),
        (["import", "STAFF", "--map", "extension"], '--map "Heading=field"'),
        (["import", "STAFF", "--map", "Shoe size=feet"], "feet"),
        (["import", "STAFF", "--database", "oracle://x"], "not supported; use sqlite"),
        (["import", "STAFF", "--settings", "nowhere.toml"], "check --settings"),
        (["search", "smith"], "empty; run: switchboard directory import"),
        (["show", "smith"], "empty; run: switchboard directory import"),
        (["review", "--accept", "nonsense"], "no review nonsense"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    run: Run, staff: Path, database: str, words: list[str], said: str
) -> None:
    ran = run("directory", *(str(staff) if word == "STAFF" else word for word in words))
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_search_finds_by_name_job_department_and_number(run: Run, imported: Ran) -> None:
    for words, found in (
        (["oneill"], ["Jane O'Neill"]),
        (["solic"], ["Jane Smith"]),
        (["housing", "smith"], ["Bill Smith", "William Smith"]),
        (["6001"], ["Planning"]),
    ):
        ran = run("directory", "search", *words)
        lines = ran.out.splitlines()[1:]
        assert [line.split("  ")[0] for line in lines] == found, words


def test_search_says_when_nothing_is_like_that(run: Run, imported: Ran) -> None:
    ran = run("directory", "search", "xyzzy")
    assert ran.code == 2
    assert "fewer or shorter words" in ran.err


def test_show_tells_all_about_one_entry(run: Run, imported: Ran) -> None:
    by_name = run("directory", "show", "jane", "o'neill")
    assert "extension          5001" in by_name.out
    assert "added (import 1" in by_name.out
    assert run("directory", "show", "1").out == by_name.out
    assert "Development Control; trees" in run("directory", "show", "planning").out


def test_show_asks_which_one_when_several_are_like_that(run: Run, imported: Ran) -> None:
    ran = run("directory", "show", "smith")
    assert ran.code == 2
    assert "by its key" in ran.err
    assert "Jane Smith" in ran.out


def _only_key(database: str) -> str:
    (review,) = reviews(open_store(database))
    return review.item.key


def test_reviews_are_listed_with_their_keys(run: Run, imported: Ran, database: str) -> None:
    ran = run("directory", "review", "--list")
    assert ran.out.startswith(_only_key(database))
    assert "1 open." in ran.err


@pytest.mark.parametrize("way", ["--accept", "--accept-all", "asked"])
def test_accepting_a_review_changes_the_directory_at_once(
    run: Run, imported: Ran, database: str, way: str
) -> None:
    if way == "asked":
        ran = run("directory", "review", typed="a\n")
        assert "Bill Smith, Officer, Housing, 5002, 3" in ran.out
    else:
        value = "duplicate" if way == "--accept-all" else _only_key(database)
        ran = run("directory", "review", way, value)
    assert ran.code == 0
    assert "switchboard grammar publish" in ran.out
    names = [person.full_name for person in load_directory(open_store(database)).people]
    assert names == ["Jane O'Neill", "Jane Smith", "William Smith"]


def test_an_accepted_review_is_repeated_by_later_imports(
    run: Run, imported: Ran, staff: Path, departments: Path, database: str
) -> None:
    run("directory", "review", "--accept-all", "duplicate")
    before = load_directory(open_store(database))
    again = run("directory", "import", staff, "--departments", departments)
    assert "to decide" not in again.out
    assert load_directory(open_store(database)) == before


def test_a_refused_review_is_not_asked_again(
    run: Run, imported: Ran, staff: Path, departments: Path, database: str
) -> None:
    before = load_directory(open_store(database))
    run("directory", "review", "--refuse", _only_key(database))
    again = run("directory", "import", staff, "--departments", departments)
    assert "to decide" not in again.out
    assert load_directory(open_store(database)) == before
    assert "Nothing is open." in run("directory", "review", "--list").err


def test_a_review_can_be_skipped_or_left_and_stays_open(
    run: Run, imported: Ran, database: str
) -> None:
    for answer in ("s\n", "q\n"):
        ran = run("directory", "review", typed=answer)
        assert ran.code == 0
        assert "1 still open." in ran.out
    assert [review.verdict for review in reviews(open_store(database))] == [None]


def test_markup_in_a_directory_is_printed_as_it_stands(
    run: Run, tmp_path: Path, database: str
) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("Forename,Surname,Job title\nJane,Smith,[bold]Chief[/bold]\n", "utf-8")
    run("directory", "import", file)
    assert "[bold]Chief[/bold]" in run("directory", "search", "smith").out


def test_of_two_imports_at_once_the_second_is_told_and_changes_nothing(
    run: Run, staff: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = staff.with_name("other.csv")
    other.write_text("Forename,Surname\nAda,Other\n", "utf-8")
    cleanse = importing.run_import

    def overtaken(*tables: Any, **options: Any) -> ImportOutcome:
        with monkeypatch.context() as patch:
            patch.setattr(importing, "run_import", cleanse)
            assert run("directory", "import", other).code == 0
        return cleanse(*tables, **options)

    monkeypatch.setattr(importing, "run_import", overtaken)
    ran = run("directory", "import", staff)
    assert ran.code == 2
    assert "Another import or review changed the directory" in ran.err
    assert "Run it again" in ran.err
    people = load_directory(open_store(database)).people
    assert [person.full_name for person in people] == ["Ada Other"]


def test_an_import_while_another_is_being_saved_is_told_after_the_set_wait(
    run: Run, imported: Ran, staff: Path, tmp_path: Path, database: str
) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text("[storage]\nlock_wait_s = 0.1\n")
    with open_store(database).writing():
        ran = run("directory", "import", staff, "--settings", settings)
    assert ran.code == 2
    assert "Another program is writing to the database" in ran.err


def test_the_sample_with_every_doubt_accepted_is_imported_again_without_a_change(
    run: Run, database: str
) -> None:
    sample = Path(directory.__file__).parent / "sample"
    words = ("directory", "import", sample / "staff.csv", "--departments")
    first = run(*words, sample / "departments.csv")
    assert first.code == 0, first.err
    kinds = [word for kind in ReviewKind for word in ("--accept-all", kind.value)]
    assert run("directory", "review", *kinds).code == 0
    before = load_directory(open_store(database))
    again = run(*words, sample / "departments.csv")
    assert "to decide" not in again.out
    assert "grammar publish" not in again.out
    assert load_directory(open_store(database)) == before


def test_the_report_of_an_import_can_be_had_again(run: Run, imported: Ran, tmp_path: Path) -> None:
    ran = run("directory", "report")
    assert "Rows that made no entry" in ran.out
    assert "capitals" in ran.out
    file = tmp_path / "report.md"
    assert run("directory", "report", "--import", 1, "--out", file).code == 0
    assert file.read_text("utf-8") == ran.out


def test_every_single_change_by_cleansing_can_be_listed(run: Run, imported: Ran) -> None:
    ran = run("directory", "report", "--each")
    assert """line 2, surname: "O'NEILL" -> "O'Neill", capitals (info)""" in ran.out.splitlines()


def test_an_export_has_everybody_and_can_be_imported_again(
    run: Run, imported: Ran, tmp_path: Path, database: str
) -> None:
    people, departments = tmp_path / "people.csv", tmp_path / "departments.csv"
    assert run("directory", "export", people, "--departments", departments).code == 0
    assert run("directory", "export").out.replace("\r", "") == people.read_text("utf-8-sig")
    before = load_directory(open_store(database)).people
    again = run("directory", "import", people)
    assert again.code == 0, again.err
    assert load_directory(open_store(database)).people == before


def test_an_export_of_both_files_imported_again_changes_nothing(
    run: Run, imported: Ran, staff: Path, departments: Path, database: str
) -> None:
    # Leavers and a department that was closed are in the export, too.
    staff.write_text(STAFF.replace("4,Jane,Smith,Solicitor,Legal,5004,40\n", ""), "utf-8")
    departments.write_text(DEPARTMENTS.replace("Legal,,6003\n", ""), "utf-8")
    words = ("directory", "import", staff, "--departments", departments)
    assert run(*words).code == 0
    before = load_directory(open_store(database))
    assert any(entry.left for entry in before.departments)
    people, listed = staff.with_name("people.csv"), staff.with_name("listed.csv")
    assert run("directory", "export", people, "--departments", listed).code == 0
    again = run("directory", "import", people, "--departments", listed)
    assert again.code == 0, again.err
    assert "Headings with no field" not in again.out
    assert load_directory(open_store(database)) == before


CROWD = "Staff ID,Forename,Surname,Department,Extension\n" + "".join(
    f"{n},Ada{n},Lovelace,Planning,{5000 + n}\n" for n in range(1, 41)
)


def test_an_export_that_was_cut_short_is_questioned_and_nobody_leaves(
    run: Run, staff: Path, database: str
) -> None:
    staff.write_text(CROWD, "utf-8")
    assert run("directory", "import", staff).code == 0
    before = load_directory(open_store(database))
    staff.write_text("".join(CROWD.splitlines(keepends=True)[:30]), "utf-8")
    refused = run("directory", "import", staff)
    assert refused.code == 2
    assert "By this import 11 of 40 people have left: was the file cut short?" in refused.err
    assert "--allow-leavers. Nothing was stored." in refused.err
    assert load_directory(open_store(database)) == before
    assert "11 of 40 people" in run("directory", "import", staff, "--dry-run").out
    assert run("directory", "import", staff, "--allow-leavers").code == 0
    assert sum(person.left for person in load_directory(open_store(database)).people) == 11


def test_a_file_of_headings_alone_is_questioned_in_a_small_directory_too(
    run: Run, staff: Path, imported: Ran, database: str
) -> None:
    before = load_directory(open_store(database))
    staff.write_text(staff.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    ran = run("directory", "import", staff)
    assert ran.code == 2
    assert "have left: was the file cut short?" in ran.err
    assert load_directory(open_store(database)) == before


@pytest.mark.parametrize(
    ("rows", "remedy"),
    [
        ("", "staff.csv has headings but no people: export the list again"),
        ("1,,,5001\n2,,,5002\n", "No row of staff.csv makes an entry (line 3: no name). Mend the"),
        ("1,Ann,Lee,5,0,0,1\n", "No row of staff.csv makes an entry (line 3: has a cell in column"),
    ],
)
def test_a_file_that_gives_nobody_to_an_empty_directory_is_refused_with_the_remedy(
    run: Run, staff: Path, database: str, rows: str, remedy: str
) -> None:
    staff.write_text(f"Our staff\nStaff ID,Forename,Surname,Extension\n{rows}", "utf-8")
    refused = run("directory", "import", staff)
    assert refused.code == 2
    assert remedy in refused.err
    assert imports(open_store(database)) == ()
    dry = run("directory", "import", staff, "--dry-run")
    assert dry.code == 0
    assert remedy in dry.out


def test_departments_alone_fill_an_empty_directory(
    run: Run, staff: Path, departments: Path, database: str
) -> None:
    staff.write_text("Staff ID,Forename,Surname,Extension\n", "utf-8")
    assert run("directory", "import", staff, "--departments", departments).code == 0


def test_a_few_leavers_are_not_questioned(run: Run, staff: Path, database: str) -> None:
    staff.write_text(CROWD, "utf-8")
    assert run("directory", "import", staff).code == 0
    staff.write_text("".join(CROWD.splitlines(keepends=True)[:33]), "utf-8")
    assert run("directory", "import", staff).code == 0


@pytest.mark.parametrize("words", [["export"], ["report", "--out"]])
def test_a_file_that_cannot_be_written_is_told(run: Run, imported: Ran, words: list[str]) -> None:
    ran = run("directory", *words, "/dev/full")
    assert ran.code == 2
    assert "can't be written (No space left on device); name another file" in ran.err


def test_a_report_before_any_import_says_how_to_import(run: Run, database: str) -> None:
    ran = run("directory", "report")
    assert ran.code == 2
    assert "switchboard directory import FILE" in ran.err
