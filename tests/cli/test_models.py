"""`switchboard models`, with a local server in place of the publisher."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from switchboard.recognition import models
from switchboard.recognition.models import DEFAULT
from tests.recognition.korean import MODEL
from tests.recognition.model_server import ModelServer, archive

NAME = DEFAULT.name


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from switchboard.cli import main; main()", "models", *arguments],
        env={"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_list_says_what_is_here_and_how_to_get_the_rest(tmp_path: Path) -> None:
    done = run(tmp_path, "list")
    assert done.returncode == 0
    for model in models.MODELS:
        assert f"switchboard models fetch {model.name}" in done.stdout
    for part in ("am", "conf", "graph"):
        (tmp_path / "data/switchboard/models" / NAME / part).mkdir(parents=True)
    assert str(tmp_path / "data/switchboard/models" / NAME) in run(tmp_path, "list").stdout
    assert run(tmp_path, "path").stdout.strip().endswith(NAME)


def test_without_a_model_path_is_one_sentence_and_code_2(tmp_path: Path) -> None:
    for arguments in (("path",), ("path", NAME)):
        done = run(tmp_path, *arguments)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert f"switchboard models {' '.join(('fetch', *arguments[1:]))}`" in done.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(archive(NAME), "run the command again"), (None, "unzip it so that")],
)
def test_a_failed_fetch_is_one_sentence_and_code_2(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    with ModelServer(content or b"").running() as server:
        url = server.url
        if content:  # shorter than the real model: the line breaks
            done = run(tmp_path, "fetch", "--from", url)
    if not content:
        done = run(tmp_path, "fetch", "--from", url)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_model_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    done = run(tmp_path, "fetch", "vosk-model-klingon")
    assert done.returncode == 2
    assert "vosk-model-small-en-us-0.15" in done.stderr


@pytest.mark.engine
def test_the_words_of_a_model_are_listed_for_the_coverage_report(tmp_path: Path) -> None:
    done = run(tmp_path, "words", str(MODEL))
    words = done.stdout.split("\n")
    assert "문화원" in words
    assert "건축과" not in words
    assert not any(word.startswith(("<", "#", "[", "!")) for word in words)
