from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from typing import get_type_hints

import pytest

import switchboard
from directory.number_plan import Block
from grammar.decision import Costs
from switchboard.errors import SettingsError
from switchboard.settings import Settings, load_settings, user_file
from switchboard.settings.calls import WEEKDAYS
from switchboard.settings.serving import missing_for_calls

DEFAULTS = files("switchboard").joinpath("default.toml").read_text("utf-8")


def _write(folder: Path, text: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(text, "utf-8")
    return file


def _known() -> set[tuple[str, str]]:
    sections = get_type_hints(Settings)
    return {(section, field.name) for section, kind in sections.items() for field in fields(kind)}


def _documented() -> set[tuple[str, str]]:
    """Settings of default.toml with a comment right above them."""
    found, section, commented = set(), "", False
    for line in DEFAULTS.splitlines():
        if header := re.fullmatch(r"\[(\w+)\]", line):
            section = header[1]
        setting = re.match(r"(\w+) = ", line)
        if setting and commented:
            found.add((section, setting[1]))
        commented = line.startswith("#")
    return found


def test_every_default_is_read_and_every_setting_has_a_default() -> None:
    defaults = tomllib.loads(DEFAULTS)
    assert {(section, key) for section, keys in defaults.items() for key in keys} == _known()
    assert all(is_dataclass(kind) for kind in get_type_hints(Settings).values())


def _reads() -> set[tuple[str, str]]:
    """Every `base.attribute` that the package reads, leading underscores of the base left out."""
    found = set()
    for file in Path(switchboard.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                base = node.value
                name = base.id if isinstance(base, ast.Name) else base.attr
                found.add((name.lstrip("_"), node.attr))
    return found


def test_every_setting_is_read_by_something() -> None:
    reads = _reads()
    # The days are read by the names in WEEKDAYS; `self` are the sections' own methods.
    unread = [
        f"[{section}] {key}"
        for section, key in sorted(_known())
        if key not in WEEKDAYS
        and reads.isdisjoint({(section, key), ("settings", key), ("self", key)})
    ]
    assert not unread


def test_every_setting_is_documented_where_it_stands() -> None:
    assert _documented() == _known()


@pytest.mark.parametrize(("section", "key"), sorted(_known()))
def test_every_number_says_what_raising_it_does(section: str, key: str) -> None:
    value = tomllib.loads(DEFAULTS)[section][key]
    if isinstance(value, int | float) and not isinstance(value, bool):
        above = DEFAULTS[: re.search(rf"^{key} = ", DEFAULTS, re.MULTILINE).start()]  # type: ignore[union-attr]
        comment = re.search(r"((?:^#.*\n)+)\Z", above, re.MULTILINE)
        assert comment is not None
        assert "Raising it" in comment[1].replace("\n# ", " ")


def test_without_a_file_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.audio.endpoint_silence_ms == 500
    assert settings.recognition.engine == "auto"
    plan = settings.number_plan.plan()
    assert plan.blocks == (Block("+44208313", 4, "5000", "7999"),)
    assert plan.extension_of("+442083135001") == "5001"


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    mine = load_settings(_write(tmp_path, "[audio]\nendpoint_silence_ms = 600\n"))
    assert mine.audio.endpoint_silence_ms == 600
    assert mine.audio.longest_utterance_s == load_settings().audio.longest_utterance_s
    assert mine.decision == load_settings().decision


def test_the_costs_of_decisions_are_those_that_decisions_default_to(tmp_path: Path) -> None:
    assert load_settings().decision.costs() == Costs()
    mine = load_settings(_write(tmp_path, "[decision]\nwrong_transfer = 102"))
    assert mine.decision.costs().transfer_probability == pytest.approx(0.99)


def test_a_number_plan_replaces_the_one_of_the_sample(tmp_path: Path) -> None:
    text = '[number_plan]\nblocks = [{ first = "100", last = "399", direct = "" }]\n'
    assert load_settings(_write(tmp_path, text)).number_plan.plan().blocks == (
        Block("", 3, "100", "399"),
    )
    none = load_settings(_write(tmp_path, "[number_plan]\nblocks = []\n"))
    assert none.number_plan.plan().blocks == ()


def test_the_file_comes_from_the_environment_or_the_platforms_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    user_file().parent.mkdir(parents=True)
    user_file().write_text("[recognition]\nworkers = 3\n")
    assert load_settings().recognition.workers == 3
    other = _write(tmp_path, "[recognition]\nworkers = 4\n")
    monkeypatch.setenv("SWITCHBOARD_SETTINGS", str(other))
    assert load_settings().recognition.workers == 4


def test_all_wrong_settings_are_told_at_once_each_with_its_line_and_remedy(
    tmp_path: Path,
) -> None:
    file = _write(
        tmp_path,
        """\
[audio]
endpoint_silence_ms = 9
longest_utterence_s = 9
speech_probability = "high"

[recognition]
engine = "siri"
workers = 2.5

[log]
personal = 1

[decisions]
margin = 1
""",
    )
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert (
        str(caught.value)
        == f"""\
{file}, line 2: [audio] endpoint_silence_ms = 9 is not allowed; give a whole number from 300 to 700.
{file}, line 3: [audio] longest_utterence_s is not a setting; did you mean longest_utterance_s?
{file}, line 4: [audio] speech_probability = 'high' is of the wrong kind; give a number from 0 to 1.
{file}, line 7: [recognition] engine = 'siri' is not allowed; give one of "auto", "vosk", "whisper".
{file}, line 8: [recognition] workers = 2.5 is of the wrong kind; give a whole number from 1 to 64.
{file}, line 11: [log] personal = 1 is of the wrong kind; give true or false.
{file}, line 13: [decisions] is not a setting; did you mean decision?"""
    )


def test_what_is_wrong_between_settings_is_told_with_what_is_wrong_by_itself(
    tmp_path: Path,
) -> None:
    file = _write(
        tmp_path,
        """\
telephone = 1

[sip]
port = "5060"
srtp = "required"

[hours]
monday = "17:00-08:30"
""",
    )
    with pytest.raises(SettingsError) as caught:
        load_settings(file, missing_for_calls)
    assert [line.partition(": ")[2].split(" ")[:2] for line in str(caught.value).splitlines()] == [
        ["[operators]", "numbers"],
        ["[sip]", "peers"],
        ["[telephone]", "is"],
        ["[sip]", "port"],
        ["[sip]", "srtp"],
        ["[hours]", "monday"],
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[decision]\nwrong_transfer = 3", r"line 2: .*not above wrong_question \+ 1"),
        ("[decision]\ngive_up = 1", "line 2: .*not above 1"),
        ('[number_plan]\nblocks = [{ first = "9", last = "100", direct = "" }]', "block .*wrong"),
        ('[number_plan]\nblocks = [{ first = "1", last = "2" }]', "direct is missing; give it"),
        ("[number_plan]\nblocks = 5000", "give a list of { first"),
        ("audio = 5", r"\[audio\] is a section"),
        ("[audio]\nendpoint_silence_ms = five", "not valid TOML: .*Mend that place"),
        ("[audio]\nspeech_probability = nan", "from 0 to 1"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_settings(_write(tmp_path, text))


def test_a_missing_file_and_one_that_is_not_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"can't be read .*check --settings"):
        load_settings(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes('organisation = "Orléans"'.encode("latin-1"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings(tmp_path / "latin.toml")
