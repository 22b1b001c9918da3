"""Recordings as people send them: in all formats, with every fault, and in hostile archives."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from grammar.model import Grammar
from switchboard.speech import incoming, recording_sets
from switchboard.speech.importing import ImportReport, import_recordings
from switchboard.speech.incoming import RecordingsError
from switchboard.speech.levels import Wave, active_level_dbfs, to_wave
from switchboard.speech.prompt_texts import prompts
from switchboard.speech.recording_check import MOST_BYTES, check
from switchboard.speech.recordings import CURRENT, Recordings, load_set
from switchboard.speech.script import ScriptLine, script

Said = Callable[[str], tuple[Wave, int]]
JANE = "Jane Smith"


def audio(wave: Wave, rate: int, format_: str = "WAV", subtype: str | None = None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format=format_, subtype=subtype)
    return file.getvalue()


@pytest.fixture
def lines(grammar: Grammar) -> list[ScriptLine]:
    return script(prompts("Example Council"), grammar)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "from the artist"
    folder.mkdir()
    return folder


@pytest.fixture
def jane(said: Said) -> bytes:
    return audio(*said(JANE))


@pytest.fixture
def take_over(lines: list[ScriptLine], tmp_path: Path) -> Callable[[Path], ImportReport]:
    return lambda source: import_recordings(source, lines, tmp_path / "recordings")


def recorded(tmp_path: Path) -> list[str]:
    return sorted(recording.words for recording in load_set(tmp_path / "recordings").recordings)


@pytest.mark.parametrize(
    ("format_", "subtype", "name"),
    [
        ("WAV", "PCM_16", "name-jane-smith.wav"),
        ("WAV", "PCM_24", "Jane Smith.WAV"),
        ("WAV", "FLOAT", "JANE_SMITH.wav"),
        ("WAV", "ALAW", "jane-smith.Wav"),
        ("FLAC", None, "NAME-JANE-SMITH.FLAC"),
        ("MP3", None, "jane  smith.mp3"),
        ("MP3", None, "an artist's folder/jane smith.wav"),
    ],
)
def test_any_usual_format_and_spelling_of_the_name_is_taken_over(
    said: Said,
    *,
    source: Path,
    tmp_path: Path,
    take_over: Callable[[Path], ImportReport],
    format_: str,
    subtype: str | None,
    name: str,
) -> None:
    file = source / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(audio(*said(JANE), format_, subtype))
    assert take_over(source).faulty == ()
    assert recorded(tmp_path) == [JANE]
    sound = Recordings(tmp_path / "recordings", -22.0).find(JANE, "", 8000)
    assert sound is not None
    assert active_level_dbfs(to_wave(sound), 8000) == pytest.approx(-22, abs=1)
    wave, rate = said(JANE)
    assert len(sound) / 8000 < len(wave) / rate - 0.5  # trimmed


def test_a_prompt_with_placeholders_is_recorded_in_parts(
    said: Said, source: Path, tmp_path: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    (source / "prompt-connecting-part-1.wav").write_bytes(audio(*said("Connecting you to")))
    assert take_over(source).faulty == ()
    assert recorded(tmp_path) == ["Connecting you to"]


def test_a_second_import_adds_to_the_first_and_replaces_what_it_brings_anew(
    said: Said, source: Path, tmp_path: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    wave, rate = said(JANE)
    (source / "jane smith.wav").write_bytes(audio(wave, rate))
    (source / "housing.wav").write_bytes(audio(*said("Housing")))
    take_over(source)
    (source / "housing.wav").unlink()
    (source / "jane smith.wav").rename(source / "jane smith.flac")
    take_over(source)
    found = load_set(tmp_path / "recordings")
    assert recorded(tmp_path) == ["Housing", JANE]
    jane_ = found.find(JANE)
    assert jane_ is not None
    assert jane_.source == "jane smith.flac"
    assert len(list((tmp_path / "recordings" / "sets").iterdir())) == 2


def clipped(wave: Wave, rate: int) -> bytes:
    return audio(np.clip(wave * 6, -1, 1).astype(np.float32), rate)


def noisy(wave: Wave, rate: int) -> bytes:
    noise = np.random.default_rng(1).normal(0, 0.03, len(wave))
    return audio((wave + noise).astype(np.float32), rate)


def stutter(wave: Wave, rate: int) -> bytes:
    return audio(np.tile(wave, 5), rate)


FAULTS: dict[str, tuple[Callable[[Wave, int], bytes], str]] = {
    "empty": (lambda _wave, _rate: b"", "is empty"),
    "text": (lambda _wave, _rate: b"Jane Smith" * 100, "not audio"),
    "picture": (lambda _wave, _rate: b"\x89PNG\r\n\x1a\n" + bytes(1000), "not audio"),
    "ogg": (lambda wave, rate: audio(wave, rate, "OGG"), "save it as WAV, FLAC or MP3"),
    "no samples": (lambda _wave, rate: audio(np.zeros(0, np.float32), rate), "no sound"),
    "silence": (lambda wave, rate: audio(wave * 0, rate), "is silent"),
    "nearly silence": (lambda wave, rate: audio(wave * 0.001, rate), "is silent"),
    "noise only": (
        lambda wave, rate: audio(
            np.random.default_rng(1).normal(0, 0.1, len(wave)).astype(np.float32), rate
        ),
        "no speech",
    ),
    "noisy": (noisy, "noisy"),
    "clipped": (clipped, "clipped"),
    "too long": (stutter, "too long"),
    "hours": (lambda _wave, _rate: audio(np.ones(61 * 8000) * 0.1, 8000), "longer than 60 s"),
    "cut off": (lambda wave, rate: audio(wave, rate)[:-20000], "cut off"),
    "low rate": (lambda wave, _rate: audio(wave, 4000), "at 4000 Hz"),
    "not numbers": (
        lambda wave, rate: audio(np.where(wave > 0.1, np.nan, wave), rate, "WAV", "FLOAT"),
        "no numbers",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_is_named_with_its_remedy_and_nothing_is_changed(
    said: Said,
    *,
    source: Path,
    tmp_path: Path,
    take_over: Callable[[Path], ImportReport],
    fault: str,
) -> None:
    make, expected = FAULTS[fault]
    (source / "housing.wav").write_bytes(audio(*said("Housing")))
    take_over(source)
    before = (tmp_path / "recordings" / CURRENT).readlink()
    (source / "jane smith.wav").write_bytes(make(*said(JANE)))
    (source / "legal services.wav").write_bytes(audio(*said("Legal Services")))
    report = take_over(source)
    [faulty] = report.faulty
    assert faulty.name == "jane smith.wav"
    assert expected in faulty.problem
    assert (tmp_path / "recordings" / CURRENT).readlink() == before
    assert recorded(tmp_path) == ["Housing"]
    assert not list((tmp_path / "recordings" / "sets").glob(".*"))


def test_half_a_prompt_is_too_short_for_its_text(said: Said) -> None:
    words = "I'm sorry, I still haven't got the name. Would you like to spell the surname?"
    assert "too short" in check(audio(*said("Sorry")), words).problem


def test_good_recordings_pass_at_every_length_and_rate(said: Said) -> None:
    for words in ("1", "Housing", "Marigold Featherstonehaugh", prompts("X")["spell"].text):
        wave, rate = said("one" if words == "1" else words)
        assert check(audio(wave, rate), words).problem == ""
        assert check(audio(wave[::2], rate // 2), words).problem == ""


def test_a_stereo_recording_with_one_dead_channel_passes(said: Said) -> None:
    wave, rate = said(JANE)
    both = np.stack([wave, np.zeros_like(wave)], axis=1)
    assert check(audio(both, rate), JANE).problem == ""


def test_a_file_of_no_known_text_is_named_with_a_guess(
    jane: bytes, source: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    (source / "jane smiht.wav").write_bytes(jane)
    (source / "track 17.wav").write_bytes(jane)
    problems = {faulty.name: faulty.problem for faulty in take_over(source).faulty}
    assert "did you mean name-jane-smith.wav?" in problems["jane smiht.wav"]
    assert "export-script" in problems["track 17.wav"]


def test_two_files_of_one_text_are_refused(
    jane: bytes, source: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    (source / "jane smith.wav").write_bytes(jane)
    (source / "name-jane-smith.wav").write_bytes(jane)
    [faulty] = take_over(source).faulty
    assert "keep one" in faulty.problem


def test_what_the_computer_or_the_list_left_there_is_passed_over(
    jane: bytes, source: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    (source / "jane smith.wav").write_bytes(jane)
    (source / "__MACOSX").mkdir()
    for name in (".DS_Store", "Thumbs.db", "script.csv", "__MACOSX/._jane smith.wav"):
        (source / name).write_bytes(b"x")
    report = take_over(source)
    assert report.faulty == ()
    assert len(report.imported) == 1


def test_links_and_pipes_in_a_folder_are_not_followed(
    jane: bytes, source: Path, tmp_path: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    outside = tmp_path / "secret.wav"
    outside.write_bytes(jane)
    (source / "jane smith.wav").symlink_to(outside)
    os.mkfifo(source / "housing.wav")
    (source / "loop").symlink_to(source)
    assert all("link or a device" in faulty.problem for faulty in take_over(source).faulty)


def zipped(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def test_a_zip_is_taken_over_like_a_folder(
    jane: bytes, tmp_path: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    archive = zipped(tmp_path / "a.zip", ("all/jane smith.wav", jane), ("all/notes.txt", b"hello"))
    assert take_over(archive).faulty == ()
    assert recorded(tmp_path) == [JANE]


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (("../jane smith.wav", b""), "outside"),
        (("/etc/jane smith.wav", b""), "outside"),
        (("a/../../jane smith.wav", b""), "outside"),
        (("..\\jane smith.wav", b""), "outside"),
        (("C:\\jane smith.wav", b""), "outside"),
        ((link("jane smith.wav"), b"/etc/passwd"), "is a link"),
        (("more.zip", b"PK"), "another ZIP"),
    ],
)
def test_a_hostile_archive_is_refused_whole(
    jane: bytes,
    tmp_path: Path,
    take_over: Callable[[Path], ImportReport],
    member: tuple[str | zipfile.ZipInfo, bytes],
    reason: str,
) -> None:
    archive = zipped(tmp_path / "a.zip", ("housing.wav", jane), member)
    with pytest.raises(RecordingsError, match=reason):
        take_over(archive)
    assert recorded(tmp_path) == []
    everything = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert everything == {"a.zip", ".lock"}


def test_a_zip_bomb_is_read_no_further_than_a_recording_may_be_long(
    tmp_path: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    archive = zipped(tmp_path / "a.zip", ("jane smith.wav", bytes(10 * MOST_BYTES)))
    assert archive.stat().st_size < MOST_BYTES
    [faulty] = take_over(archive).faulty
    assert "larger than 20 MB" in faulty.problem


def test_a_zip_that_lies_about_its_sizes_is_read_no_further_either(
    tmp_path: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    archive = zipped(tmp_path / "a.zip", ("jane smith.wav", bytes(3 * MOST_BYTES)))
    content = archive.read_bytes()
    size = (3 * MOST_BYTES).to_bytes(4, "little")
    archive.write_bytes(content.replace(size, (100).to_bytes(4, "little")))
    [faulty] = take_over(archive).faulty
    assert faulty.problem
    assert recorded(tmp_path) == []


def test_a_zip_that_would_fill_the_disk_or_has_too_many_files_is_refused(
    tmp_path: Path,
    take_over: Callable[[Path], ImportReport],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = zipped(tmp_path / "a.zip", ("a.wav", bytes(2000)), ("b.wav", bytes(2000)))
    monkeypatch.setattr(incoming, "MOST_BYTES_IN_ALL", 3000)
    with pytest.raises(RecordingsError, match="unpack"):
        take_over(archive)
    monkeypatch.setattr(incoming, "MOST_FILES", 1)
    with pytest.raises(RecordingsError, match="in parts"):
        take_over(archive)


@pytest.mark.parametrize("content", [b"", b"not a ZIP", b"PK\x03\x04" + bytes(500)])
def test_what_is_no_archive_is_refused_in_one_sentence(
    tmp_path: Path, take_over: Callable[[Path], ImportReport], content: bytes
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(RecordingsError, match="neither a folder nor a ZIP"):
        take_over(path)


def test_an_archive_damaged_in_the_middle_names_the_file(
    jane: bytes, tmp_path: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    archive = zipped(tmp_path / "a.zip", ("jane smith.wav", jane))
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 0xFF
    archive.write_bytes(content)
    [faulty] = take_over(archive).faulty
    assert "damaged" in faulty.problem


def test_a_source_that_is_not_there_is_said(
    tmp_path: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    with pytest.raises(RecordingsError, match="does not exist"):
        take_over(tmp_path / "nothing")


def test_an_import_that_dies_half_way_leaves_the_old_set_and_the_next_one_tidies_up(
    jane: bytes,
    *,
    said: Said,
    source: Path,
    tmp_path: Path,
    take_over: Callable[[Path], ImportReport],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (source / "jane smith.wav").write_bytes(jane)
    take_over(source)

    class PowerCut(BaseException):
        pass

    def power_cut(*_: object) -> None:
        raise PowerCut

    (source / "housing.wav").write_bytes(audio(*said("Housing")))
    with monkeypatch.context() as patched:
        patched.setattr(recording_sets, "_bring_into_force", power_cut)
        patched.setattr(recording_sets.shutil, "rmtree", lambda *_args, **_kwargs: None)
        with pytest.raises(PowerCut):
            take_over(source)
    assert recorded(tmp_path) == [JANE]
    take_over(source)
    assert recorded(tmp_path) == ["Housing", JANE]


def test_two_imports_at_once_do_not_mix(
    jane: bytes, source: Path, tmp_path: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    (source / "jane smith.wav").write_bytes(jane)
    with (
        recording_sets.new_set(tmp_path / "recordings"),
        pytest.raises(RecordingsError, match="Another import"),
    ):
        take_over(source)


def test_a_folder_that_cannot_be_written_is_said(
    jane: bytes, source: Path, lines: list[ScriptLine], tmp_path: Path
) -> None:
    (source / "jane smith.wav").write_bytes(jane)
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingsError, match="name another folder"):
        import_recordings(source, lines, tmp_path / "file" / "recordings")


def test_recordings_are_for_the_switchboards_user_only(
    jane: bytes, source: Path, tmp_path: Path, take_over: Callable[[Path], ImportReport]
) -> None:
    (source / "jane smith.wav").write_bytes(jane)
    take_over(source)
    assert stat.S_IMODE((tmp_path / "recordings").stat().st_mode) == 0o700
