from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from switchboard import wiring
from switchboard.recognition.engines import engine_spec
from tests.cli.conftest import Ran
from tests.cli.scripted_calls import CRASH, Calls

Run = Callable[..., Ran]


def objects(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_each_file_gives_one_object_with_the_whole_decision(calls: Calls, run: Run) -> None:
    file = calls.say("call.wav", "can I speak to Alan Wozencraft please")
    out = calls.folder / "out.jsonl"
    assert run("route", file, "--jsonl", out).code == 0
    (row,) = objects(out)
    assert list(row) == [
        "file", "decision", "reason", "transcript", "probability", "candidates", "engine",
        "grammar_version", "timings_ms",
    ]  # fmt: skip
    assert row["file"] == str(file)
    assert (row["decision"], row["reason"]) == ("transfer", "sure")
    assert row["transcript"] == "can I speak to Alan Wozencraft please"
    assert row["engine"] == "scripted"
    best = row["candidates"][0]
    assert best["probability"] == row["probability"] > 0.9
    assert {key: best[key] for key in ("kind", "name", "department", "extension")} == {
        "kind": "person", "name": "Alan Wozencraft", "department": "Planning", "extension": "5002",
    }  # fmt: skip
    assert set(row["timings_ms"]) == {"recognition", "matching", "total"}


def test_objects_on_a_full_disk_are_one_sentence(calls: Calls, run: Run) -> None:
    ran = run("route", calls.say("call.wav", "jane smith"), "--jsonl", "/dev/full")
    assert ran.code == 2
    assert "/dev/full can't be written" in ran.err


def test_those_who_are_asked_about_come_first_among_the_candidates(calls: Calls, run: Run) -> None:
    out = calls.folder / "out.jsonl"
    run("route", calls.say("call.wav", "jane smith"), "--jsonl", out)
    (row,) = objects(out)
    assert (row["decision"], row["reason"]) == ("disambiguate", "same_name")
    assert {each["extension"] for each in row["candidates"][:2]} == {"5003", "5004"}


def test_a_manifest_alone_routes_its_files_and_prints_accuracy(calls: Calls, run: Run) -> None:
    calls.say("audio/one.wav", "alan wozencraft")
    calls.say("audio/two.wav", "marigold featherstonehaugh")
    calls.say("audio/three.wav", "what time is it in singapore just now")
    manifest = calls.manifest(
        "audio/one.wav,transfer:5002,full_name,clean,a",
        "audio/two.wav,transfer:5002,full_name,gsm,b",
        "audio/three.wav,none,out_of_scope,gsm,b",
    )
    out = calls.folder / "out.jsonl"
    ran = run("route", "--manifest", manifest, "--jsonl", out)
    assert ran.code == 0
    assert [row["file"] for row in objects(out)] == [
        "audio/one.wav", "audio/two.wav", "audio/three.wav",
    ]  # fmt: skip
    table = {" ".join(line.split()[:2]): line for line in ran.out.splitlines() if line}
    assert "50.0% (9.5-90.5)" in table["kind full_name"]
    assert "33.3% (6.1-79.2)" in table["all calls"]
    assert "0.0% (0.0-79.3)" in table["kind out_of_scope"]
    assert "100.0% (20.7-100.0)" in table["channel clean"]


def test_labels_with_a_number_of_nobody_are_told(calls: Calls, run: Run) -> None:
    calls.say("a.wav", "alan wozencraft")
    calls.say("b.wav", "jane smith")
    manifest = calls.manifest("a.wav,transfer:5200,x,y,z", "b.wav,ask:5003|5004,x,y,z")
    ran = run("route", "--manifest", manifest)
    assert ran.code == 0
    assert "Nobody in the published grammar has the number" in ran.err
    assert "expects: 5200 (a.wav). Such" in ran.err


def test_headings_of_a_manifest_may_be_in_capitals(calls: Calls, run: Run) -> None:
    calls.say("a.wav", "alan wozencraft")
    manifest = calls.manifest("a.wav,transfer:5002,full_name,y,z")
    manifest.write_text(manifest.read_text().replace("file,expected,kind", "File, Expected,Kind"))
    ran = run("route", "--manifest", manifest)
    assert "kind full_name" in ran.out
    assert "Nobody" not in ran.err


def test_files_are_found_in_the_manifest_by_name(calls: Calls, run: Run) -> None:
    file = calls.say("elsewhere.wav", "alan wozencraft")
    manifest = calls.manifest("audio/elsewhere.wav,transfer:5002,full_name,clean,a")
    ran = run("route", file, "--manifest", manifest)
    assert "all calls" in ran.out
    assert "100.0%" in ran.out


def test_a_file_that_the_manifest_lacks_is_routed_and_not_counted(calls: Calls, run: Run) -> None:
    file = calls.say("other.wav", "alan wozencraft")
    ran = run("route", file, "--manifest", calls.manifest("one.wav,none,x,y,z"))
    assert ran.code == 0
    assert "1 files are not in the manifest" in ran.out


def test_one_bad_file_costs_no_other(calls: Calls, run: Run) -> None:
    files = [calls.say("one.wav", "alan wozencraft"), calls.folder / "bad.wav"]
    files[1].write_bytes(b"RIFF not really")
    files.append(calls.say("two.wav", "marigold featherstonehaugh"))
    out = calls.folder / "out.jsonl"
    ran = run("route", *files, "--jsonl", out)
    assert ran.code == 2
    assert [row["file"] for row in objects(out)] == [str(files[0]), str(files[2])]
    assert "bad.wav" in ran.err
    assert "1 of 3 files can't be used" in ran.err
    assert "Traceback" not in ran.err


def test_of_a_single_bad_file_no_others_are_spoken_of(calls: Calls, run: Run) -> None:
    calls.say("unused.wav", "alan wozencraft")
    file = calls.folder / "bad.wav"
    file.write_bytes(b"RIFF not really")
    ran = run("route", file)
    assert ran.code == 2
    assert "Nothing was routed" in ran.err
    assert "others were routed" not in ran.err


def test_silence_is_no_input_and_reaches_no_engine(calls: Calls, run: Run) -> None:
    calls.say("unused.wav", CRASH)
    file = calls.folder / "silence.wav"
    soundfile.write(file, np.zeros(8000, dtype=np.int16), 8000)
    out = calls.folder / "out.jsonl"
    assert run("route", file, "--jsonl", out).code == 0
    (row,) = objects(out)
    assert (row["decision"], row["reason"]) == ("reprompt", "no_input")
    assert row["candidates"] == []


def test_an_engine_that_dies_sends_the_call_to_the_operator(calls: Calls, run: Run) -> None:
    files = (calls.say("one.wav", CRASH), calls.say("two.wav", "alan wozencraft"))
    out = calls.folder / "out.jsonl"
    assert run("route", *files, "--jsonl", out).code == 0
    first, second = objects(out)
    assert (first["decision"], first["reason"]) == ("operator", "engine_failed")
    assert second["decision"] == "transfer"


def test_objects_go_to_stdout_alone_when_asked(calls: Calls, run: Run) -> None:
    ran = run("route", calls.say("one.wav", "alan wozencraft"), "--jsonl", "-")
    assert json.loads(ran.out)["decision"] == "transfer"
    assert "Alan Wozencraft" in ran.err


def test_the_cost_of_a_wrong_transfer_is_heeded(calls: Calls, run: Run) -> None:
    settings = calls.folder / "settings.toml"
    file, out = calls.say("one.wav", "alan wosencraft"), calls.folder / "out.jsonl"
    run("route", file, "--jsonl", out)
    assert objects(out)[0]["decision"] == "transfer"
    careful = settings.read_text().replace("[decision]", "[decision]\nwrong_transfer = 1000")
    settings.write_text(careful)
    run("route", file, "--jsonl", out)
    assert objects(out)[0]["decision"] == "confirm"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a.wav,somewhere,x,y,z", "line 2 expects “somewhere”"),
        ("a.wav,transfer:,x,y,z", "line 2 expects “transfer:”"),
        (",none,x,y,z", "line 2 names no file"),
        ("a.wav,none,x,y,z\na.wav,none,x,y,z", "a.wav is on lines 2, 3"),
        ("a.wav,none,x,y,z\n./b/../a.wav,none,x,y,z", "a.wav is on lines 2, 3"),
    ],
)
def test_a_wrong_manifest_is_told_by_line(calls: Calls, run: Run, row: str, told: str) -> None:
    ran = run("route", "--manifest", calls.manifest(row))
    assert ran.code == 2
    assert told in ran.err


