from __future__ import annotations

import pytest

from grammar.commands import SpokenCommands
from grammar.model import Command
from grammar.phrases import shipped

COMMANDS = SpokenCommands(shipped()[1])


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("operator", Command.OPERATOR),
        ("i dont want to talk to machine", Command.OPERATOR),
        ("im not sure who i need to speak to", Command.OPERATOR),
        ("no thats the wrong person", Command.CANCEL),
        ("can we start again", Command.CANCEL),
        ("ok thank you goodbye", None),
        ("thank you goodbye", Command.GOODBYE),
        ("yes thats all", None),
        ("right person", None),
        ("jane smith", None),
        ("somebody rang me from this number yesterday", None),
        ("i dont know whether she still works there", None),
        ("", None),
    ],
)
def test_a_command_is_what_is_said_or_most_of_it(text: str, command: Command | None) -> None:
    assert COMMANDS.of(text) is command
