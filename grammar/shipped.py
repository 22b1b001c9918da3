"""Tables that ship beside the code: tab-separated, with comments in lines that begin with #."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources


def rows(package: str, name: str) -> Iterator[list[str]]:
    """The columns of each row, in the file's order."""
    table = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
