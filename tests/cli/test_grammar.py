from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from grammar.versions import load
from switchboard.storage import publishing
from switchboard.storage.calls import write_entries
from switchboard.storage.grammars import draft_grammar, published_grammar
from switchboard.storage.publishing import published_version
from switchboard.storage.store import Store, open_store
from tests.cli.conftest import Ran
from tests.recognition.vosk.small_model import model_that_knows
from tests.storage.made_up_calls import sent, started, whole_call

Run = Callable[..., Ran]

STAFF = """\
Staff ID,Title,Forename,Surname,Job title,Department,Extension
1,Mrs,Marigold,Featherstonehaugh,Solicitor,Legal,5001
2,Mr,Alan,Stewart,Planner,Planning,5002
3,Mr,Allan,Stuart,Officer,Housing,5003
4,Ms,Jocasta,Wozencraft,Officer,Housing,
"""
DEPARTMENTS = """\
Department,Also known as,Extension
Planning,trees,6001
Housing,,6002
Legal,,6003
"""


@pytest.fixture
def store(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, run: Run) -> Store:
    """A database with a small directory in it."""
    monkeypatch.setenv("SWITCHBOARD_DATABASE", sqlite_url)
    staff, departments = tmp_path / "staff.csv", tmp_path / "departments.csv"
    staff.write_text(STAFF, "utf-8")
    departments.write_text(DEPARTMENTS, "utf-8")
    assert run("directory", "import", staff, "--departments", departments).code == 0
    return open_store(sqlite_url)


def test_publishing_brings_the_current_directory_into_force(store: Store, run: Run) -> None:
    ran = run("grammar", "publish")
    assert ran.code == 0, ran.err
    grammar = published_grammar(store)
    assert grammar is not None
    assert f"Published {grammar.version}" in ran.out
    assert "4 people, 3 departments" in ran.out
    assert "1 no number" in ran.out
    assert any(form.text == "jocasta wozencraft" for form in grammar.forms)


def test_publishing_twice_changes_nothing(store: Store, run: Run) -> None:
    run("grammar", "publish")
    again = run("grammar", "publish")
    assert "in force already" in again.out
    assert len(publishing.publications(store)) == 1


