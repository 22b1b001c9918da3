"""Sound and keys both ways, through codecs, holding, loss and jitter."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile

from switchboard.dialogue.events import TransferOutcome
from switchboard.telephony.port import Line, MediaCounts, Samples
from tests.telephony import scenarios as s
from tests.telephony.endpoints import address_of, ended, endpoint, run, sip_config, until
from tests.telephony.lossy import Spoiling, relay
from tests.telephony.peers import baresip, free_port, sipp
from tests.telephony.sounds import likeness, speechlike


@dataclass
class Echoed:
    rate: int = 0
    sent: Samples = field(default_factory=lambda: np.zeros(0, np.int16))
    received: Samples = field(default_factory=lambda: np.zeros(0, np.int16))
    media: MediaCounts = field(default_factory=MediaCounts)

    @property
    def likeness(self) -> list[float]:
        return likeness(self.sent, self.received, self.rate)


def hearing_the_echo(echoed: Echoed, seconds: float = 3.0):  # type: ignore[no-untyped-def]
    """Plays a sound to a peer that returns all it gets, and keeps what comes."""

    async def on_call(line: Line) -> None:
        assert await line.answer()
        echoed.rate = line.rate
        echoed.sent = speechlike(seconds, line.rate)
        pieces: list[Samples] = []
        playing = asyncio.create_task(line.play(echoed.sent))
        after = 0
        # Counted in what has come, not in time: on a busy machine the echo's end comes late.
        while after < 0.8 * line.rate:
            pieces.append(line.read())
            after += playing.done() * len(pieces[-1])
            await asyncio.sleep(0.02)
        echoed.received = np.concatenate(pieces)
        await asyncio.sleep(1.1)
        echoed.media = line.media()

    return on_call


@pytest.mark.parametrize(
    ("codec", "rate", "floor"), [("pcma", 8000, 0.99), ("pcmu", 8000, 0.99), ("g722", 16000, 0.97)]
)
def test_sound_goes_both_ways_whole(tmp_path: Path, codec: str, rate: int, floor: float) -> None:
    echoed = Echoed()

    async def test() -> None:
        file = s.scenario(tmp_path / "c.xml", s.invite(s.sdp(codec)), s.answered(), s.hung_up())
        async with endpoint(hearing_the_echo(echoed)) as running:
            with sipp(file, address_of(running), echo=True) as caller:
                await ended(caller)

    run(test())
    assert echoed.rate == rate
    assert min(echoed.likeness) > floor, echoed.likeness


def test_many_calls_at_once_are_each_whole(tmp_path: Path) -> None:
    calls = 12
    echoes: list[Echoed] = []

    async def on_call(line: Line) -> None:
        echoes.append(Echoed())
        await hearing_the_echo(echoes[-1])(line)

    async def test() -> None:
        file = s.scenario(tmp_path / "c.xml", s.invite(), s.answered(), s.hung_up())
        async with endpoint(on_call) as running:
            with ExitStack() as stack:
                callers = [
                    stack.enter_context(sipp(file, address_of(running), echo=True))
                    for _ in range(calls)
                ]
                for caller in callers:
                    await ended(caller)

    run(test())
    assert len(echoes) == calls
    assert [min(each.likeness) > 0.99 for each in echoes] == [True] * calls


def test_a_call_is_whole_while_others_end(tmp_path: Path) -> None:
    """The stack waits for a call's threads when it ends, and for as long hears nobody."""
    echoed = Echoed()
    first: list[Line] = []

    async def on_call(line: Line) -> None:
        if not first:
            first.append(line)
            return await hearing_the_echo(echoed, 8.0)(line)
        assert await line.answer()
        return await line.hang_up()

    async def test() -> None:
        file = s.scenario(tmp_path / "c.xml", s.invite(), s.answered(), s.hung_up())
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running), echo=True) as caller:
                await until(lambda: bool(first) and first[0].media().received > 0, "the first call")
                while not echoed.media.sent and not first[0].gone.is_set():
                    with sipp(file, address_of(running), calls=10) as others:
                        await ended(others)
                await ended(caller)

    run(test())
    whole = [each > 0.99 for each in echoed.likeness]
    # A busy machine may send a piece late; with a jitter buffer most were damaged.
    assert sum(whole) >= 0.95 * len(whole), echoed.likeness


