"""Which sound a line gets, and every fault that may befall it."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from grammar.model import Grammar
from switchboard.audio.files import to_pcm16
from switchboard.dialogue.actions import Line
from switchboard.speech import generic
from switchboard.speech.cache import SoundCache
from switchboard.speech.generic import generic_sound
from switchboard.speech.levels import active_level_dbfs, to_wave
from switchboard.speech.port import Samples, Sound, SynthesisError, Text
from switchboard.speech.prompt_texts import prompts
from switchboard.speech.recording_sets import new_set
from switchboard.speech.recordings import CURRENT, Recordings
from switchboard.speech.synthesis import SynthesisProcess, VoiceSpec
from switchboard.speech.voice import Voice
from tests.speech.scripted_synthesiser import Scripted

CONNECTING = Line("connecting", entries={"entry": "3"})
CONFIRM = Line("confirm", entries={"entry": "3"})
JANE = "Connecting you to jane smith."


@dataclass
class Desk:
    """A voice with what it works on, in a folder of the test's own."""

    folder: Path
    first: Scripted = field(default_factory=lambda: Scripted("first", 500))
    second: Scripted = field(default_factory=lambda: Scripted("second", 900))
    later: list[Text] = field(default_factory=list)

    def voice(self, *synthesisers: object) -> Voice:
        return Voice(
            prompts("Example Council"),
            Recordings(self.folder / "recordings", -22.0),
            SoundCache(self.folder / "cache"),
            synthesisers or (self.first, self.second),  # type: ignore[arg-type]
            level_dbfs=-22.0,
            longest_wait_s=2.0,
            later=self.later.append,
        )

    def record(self, words: str, hertz: float, *, entry: str = "") -> None:
        with new_set(self.folder / "recordings") as made:
            made.add(words, to_pcm16(_sine(hertz, 16000)), entry=entry)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _sine(hertz: float, rate: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    time = np.arange(rate // 2) / rate
    return (0.2 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def heard(samples: Samples, rate: int = 8000) -> list[int]:
    """The tones in it, in their order, to the nearest 100 Hz."""
    found: list[int] = []
    for part in np.array_split(samples.astype(float), max(1, len(samples) // (rate // 20))):
        if np.abs(part).max() > 500:
            spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), rate))
            hertz = round(int(spectrum.argmax()) / 100) * 100
            if not found or found[-1] != hertz:
                found.append(hertz)
    return found


def test_a_sentence_is_spoken_in_one_breath_and_kept(desk: Desk, grammar: Grammar) -> None:
    voice = desk.voice()
    spoken = voice.say([CONNECTING], 8000, grammar)
    assert spoken.complete
    assert desk.first.spoken == [JANE]
    again = desk.voice().say([CONNECTING], 8000, grammar)
    assert np.array_equal(again.samples, spoken.samples)
    assert desk.first.spoken == [JANE]


@pytest.mark.parametrize("rate", [8000, 16000])
def test_prompts_come_at_the_level_of_the_settings(desk: Desk, grammar: Grammar, rate: int) -> None:
    samples = desk.voice().say([CONNECTING], rate, grammar).samples
    assert active_level_dbfs(to_wave(samples), rate) == pytest.approx(-22, abs=0.5)
    assert len(samples) / rate == pytest.approx(0.5, abs=0.05)


def test_lines_follow_each_other_after_a_pause(desk: Desk, grammar: Grammar) -> None:
    voice = desk.voice()
    one = len(voice.say([CONNECTING], 8000, grammar).samples)
    assert len(voice.say([CONNECTING] * 3, 8000, grammar).samples) == 3 * one + 2 * 2000


def test_a_recorded_name_wins_and_the_rest_is_spoken_around_it(
    desk: Desk, grammar: Grammar
) -> None:
    desk.record("Jane Smith", 1500)
    assert heard(desk.voice().say([CONNECTING], 8000, grammar).samples) == [500, 1500]
    assert desk.first.spoken == ["Connecting you to"]


def test_a_recorded_prompt_wins(desk: Desk, grammar: Grammar) -> None:
    desk.record("Please spell the surname, letter by letter.", 1500)
    assert heard(desk.voice().say([Line("spell")], 8000, grammar).samples) == [1500]
    assert desk.first.spoken == []


def test_a_recorded_fragment_wins(desk: Desk, grammar: Grammar) -> None:
    desk.record("Connecting you to", 1500)
    assert heard(desk.voice().say([CONNECTING], 8000, grammar).samples) == [1500, 500]


def test_an_entrys_own_recording_wins_over_its_namesakes(desk: Desk, grammar: Grammar) -> None:
    desk.record("Jane Smith", 1500)
    desk.record("Jane Smith", 2000, entry="4")
    voice = desk.voice()
    other = Line("connecting", entries={"entry": "4"})
    assert heard(voice.say([CONNECTING], 8000, grammar).samples) == [500, 1500]
    assert heard(voice.say([other], 8000, grammar).samples) == [500, 2000]


def test_a_recording_of_a_former_name_is_not_played(desk: Desk, grammar: Grammar) -> None:
    desk.record("Jane Jones", 1500, entry="3")
    assert heard(desk.voice().say([CONNECTING], 8000, grammar).samples) == [500]


def test_a_new_recording_is_heard_on_the_next_prompt(desk: Desk, grammar: Grammar) -> None:
    voice = desk.voice()
    assert heard(voice.say([CONNECTING], 8000, grammar).samples) == [500]
    desk.record("Jane Smith", 1500)
    assert heard(voice.say([CONNECTING], 8000, grammar).samples) == [500, 1500]


def test_pieces_spoken_ahead_are_played_at_once_and_the_sentence_is_wanted_whole(
    desk: Desk, grammar: Grammar
) -> None:
    voice = desk.voice()
    for words in ("Connecting you to", "jane smith"):
        voice._spoken(Text(words), 8000, deadline=float("inf"))
    desk.first.fails = True
    assert voice.say([CONNECTING], 8000, grammar).complete
    assert [text.words for text in desk.later] == [JANE]
    assert desk.first.spoken == ["Connecting you to", "jane smith"]


def test_pronunciations_reach_the_synthesiser(desk: Desk, grammar: Grammar) -> None:
    asked: list[Text] = []

    class Listening(Scripted):
        def speak(self, text: Text, seconds: float) -> Sound:
            asked.append(text)
            return super().speak(text, seconds)

    line = Line("confirm", entries={"entry": "1"})
    desk.voice(Listening()).say([line], 8000, grammar)
    assert asked[0].words == "Did you want marigold featherstonehaugh?"
    assert set(asked[0].ipa) == {"featherstonehaugh"}


# Faults: whatever happens, the caller hears something, and nothing is raised.


def test_where_the_first_synthesiser_fails_the_second_speaks_and_is_not_kept(
    desk: Desk, grammar: Grammar
) -> None:
    desk.first.fails = True
    voice = desk.voice()
    assert heard(voice.say([CONFIRM], 8000, grammar).samples) == [900]
    desk.first.fails = False
    assert heard(voice.say([CONFIRM], 8000, grammar).samples) == [500]


@pytest.mark.parametrize("prompt", list(prompts("Example Council").values()), ids=lambda p: p.name)
def test_without_any_synthesiser_a_shipped_sound_stands_in(
    desk: Desk, grammar: Grammar, prompt: object
) -> None:
    desk.first.fails = desk.second.fails = True
    line = Line(
        prompt.name,  # type: ignore[attr-defined]
        entries={"entry": "3", "instead": "d1"},
        words={"detail": "Housing", "key": "1", "name": "Jane Smith"},
    )
    spoken = desk.voice().say([line], 8000, grammar)
    name = prompt.generic  # type: ignore[attr-defined]
    assert np.array_equal(spoken.samples, generic_sound(name, 8000))
    assert spoken.complete == (name != "stuck")


@pytest.mark.parametrize(
    "line",
    [
        Line("no_such_prompt"),
        Line("confirm"),
        Line("confirm", entries={"entry": "nobody"}),
        Line("confirm", words={"entry": "李"}),
        Line("confirm", words={"entry": "..."}),
    ],
)
def test_a_line_that_makes_no_sense_is_stuck(desk: Desk, grammar: Grammar, line: Line) -> None:
    spoken = desk.voice().say([line], 16000, grammar)
    assert np.array_equal(spoken.samples, generic_sound("stuck", 16000))
    assert not spoken.complete


def test_no_line_at_all_is_not_silence(desk: Desk, grammar: Grammar) -> None:
    spoken = desk.voice().say([], 8000, grammar)
    assert spoken.samples.any()
    assert not spoken.complete


@pytest.mark.parametrize(
    "sound", [Sound(np.zeros(9000, np.int16), 22050), Sound(np.zeros(0, np.int16), 22050)]
)
def test_a_synthesiser_that_makes_silence_is_not_believed(
    desk: Desk, grammar: Grammar, sound: Sound
) -> None:
    desk.first.sound = desk.second.sound = sound
    assert not desk.voice().say([CONFIRM], 8000, grammar).complete


@pytest.mark.parametrize("fault", ["crash", "hang", "raise"])
def test_a_process_that_crashes_or_hangs_costs_the_call_nothing_but_the_prompt(
    desk: Desk, grammar: Grammar, fault: str
) -> None:
    process = SynthesisProcess(VoiceSpec("tests.speech.scripted_synthesiser:load"))
    process.start()
    try:
        with pytest.raises(SynthesisError):
            process.speak(Text(fault), 0.5)
        spoken = desk.voice(process).say([CONNECTING], 8000, grammar)
    finally:
        process.close()
    assert spoken.samples.any()


@contextmanager
def full_disk() -> Iterator[None]:
    """The kernel refuses every further byte of a file, as a full disk does. Not for longer than
    need be: what reports the tests' outcomes may write to a file, too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_with_a_full_disk_prompts_are_spoken_and_kept_in_memory(
    desk: Desk, grammar: Grammar
) -> None:
    voice = desk.voice()
    with full_disk():
        assert voice.say([CONFIRM], 8000, grammar).complete
        assert voice.say([CONFIRM], 8000, grammar).complete
    assert len(desk.first.spoken) == 1
    assert list((desk.folder / "cache").rglob("*.flac")) == []


def test_with_a_cache_that_cannot_be_written_prompts_are_spoken(
    desk: Desk, grammar: Grammar
) -> None:
    (desk.folder / "cache").write_text("a file where the folder should be")
    assert desk.voice().say([CONFIRM], 8000, grammar).complete


def test_a_damaged_file_in_the_cache_is_spoken_anew(desk: Desk, grammar: Grammar) -> None:
    desk.voice().say([CONFIRM], 8000, grammar)
    [file] = (desk.folder / "cache").rglob("*.flac")
    file.write_bytes(file.read_bytes()[:50])
    assert heard(desk.voice().say([CONFIRM], 8000, grammar).samples) == [500]
    assert len(desk.first.spoken) == 2


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"recordings": [{"colour": "red"}]}'])
def test_a_damaged_list_of_recordings_means_that_everything_is_spoken(
    desk: Desk, grammar: Grammar, content: str
) -> None:
    desk.record("Jane Smith", 1500)
    (desk.folder / "recordings" / CURRENT / "manifest.json").write_text(content)
    assert heard(desk.voice().say([CONNECTING], 8000, grammar).samples) == [500]


def test_a_recording_whose_file_is_gone_or_damaged_is_spoken_instead(
    desk: Desk, grammar: Grammar
) -> None:
    desk.record("Jane Smith", 1500)
    [file] = (desk.folder / "recordings" / CURRENT).glob("*.flac")
    file.write_bytes(b"")
    assert heard(desk.voice().say([CONNECTING], 8000, grammar).samples) == [500]
    file.unlink()
    assert heard(desk.voice().say([CONNECTING], 8000, grammar).samples) == [500]


def test_even_without_the_shipped_sounds_there_is_no_silence(
    desk: Desk, grammar: Grammar, monkeypatch: pytest.MonkeyPatch
) -> None:
    generic_sound.cache_clear()
    monkeypatch.setattr(generic, "files", lambda _package: desk.folder)
    desk.first.fails = desk.second.fails = True
    spoken = desk.voice().say([CONFIRM], 8000, grammar)
    generic_sound.cache_clear()
    assert np.abs(spoken.samples).max() > 1000


def test_names_stay_out_of_the_log(
    desk: Desk, grammar: Grammar, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    desk.first.fails = desk.second.fails = True
    desk.voice().say([CONFIRM, Line("confirm", words={"entry": "李 Smith"})], 8000, grammar)
    told = " ".join(str(record.__dict__) for record in caplog.records).lower()
    assert caplog.records
    assert "smith" not in told