def test_a_publication_that_fails_leaves_the_old_grammar_in_force(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("grammar", "publish")
    before = published_version(store)
    run("grammar", "alias", "add", "my landlord", "Housing")

    def full(*_args: object, **_kwargs: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("disk is full"))

    monkeypatch.setattr("switchboard.storage.publishing._append", full)
    assert run("grammar", "publish").code == 2
    assert published_version(store) == before


def test_a_rollback_brings_back_the_version_before(store: Store, run: Run) -> None:
    run("grammar", "publish")
    first = published_version(store)
    run("grammar", "alias", "add", "my landlord", "Housing")
    run("grammar", "publish", "--reason", "more names")
    assert published_version(store) != first
    assert f"{first} is in force again" in run("grammar", "rollback").out
    assert published_version(store) == first
    listed = run("grammar", "versions").out
    assert "more names" in listed
    assert listed.splitlines()[0].endswith("(in force)")


def test_a_stored_version_can_be_published_by_its_name(store: Store, run: Run) -> None:
    run("grammar", "publish")
    first = published_version(store)
    run("grammar", "alias", "add", "my landlord", "Housing")
    run("grammar", "publish")
    assert run("grammar", "publish", first).code == 0
    assert published_version(store) == first
    unknown = run("grammar", "publish", "g000000000000")
    assert unknown.code == 2
    assert "no grammar version" in unknown.err


def test_building_publishes_nothing_and_writes_what_would_be(
    store: Store, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "grammar.jsonl"
    assert run("grammar", "build", "--out", out).code == 0
    assert published_version(store) is None
    assert load(out.read_bytes()) == draft_grammar(store)
    unwritable = run("grammar", "build", "--out", tmp_path / "missing" / "grammar.jsonl")
    assert unwritable.code == 2
    assert "can't be written" in unwritable.err


def test_a_diff_lists_what_the_next_publication_changes(store: Store, run: Run) -> None:
    assert "Nothing is published" in run("grammar", "diff").err
    run("grammar", "publish")
    assert "Nothing changes" in run("grammar", "diff").out
    run("grammar", "alias", "add", "my landlord", "Housing")
    run("grammar", "pronounce", "Wozencraft", "WOOZ-en-craft")
    told = run("grammar", "diff").out
    assert "my landlord (Housing)" in told
    assert "wozencraft: (by its spelling) -> /" in told


def test_showing_an_entry_prints_its_forms_and_patterns(store: Store, run: Run) -> None:
    told = run("grammar", "show", "marigold").out
    for expected in (
        "marigold featherstonehaugh", "mrs featherstonehaugh", "m featherstonehaugh", "solicitor",
        "/fanʃɔː/", "“in” or “from” Legal", "“the” Solicitor", "new",
    ):  # fmt: skip
        assert expected in told
    run("grammar", "publish")
    assert "  new" not in run("grammar", "show", "marigold").out


def test_a_name_that_means_several_entries_is_asked_about(store: Store, run: Run) -> None:
    ran = run("grammar", "show", "officer")
    assert ran.code == 2
    assert "Several entries" in ran.err
    assert "Wozencraft" in ran.out


def test_confusable_names_are_ranked(store: Store, run: Run) -> None:
    told = run("grammar", "confusable").out
    assert told.startswith("1.00  alan stewart (Planning, 5002)  ~  allan stuart (Housing, 5003)")
    assert "1 pair sounds alike." in told


def test_coverage_names_who_cannot_be_reached(store: Store, run: Run, tmp_path: Path) -> None:
    told = run("grammar", "coverage").out
    assert "no number          Jocasta Wozencraft" in told
    assert "homophone          Alan Stewart" in told
    words = tmp_path / "words.txt"
    words.write_text("alan 1\nstewart 2\nallan\nstuart\nhousing\nplanning\nlegal\n", "utf-8")
    told = run("grammar", "coverage", "--vocabulary", words, "--reason", "out_of_vocabulary").out
    assert "Jocasta Wozencraft (Housing): jocasta, wozencraft" in told
    assert "Alan Stewart" not in told
    missing = run("grammar", "coverage", "--vocabulary", tmp_path / "none.txt")
    assert missing.code == 2
    assert "one word a line" in missing.err


@pytest.fixture
def vosk_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that name a model which knows few words, and none at all like Wozencraft."""
    model = model_that_knows(
        tmp_path / "model", "alan", "allan", "stewart", "stuart", "may", "go", "fan", "shaw", "wood"
    )
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[recognition]\nengine = "vosk"\nvosk_model = "{model}"\n', "utf-8")
    monkeypatch.setenv("SWITCHBOARD_SETTINGS", str(settings))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.usefixtures("vosk_in_use")
def test_coverage_names_whom_the_engine_in_use_has_no_words_for(store: Store, run: Run) -> None:
    told = run("grammar", "coverage", "--reason", "out_of_vocabulary").out
    assert "out of vocabulary  Jocasta Wozencraft (Housing): jocasta, wozencraft" in told
    assert "Alan Stewart" not in told
    assert "out of vocabulary" in run("grammar", "publish").out
    # A pronunciation that the model has words for covers it.
    run("grammar", "pronounce", "Wozencraft", "WOOD-shaw")
    run("grammar", "pronounce", "Jocasta", "GO-may")
    again = run("grammar", "coverage", "--reason", "out_of_vocabulary").out
    assert "Wozencraft" not in again


@pytest.mark.usefixtures("vosk_in_use")
def test_coverage_is_told_though_the_engine_cannot_be_used(
    store: Store, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "model" / "graph" / "Gr.fst").unlink()
    ran = run("grammar", "coverage")
    assert ran.code == 0
    assert "no number          Jocasta Wozencraft" in ran.out
    assert "not compared" in ran.err


def test_adding_an_alias_says_at_once_whom_it_makes_ambiguous(store: Store, run: Run) -> None:
    ran = run("grammar", "alias", "add", "Trees", "Housing")
    assert ran.code == 0
    assert "same words mean Planning" in ran.out
    assert "trees" in run("grammar", "alias", "list").out
    assert "can be said already" in run("grammar", "alias", "add", "trees", "Housing").out


def test_an_alias_can_be_checked_without_adding_it(store: Store, run: Run) -> None:
    run("grammar", "alias", "add", "trees", "Housing", "--check")
    assert run("grammar", "alias", "list").out == ""


def test_an_alias_that_is_a_command_is_refused(store: Store, run: Run) -> None:
    ran = run("grammar", "alias", "add", "operator", "Housing")
    assert ran.code == 2
    assert "is a command" in ran.err
    assert run("grammar", "alias", "list").out == ""


def test_an_alias_is_taken_back(store: Store, run: Run) -> None:
    run("grammar", "alias", "add", "my landlord", "Housing")
    run("grammar", "alias", "add", "my landlord", "Legal")
    assert run("grammar", "alias", "remove", "my landlord").code == 2
    assert run("grammar", "alias", "remove", "my landlord", "Legal").code == 0
    assert run("grammar", "alias", "remove", "my landlord").code == 0
    assert run("grammar", "alias", "list").out == ""
    assert run("grammar", "alias", "remove", "my landlord").code == 2


def test_a_carrier_is_added_told_what_it_swallows_and_taken_back(store: Store, run: Run) -> None:
    told = run("grammar", "carrier", "add", "Alan").out
    assert "May be taken off “alan stewart”" in told
    assert "alan" in run("grammar", "carrier", "list").out
    run("grammar", "publish")
    grammar = published_grammar(store)
    assert grammar is not None
    assert "alan" in {phrase.text for phrase in grammar.carriers}
    assert run("grammar", "carrier", "remove", "alan", "--after").code == 2
    assert run("grammar", "carrier", "remove", "alan").code == 0
    assert run("grammar", "carrier", "list").out == ""


def test_a_pronunciation_is_set_shown_and_taken_back(store: Store, run: Run) -> None:
    assert "by its spelling" in run("grammar", "pronounce", "Wozencraft").out
    assert "from the shipped list" in run("grammar", "pronounce", "Featherstonehaugh").out
    assert run("grammar", "pronounce", "Wozencraft", "WOOZ-en-craft").code == 0
    assert "set here as WOOZ-en-craft" in run("grammar", "pronounce", "Wozencraft").out
    assert "wozencraft" in run("grammar", "pronounce").out
    assert run("grammar", "pronounce", "Wozencraft", "--remove").code == 0
    assert run("grammar", "pronounce").out == ""
    assert run("grammar", "pronounce", "Wozencraft", "--remove").code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("Van Dyke", "van DIKE"), "not one word"),
        (("Wozencraft", "/ʘ/"), "not an IPA symbol"),
        (("Wozencraft", "woz3n"), "neither a respelling nor IPA"),
        (("Smith", "smith"), "changes nothing"),
    ],
)
def test_a_pronunciation_that_cannot_be_is_told_in_a_sentence(
    words: tuple[str, str], told: str, store: Store, run: Run
) -> None:
    ran = run("grammar", "pronounce", *words)
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_an_empty_directory_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("SWITCHBOARD_DATABASE", f"sqlite:///{tmp_path}/empty.db")
    for words in (["build"], ["publish"], ["show", "smith"], ["confusable"], ["coverage"]):
        ran = run("grammar", *words)
        assert ran.code == 2
        assert "switchboard directory import FILE" in ran.err
    assert run("grammar", "rollback").code == 2


def test_a_change_waits_for_another_program_as_long_as_the_settings_say(
    store: Store, run: Run, tmp_path: Path
) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text("[storage]\nlock_wait_s = 0.1\n")
    words = ("grammar", "pronounce", "wozencraft", "WOZ-en-kroft", "--settings", settings)
    assert run(*words).code == 0
    done = threading.Event()

    def hold() -> None:
        with store.writing():
            held.set()
            done.wait(3)

    held = threading.Event()
    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    ran = run(*words)  # with the default of 5 s it would get its turn
    done.set()
    other.join()
    assert ran.code == 2
    assert "Another program is writing" in ran.err


def test_entries_that_are_called_often_are_known_to_the_grammar(store: Store) -> None:
    for number in range(5):
        at = datetime.now(UTC) - timedelta(days=number)
        write_entries(store, whole_call(f"c{number}", at))
    assert draft_grammar(store).call_counts == ()
    alan = next(entry.key for entry in draft_grammar(store).entries if "Alan" in entry.name)
    for number in range(5):
        at = datetime.now(UTC) - timedelta(days=number)
        write_entries(store, (started(f"d{number}", at), *sent(f"d{number}", entry=alan, at=at)))
    assert dict(draft_grammar(store).call_counts) == {alan: 4}