def test_a_manifest_without_its_columns_is_told(calls: Calls, run: Run) -> None:
    (calls.folder / "m.csv").write_text("name,label\na,b\n")
    ran = run("route", "--manifest", calls.folder / "m.csv")
    assert ran.code == 2
    assert "no column file and no column expected" in ran.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("file,expected,expected\na.wav,none,operator\n", "two columns “expected”"),
        ("file;expected\na.wav;none\n", "between commas"),
        (f"file,expected,note\na.wav,none,{'x' * 200_000}\n", "too long"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_told(
    calls: Calls, run: Run, content: str, told: str
) -> None:
    (calls.folder / "m.csv").write_text(content)
    ran = run("route", "--manifest", calls.folder / "m.csv")
    assert ran.code == 2
    assert told in ran.err


def test_a_file_is_found_in_the_manifest_however_it_is_written(calls: Calls, run: Run) -> None:
    file = calls.say("one.wav", "alan wozencraft")
    manifest = calls.manifest("x/../one.wav,transfer:5002,x,y,z")
    ran = run("route", "--manifest", manifest, file.parent / "." / "y" / ".." / "one.wav")
    assert "not in the manifest" not in ran.out


def test_nothing_to_route_is_told(calls: Calls, run: Run) -> None:
    ran = run("route")
    assert (ran.code, ran.out) == (2, "")
    assert "--manifest" in ran.err


def test_an_unknown_engine_is_told_with_those_there_are(
    calls: Calls, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "engine_spec", engine_spec)
    ran = run("route", "--engine", "siri", calls.say("one.wav", "x"))
    assert ran.code == 2
    assert "no engine “siri”; name one of auto, vosk, whisper" in ran.err


def test_an_out_that_can_t_be_written_is_told_before_anything_is_routed(
    calls: Calls, run: Run
) -> None:
    ran = run("route", calls.say("one.wav", "x"), "--jsonl", calls.folder / "no" / "out.jsonl")
    assert (ran.code, ran.out) == (2, "")
    assert "can't be written" in ran.err


def test_an_out_that_holds_something_else_is_left_as_it_is(calls: Calls, run: Run) -> None:
    first, second = calls.say("one.wav", "x"), calls.say("two.wav", "y")
    before = first.read_bytes()
    ran = run("route", "--jsonl", first, second)  # the name of OUT was forgotten
    assert (ran.code, ran.out) == (2, "")
    assert "holds no decisions" in ran.err
    assert first.read_bytes() == before


def test_an_earlier_out_is_replaced_once_the_engine_works(
    calls: Calls, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = calls.say("one.wav", "alan wozencraft"), calls.folder / "out.jsonl"
    assert run("route", file, "--jsonl", out).code == 0
    before = out.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(wiring, "engine_spec", engine_spec)
        assert run("route", file, "--jsonl", out, "--engine", "siri").code == 2
    assert out.read_bytes() == before
    assert run("route", file, "--jsonl", out).code == 0
    assert len(objects(out)) == 1


def test_a_file_whose_name_is_no_text_has_its_object(calls: Calls, run: Run) -> None:
    odd = calls.folder / os.fsdecode(b"na\xffme.wav")
    shutil.copy(calls.say("one.wav", "alan wozencraft"), odd)
    out = calls.folder / "out.jsonl"
    assert run("route", odd, "--jsonl", out).code == 0
    (row,) = objects(out)
    assert row["file"] == str(calls.folder / r"na\xffme.wav")


def test_before_a_grammar_is_published_the_command_for_it_is_told(tmp_path: Path, run: Run) -> None:
    ran = run("--database", f"sqlite:///{tmp_path}/new.db", "route", tmp_path / "call.wav")
    assert ran.code == 2
    assert "switchboard grammar publish" in ran.err
    assert f"{tmp_path}/new.db" in ran.err


def test_a_calibration_that_can_t_be_read_is_told(calls: Calls, run: Run) -> None:
    file = calls.say("one.wav", "x")
    for content, told in (
        ("{", "make it again"),
        ("[" * 100_000, "make it again"),
        ('{"scripted": {"text": {"phones": NaN}, "none": {}}}', "make it again"),
        ('{"scripted": {"text": {"phones": 1e308}, "none": {}}}', "make it again"),
        (None, "can't be read"),
    ):
        (calls.folder / "calibration.json").unlink(missing_ok=True)
        if content is not None:
            (calls.folder / "calibration.json").write_text(content)
        ran = run("route", file)
        assert ran.code == 2
        assert told in ran.err
