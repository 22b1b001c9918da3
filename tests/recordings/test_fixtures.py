"""The audio that ships is what its manifest says, and its labels fit the sample organisation."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
import soundfile as sf

from benchmarks.corpus import COLUMNS
from benchmarks.fixtures import FOLDER, chosen, folder_of
from benchmarks.truth import sample_directory
from benchmarks.voices import VOICES

LARGEST_BYTES = 100_000
ALL_BYTES = 3_000_000


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (FOLDER / "manifest.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames or ()) == COLUMNS
        return list(reader)


def test_every_file_is_listed_once_and_every_listed_file_is_there(
    rows: list[dict[str, str]],
) -> None:
    listed = Counter(row["file"] for row in rows)
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.wav")}
    assert set(listed) == there
    assert set(listed.values()) == {1}
    assert len(there) >= 60


def test_every_file_is_a_short_8_khz_a_law_telephone_call(rows: list[dict[str, str]]) -> None:
    for row in rows:
        info = sf.info(FOLDER / row["file"])
        assert (info.format, info.subtype) == ("WAV", "ALAW"), row["file"]
        assert (info.samplerate, info.channels) == (8000, 1), row["file"]
        assert 0.8 <= info.duration <= 12, row["file"]


def test_the_folder_stays_small_enough_to_ship(rows: list[dict[str, str]]) -> None:
    sizes = [(FOLDER / row["file"]).stat().st_size for row in rows]
    assert max(sizes) <= LARGEST_BYTES
    assert sum(sizes) <= ALL_BYTES


def test_a_file_is_in_the_folder_of_its_kind(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert Path(row["file"]).parent.name == folder_of(row["kind"])
        assert Path(row["file"]).name.startswith(row["kind"])


def test_several_voices_of_both_halves_speak_over_every_channel(
    rows: list[dict[str, str]],
) -> None:
    splits = {voice.name: voice.split for voice in VOICES}
    spoken = [row for row in rows if row["voice"]]
    assert len({row["voice"] for row in spoken}) >= 12
    assert all(splits[row["voice"]] == row["split"] for row in spoken)
    assert Counter(row["split"] for row in rows)["test"] == len(rows) // 2
    assert {row["channel"] for row in rows} == {"clean", "babble", "gsm"}


def test_the_labels_are_those_that_the_sample_organisation_gives_today(
    rows: list[dict[str, str]],
) -> None:
    planned = {file: (call.say, call.expected) for file, call, _ in chosen(sample_directory())}
    assert {row["file"]: (row["say"], row["expected"]) for row in rows} == planned