def test_barge_in_silences_a_prompt_at_once(tmp_path: Path) -> None:
    loud: list[float] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        playing = asyncio.create_task(line.play(speechlike(8, line.rate)))
        heard = 0
        while heard < line.rate // 2:
            heard += int(np.count_nonzero(np.abs(line.read()) > 200) > 20) * line.rate // 50
            await asyncio.sleep(0.02)
        line.stop_playing()
        await playing
        rest = [line.read()]
        while sum(map(len, rest)) < line.rate:
            await asyncio.sleep(0.02)
            rest.append(line.read())
        # What was on its way still comes; of the prompt's other seven seconds, nothing.
        loud.append(float(np.abs(np.concatenate(rest)[-line.rate // 4 :].astype(int)).max()))

    async def test() -> None:
        file = s.scenario(tmp_path / "c.xml", s.invite(), s.answered(), s.hung_up())
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running), echo=True) as caller:
                await ended(caller)

    run(test())
    assert loud[0] < 100


@pytest.mark.parametrize(
    ("spoiling", "reorder_ms", "floor", "share"),
    [
        (Spoiling(jitter_s=0.015), 0, 0.95, 0.95),
        (Spoiling(loss=0.02), 0, 0.85, 0.8),
        (Spoiling(loss=0.02, jitter_s=0.045), 60, 0.6, 0.85),
    ],
    ids=["jitter", "loss", "loss, jitter and reordering"],
)
def test_sound_survives_a_bad_network(
    tmp_path: Path, spoiling: Spoiling, reorder_ms: int, floor: float, share: float
) -> None:
    """Where the kernel has `tc netem` it could spoil the network itself; this one hasn't."""
    echoed = Echoed()

    async def test() -> None:
        media = free_port(following=3)
        async with (
            relay(("127.0.0.1", media), spoiling) as relayed,
            endpoint(hearing_the_echo(echoed, 6.0), sip_config(reorder_ms=reorder_ms)) as running,
        ):
            body = s.sdp(port=str(relayed.port))
            file = s.scenario(tmp_path / "c.xml", s.invite(body), s.answered(), s.hung_up())
            with sipp(file, address_of(running), echo=True, media_port=media) as caller:
                await ended(caller)
        assert relayed.passed > 200
        assert (relayed.dropped > 0) == (spoiling.loss > 0)
        assert relayed.overtaken > 20 or spoiling.jitter_s < 0.04

    run(test())
    good = [each > floor for each in echoed.likeness]
    assert sum(good) >= share * len(good), echoed.likeness


@pytest.mark.parametrize("keys", [101, 96, 110])
def test_keys_are_answered_by_the_payload_type_that_was_offered(tmp_path: Path, keys: int) -> None:
    """RFC 3264 section 6.1: some PBXs send them under no other number."""

    async def on_call(line: Line) -> None:
        assert await line.answer()

    async def test() -> None:
        body = s.sdp(keys=keys)
        file = s.scenario(tmp_path / "c.xml", s.invite(body), s.answered(), s.hung_up())
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)
        assert caller.messages.count(f"a=rtpmap:{keys} telephone-event/8000") == 2
        assert caller.messages.count("telephone-event") == 2

    run(test())


def test_keys_by_rfc_4733_and_by_info_come_in_order(tmp_path: Path) -> None:
    keys: list[str] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        while len(keys) < 4:
            keys.append(await line.keys().get())
        await line.gone.wait()

    async def test() -> None:
        file = s.scenario(
            tmp_path / "c.xml",
            s.invite(),
            s.answered(),
            s.pause(0.5),
            s.press("4#0"),
            s.pause(2.5),
            s.press_by_info("7"),
            s.pause(0.5),
            s.hang_up(),
        )
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert keys == ["4", "#", "0", "7"]


def test_a_flood_of_keys_is_cut_and_harms_nothing(tmp_path: Path) -> None:
    waiting: list[int] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        await line.gone.wait()
        waiting.append(line.keys().qsize())

    async def test() -> None:
        presses = [s.press_by_info(str(n % 10), 2 + n) for n in range(80)]
        file = s.scenario(tmp_path / "c.xml", s.invite(), s.answered(), *presses, s.hang_up(200))
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert waiting == [64]


def test_a_held_call_says_so_and_goes_on_after(tmp_path: Path) -> None:
    echoed = Echoed()
    held: list[MediaCounts] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        await until(lambda: line.media().held, "the hold")
        await asyncio.sleep(1.2)
        held.append(line.media())
        await until(lambda: not line.media().held, "the end of the hold")
        held.append(line.media())
        echoed.rate, echoed.sent = line.rate, speechlike(2, line.rate)
        pieces = []
        playing = asyncio.create_task(line.play(echoed.sent))
        while not playing.done() or len(pieces) < 150:
            pieces.append(line.read())
            await asyncio.sleep(0.02)
        echoed.received = np.concatenate(pieces)

    async def test() -> None:
        file = s.scenario(
            tmp_path / "c.xml",
            s.invite(),
            s.answered(),
            s.pause(0.5),
            s.reinvite(s.sdp(direction="inactive", version=2), 2),
            s.pause(4),
            s.reinvite(s.sdp(version=3), 3),
            s.hung_up(),
        )
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running), echo=True) as caller:
                await ended(caller)

    run(test())
    assert held[0].silent_s < 1
    assert held[1].silent_s < 3  # the hold of 4 s was no silence
    assert np.median(echoed.likeness) > 0.99


