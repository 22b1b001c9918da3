from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from switchboard.storage.calls import write_entries
from switchboard.storage.store import open_store
from tests.cli.conftest import Ran
from tests.storage.made_up_calls import fallen_back, whole_call

Run = Callable[..., Ran]


@pytest.fixture
def database(sqlite_url: str) -> str:
    store = open_store(sqlite_url)
    write_entries(store, (*whole_call("c1"), *fallen_back("c2")))
    store.close()
    return sqlite_url


@pytest.mark.parametrize(
    ("name", "begins"),
    [("r.pdf", b"%PDF-"), ("r.html", b"<!DOCTYPE html>"), ("r.csv", b"\xef\xbb\xbfhour,calls")],
)
def test_the_month_is_written_in_the_form_of_the_files_name(
    run: Run, database: str, tmp_path: Path, name: str, begins: bytes
) -> None:
    out = tmp_path / name
    ran = run("report", "monthly", "--month", "2031-05", "--out", out, "--database", database)
    assert (ran.code, ran.out) == (0, f"May 2031: {out}\n")
    assert out.read_bytes().lstrip().startswith(begins)


def test_the_page_says_what_the_calls_came_to(run: Run, database: str, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    run("report", "monthly", "--month", "2031-05", "--out", out, "--database", database)
    page = out.read_text("utf-8")
    assert "answered 2 of 2 calls and put 1 of them through without an operator" in page
    assert "50.0% (9.5-90.5)" in page


@pytest.mark.parametrize(
    "case",
    [("2031-13", "r.pdf", "is not a month"), ("May", "r.pdf", "is not a month"),
     ("2031-05", "r.docx", "must end in .pdf, .html or .csv")],
)  # fmt: skip
def test_what_cannot_be_written_is_told(
    run: Run, database: str, tmp_path: Path, case: tuple[str, str, str]
) -> None:
    month, name, told = case
    out = tmp_path / name
    ran = run("report", "monthly", "--month", month, "--out", out, "--database", database)
    assert ran.code == 2
    assert told in ran.err
    assert not out.exists()
