"""Fetching a model from a local server that breaks off, can't resume, or sends something else."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import pytest

from switchboard.errors import EngineError
from switchboard.recognition.fetching import fetch
from switchboard.recognition.models import MODELS, find_model, is_model, model_named
from tests.recognition.model_server import ModelServer, archive, model_of

NAME = "vosk-model-test"
CONTENT = archive(NAME)
MODEL = model_of(CONTENT)


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != NAME)


def test_a_model_is_downloaded_checked_and_unpacked(tmp_path: Path) -> None:
    seen: list[int] = []
    with ModelServer(CONTENT).running() as server:
        path = fetch(MODEL, tmp_path, seen.append, server.url)
    assert path == tmp_path / NAME
    assert is_model(path)
    assert (path / "am/final.mdl").stat().st_size == 256 * 400
    assert seen == sorted(seen)
    assert seen[-1] == MODEL.size
    assert leftovers(tmp_path) == []


def test_a_model_that_is_there_is_not_downloaded_again(tmp_path: Path) -> None:
    with ModelServer(CONTENT).running() as server:
        fetch(MODEL, tmp_path, source=server.url)
        fetch(MODEL, tmp_path, source=server.url)
    assert len(server.ranges) == 1


@pytest.mark.parametrize("resumes", [True, False])
def test_a_broken_download_goes_on_where_it_stopped(tmp_path: Path, resumes: bool) -> None:
    with ModelServer(CONTENT, cut=50_000).running() as server:
        with pytest.raises(EngineError, match="run the command again to go on"):
            fetch(MODEL, tmp_path, source=server.url)
        assert not is_model(tmp_path / NAME)
        have = (tmp_path / f"{NAME}.zip.part").stat().st_size
        server.cut, server.resumes = None, resumes
        assert is_model(fetch(MODEL, tmp_path, source=server.url))
    assert server.ranges == [None, f"bytes={have}-"]


def test_other_contents_are_deleted_and_told(tmp_path: Path) -> None:
    other = CONTENT[:-30] + bytes(30)
    with (
        ModelServer(other).running() as server,
        pytest.raises(EngineError, match="is not vosk-model-test"),
    ):
        fetch(MODEL, tmp_path, source=server.url)
    assert leftovers(tmp_path) == []


def test_without_a_network_one_sentence_says_where_to_put_it_by_hand(tmp_path: Path) -> None:
    with ModelServer(CONTENT).running() as server:
        url = server.url
    with pytest.raises(EngineError) as caught:
        fetch(MODEL, tmp_path, source=url)
    assert f"{url}{NAME}.zip" in str(caught.value)
    assert str(tmp_path / NAME) in str(caught.value)


@pytest.mark.parametrize("status", [404, 500])
def test_a_server_that_refuses_is_told_like_no_network(tmp_path: Path, status: int) -> None:
    with (
        ModelServer(CONTENT, status=status).running() as server,
        pytest.raises(EngineError, match="can't be downloaded from here"),
    ):
        fetch(MODEL, tmp_path, source=server.url)


@pytest.mark.parametrize("path", ["../outside.txt", "/outside.txt", f"{NAME}/../../outside"])
def test_an_archive_that_would_write_elsewhere_is_refused_whole(tmp_path: Path, path: str) -> None:
    content = archive(NAME, {path: b"no"})
    with (
        ModelServer(content).running() as server,
        pytest.raises(EngineError, match="outside its folder"),
    ):
        fetch(model_of(content), tmp_path / "models", source=server.url)
    assert not list(tmp_path.glob("**/outside*"))
    assert not is_model(tmp_path / "models" / NAME)


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    content = archive("another-model")
    with (
        ModelServer(content).running() as server,
        pytest.raises(EngineError, match="holds no model of that name"),
    ):
        fetch(model_of(content), tmp_path, source=server.url)
    assert not (tmp_path / NAME).exists()


def test_a_file_that_is_no_zip_is_damaged(tmp_path: Path) -> None:
    content = b"<html>" * 1000
    with (
        ModelServer(content).running() as server,
        pytest.raises(EngineError, match="damaged"),
    ):
        fetch(model_of(content), tmp_path, source=server.url)
    assert leftovers(tmp_path) == []


def test_two_fetches_at_once_do_not_spoil_each_other(tmp_path: Path) -> None:
    with (tmp_path / f"{NAME}.zip.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(EngineError, match="being fetched by another program"):
            fetch(MODEL, tmp_path, source="http://127.0.0.1:9/")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(EngineError, match="can't be kept in"):
        fetch(MODEL, blocked, source="http://127.0.0.1:9/")


def test_a_broken_folder_from_an_earlier_attempt_is_replaced(tmp_path: Path) -> None:
    (tmp_path / NAME / "am").mkdir(parents=True)
    with ModelServer(CONTENT).running() as server:
        assert is_model(fetch(MODEL, tmp_path, source=server.url))


def test_fetched_files_can_be_read_by_the_service_account(tmp_path: Path) -> None:
    previous = os.umask(0o022)
    try:
        with ModelServer(CONTENT).running() as server:
            path = fetch(MODEL, tmp_path, source=server.url)
    finally:
        os.umask(previous)
    assert (path / "am").stat().st_mode & stat.S_IRUSR


def test_the_catalogue_is_complete(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for model in MODELS:
        assert model_named(model.name) is model
        assert len(bytes.fromhex(model.sha256)) == 32
    with pytest.raises(EngineError, match=r"name vosk-model-en-us-0.22-lgraph or"):
        model_named("nonsense")
    monkeypatch.setenv("VOSK_MODEL_PATH", str(tmp_path))
    for part in ("am", "conf", "graph"):
        (tmp_path / "mine" / part).mkdir(parents=True)
    assert find_model("mine") == tmp_path / "mine"