def test_a_prompt_goes_on_after_a_reinvite(tmp_path: Path) -> None:
    """The stack starts its sound anew, and loses what it had: that is said again."""
    echoed = Echoed()

    async def test() -> None:
        file = s.scenario(
            tmp_path / "c.xml",
            s.invite(),
            s.answered(),
            s.pause(1.5),
            s.reinvite(s.sdp("pcmu", version=2), 2),
            s.hung_up(),
        )
        async with endpoint(hearing_the_echo(echoed, 4.0)) as running:
            with sipp(file, address_of(running), echo=True) as caller:
                await ended(caller)

    run(test())
    whole = [each > 0.98 for each in echoed.likeness]
    assert sum(whole) >= len(whole) - 2, echoed.likeness
    assert all(whole[-5:])


def test_a_line_without_a_single_packet_is_seen_to_be_silent(tmp_path: Path) -> None:
    seen: list[MediaCounts] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        await until(lambda: line.media().silent_s > 3, "silence")
        seen.append(line.media())

    async def test() -> None:
        file = s.scenario(tmp_path / "c.xml", s.invite(), s.answered(), s.hung_up())
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert seen[0].received == 0
    assert seen[0].sent > 50


def test_a_line_that_falls_silent_is_seen_to_be(tmp_path: Path) -> None:
    seen: list[MediaCounts] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        await until(lambda: line.media().received > 20, "packets")
        await until(lambda: line.media().silent_s > 3, "silence")
        seen.append(line.media())

    async def test() -> None:
        sound = tmp_path / "sound.al"
        sound.write_bytes(bytes(range(256)) * 31)
        body = s.sdp(port="[rtpstream_audio_port]")
        file = s.scenario(
            tmp_path / "c.xml", s.invite(body), s.answered(), s.speak(sound), s.hung_up()
        )
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert 30 < seen[0].received < 80


@pytest.mark.parametrize("far_codec", ["pcma", "g722"])
def test_a_bridge_carries_sound_through_both_legs(tmp_path: Path, far_codec: str) -> None:
    """The caller speaks, the far end returns it: four times through us, re-sampled for G.722."""
    bridged: list[TransferOutcome] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        bridged.append(await line.transfer("2468"))

    async def test() -> None:
        sound = tmp_path / "said.wav"
        soundfile.write(sound, speechlike(6, 8000), 8000)
        port = free_port()
        operator = s.scenario(tmp_path / "o.xml", s.called(body=s.sdp(far_codec)), s.hung_up())
        config = sip_config(pbx=f"127.0.0.1:{port}", refer=False)
        account = "<sip:caller@127.0.0.1>;regint=0;audio_codecs=PCMA/8000/1"
        async with endpoint(on_call, config) as running:
            dial = f"sip:5000@{address_of(running)}"
            with (
                sipp(operator, port=port, echo=True) as far,
                baresip(tmp_path, account, dial, sound=sound, seconds=60) as caller,
            ):
                await ended(far)
                caller.stop()

    run(test())
    assert bridged == [TransferOutcome.CONNECTED]
    back, _ = soundfile.read(next(tmp_path.glob("dump-*-dec.wav")), dtype="int16")
    alike = likeness(speechlike(6, 8000)[8000:40000], back, 8000)
    assert np.median(alike) > 0.93, alike
