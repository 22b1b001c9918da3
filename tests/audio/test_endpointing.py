"""The endpointer alone, fed with probabilities: no audio."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from switchboard.audio.endpointing import End, Endpointer, EndpointSettings, State, TurnEnd
from switchboard.audio.speech import FRAME_MS

FRAME = FRAME_MS / 1000


def frames(seconds: float) -> int:
    return round(seconds / FRAME)


def ends(endpointer: Endpointer, *spans: tuple[float, float]) -> list[TurnEnd]:
    """The turn ends after spans of (seconds, probability)."""
    fed = (endpointer.feed(p) for seconds, p in spans for _ in range(frames(seconds)))
    return [end for end in fed if end is not None]


def test_a_turn_ends_after_the_silence_that_is_set() -> None:
    for silence_ms in (300, 500, 700):
        endpointer = Endpointer(EndpointSettings(silence_ms=silence_ms))
        assert ends(endpointer, (0.5, 0.0), (1.0, 0.99), (silence_ms / 1000 - 0.05, 0.0)) == []
        [end] = ends(endpointer, (0.1, 0.0))
        assert (end.end, end.first, end.last) == (End.SILENCE, frames(0.5), frames(1.5))


def test_a_pause_shorter_than_the_silence_stays_inside_the_turn() -> None:
    spans = ((0.4, 0.99), (0.4, 0.0), (0.8, 0.99), (0.6, 0.0))
    [end] = ends(Endpointer(EndpointSettings(silence_ms=500)), *spans)
    assert (end.first, end.last) == (0, sum(frames(seconds) for seconds, _ in spans[:3]))


def test_a_cough_is_no_turn() -> None:
    endpointer = Endpointer(EndpointSettings(shortest_speech_ms=150))
    assert ends(endpointer, (0.1, 0.99), (1.0, 0.0)) == []
    assert endpointer.state is State.WAITING


def test_sound_of_which_the_detector_is_never_sure_is_no_turn() -> None:
    assert ends(Endpointer(EndpointSettings()), (1.0, 0.7), (1.0, 0.0)) == []


def test_sound_of_which_the_detector_is_nearly_sure_is_a_doubtful_turn() -> None:
    endpointer = Endpointer(EndpointSettings())
    assert ends(endpointer, (1.0, 0.8), (0.4, 0.0)) == []
    assert endpointer.so_far() is None
    [end] = ends(endpointer, (0.6, 0.0))
    assert end.doubtful
    [sure] = ends(endpointer, (1.0, 0.9), (1.0, 0.0))
    assert not sure.doubtful


def test_a_fading_word_belongs_to_the_turn() -> None:
    [end] = ends(Endpointer(EndpointSettings()), (0.5, 0.99), (0.2, 0.4), (1.0, 0.0))
    assert end.last == frames(0.5) + frames(0.2)


def test_a_turn_is_capped_and_the_next_one_can_follow() -> None:
    first, second = ends(Endpointer(EndpointSettings(longest_s=2.0)), (3.0, 0.99), (1.0, 0.0))
    assert first.end is End.CAP
    assert second.end is End.SILENCE
    assert second.first == first.last


def test_silence_is_no_input_each_time_the_wait_is_over() -> None:
    found = ends(Endpointer(EndpointSettings(no_input_s=2.0)), (5.0, 0.0))
    assert [end.end for end in found] == [End.NO_INPUT, End.NO_INPUT]


def test_the_wait_for_the_next_turn_begins_when_a_turn_ends() -> None:
    endpointer = Endpointer(EndpointSettings(no_input_s=2.0))
    [spoken] = ends(endpointer, (0.5, 0.0), (2.0, 0.99), (2.4, 0.0))
    assert spoken.end is End.SILENCE
    [silent] = ends(endpointer, (0.2, 0.0))
    assert silent.end is End.NO_INPUT


def test_the_state_follows_the_caller() -> None:
    endpointer = Endpointer(EndpointSettings())
    states = []
    for probability in (0.0, 0.9, 0.0):
        endpointer.feed(probability)
        states.append(endpointer.state)
    assert states == [State.WAITING, State.SPEAKING, State.TRAILING]


@given(st.lists(st.floats(0, 1), max_size=600), st.integers(300, 700), st.floats(1, 8))
def test_turns_are_in_order_within_the_audio_and_no_longer_than_the_cap(
    probabilities: list[float], silence_ms: int, longest_s: float
) -> None:
    endpointer = Endpointer(EndpointSettings(silence_ms=silence_ms, longest_s=longest_s))
    found = [end for p in probabilities if (end := endpointer.feed(p)) is not None]
    last = endpointer.close()
    spoken = [end for end in [*found, last] if end is not None and end.end is not End.NO_INPUT]
    position = 0
    for end in spoken:
        assert position <= end.first < end.last <= len(probabilities)
        assert (end.last - end.first - 1) * FRAME < longest_s
        position = end.last
