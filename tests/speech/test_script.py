from __future__ import annotations

import csv
import io

from directory.model import Department, Directory, Person
from grammar.building import build
from grammar.model import Grammar
from switchboard.dialogue.actions import Line
from switchboard.speech.naming import names_of
from switchboard.speech.pieces import sentence
from switchboard.speech.prompt_texts import prompts
from switchboard.speech.script import Kind, ScriptLine, script, script_csv
from tests.speech import told_apart

PROMPTS = prompts("Example Council")


def of(kind: Kind, lines: list[ScriptLine]) -> list[str]:
    return [line.words for line in lines if line.kind is kind]


def test_people_come_most_called_first_namesakes_once_and_leavers_never(grammar: Grammar) -> None:
    names = of(Kind.NAME, script(PROMPTS, grammar))
    assert names[0] == "Bill Smith"  # 40 calls
    assert names.count("Jane Smith") == 1
    departments = of(Kind.DEPARTMENT, script(PROMPTS, grammar))
    assert "IT Services" not in departments


def test_calls_of_namesakes_are_counted_together() -> None:
    people = [
        Person("1", "Smith", "Jane", extension="5001"),
        Person("2", "Smith", "Jane", extension="5002"),
        Person("3", "Adams", "Ann", extension="5003"),
    ]
    counted = build(Directory(tuple(people)), call_counts=[("1", 3), ("2", 4), ("3", 5)])
    lines = [line for line in script(PROMPTS, counted) if line.kind is Kind.NAME]
    assert [(line.words, line.calls) for line in lines] == [("Jane Smith", 7), ("Ann Adams", 5)]


def test_how_a_name_is_said_stands_beside_it(grammar: Grammar) -> None:
    [line] = [line for line in script(PROMPTS, grammar) if "Feather" in line.words]
    assert line.file == "name-marigold-featherstonehaugh"
    assert line.said.startswith("featherstonehaugh /")


def test_every_piece_of_every_prompt_is_on_the_list(grammar: Grammar) -> None:
    """Whoever records the whole list is never helped out by the synthesised voice."""
    listed = {line.words for line in script(PROMPTS, grammar)}
    for prompt in PROMPTS.values():
        line = Line(
            prompt.name,
            entries={"entry": "3", "instead": "d1"},
            words={"detail": "Housing", "key": "1", "name": "Jane Smith"},
        )
        said = {piece.words for piece in sentence(line, prompt, names_of(grammar)).pieces}
        assert said <= listed


def test_whatever_tells_people_apart_is_on_the_list() -> None:
    where = told_apart.organisation()
    listed = {line.words for line in script(PROMPTS, where)}
    said = told_apart.lines(where)
    assert {line.prompt for line in said} == {"option", "choose", "confirm_detail"}
    for line in said:
        spoken = sentence(line, PROMPTS[line.prompt], names_of(where))
        assert {piece.words for piece in spoken.pieces} <= listed


def test_each_file_name_and_each_text_is_there_once(grammar: Grammar) -> None:
    lines = script(PROMPTS, grammar)
    assert len({line.file for line in lines}) == len(lines)
    assert len({line.words for line in lines}) == len(lines)


def test_the_list_opens_in_a_spreadsheet_without_harm() -> None:
    directory = Directory(
        departments=(Department("d1", '=HYPERLINK("x"), Töwn', extension="5001"),)
    )
    text = script_csv(script(PROMPTS, build(directory)))
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["File", "Kind", "Text", "How it is said", "Calls"]
    assert rows[-1][2] == '\'=HYPERLINK("x"), Töwn'
    assert rows[-1][0].isascii()
