"""TLS with SRTP, against Debian's baresip: an older version with another TLS library."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from switchboard.errors import TelephonyError
from switchboard.telephony.config import SipConfig, Srtp, Tls, Transport
from switchboard.telephony.ping import ping
from switchboard.telephony.port import Line, Samples
from tests.telephony.certificates import certificates
from tests.telephony.endpoints import endpoint, run, sip_config, until
from tests.telephony.peers import Peer, baresip
from tests.telephony.sounds import likeness, speechlike


def secure(folder: Path) -> SipConfig:
    certificate, authority = certificates(folder)
    return sip_config(transport=Transport.TLS, tls=Tls(certificate, authority), srtp=Srtp.REQUIRED)


def calling(folder: Path, account: str, dial: str) -> AbstractContextManager[Peer]:
    sound, own = folder / "said.wav", folder / "server.pem"
    return baresip(folder, account, dial, sound=sound, certificate=own, seconds=60)


@pytest.mark.parametrize(
    ("codec", "rate", "floor"), [("PCMA/8000/1", 8000, 0.97), ("G722/16000/1", 16000, 0.95)]
)
def test_a_secure_call_carries_sound_both_ways(
    tmp_path: Path, codec: str, rate: int, floor: float
) -> None:
    theirs = speechlike(6, rate, seed=2)
    ours = speechlike(3, rate, seed=3)
    heard: list[Samples] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        assert line.rate == rate
        playing = asyncio.create_task(line.play(ours))
        pieces = []
        while not playing.done() or len(pieces) < 200:
            pieces.append(line.read())
            await asyncio.sleep(0.02)
        heard.append(np.concatenate(pieces))

    async def test() -> None:
        soundfile.write(tmp_path / "said.wav", theirs, rate)
        config = secure(tmp_path)
        target = f"127.0.0.1:{config.port + 1}"
        account = (
            f"<sip:caller@{target};transport=tls>;regint=0;mediaenc=srtp-mand;audio_codecs={codec}"
        )
        dial = f"sip:5000@{target}"
        async with endpoint(on_call, config):
            with calling(tmp_path, account, dial) as caller:
                await until(lambda: bool(heard), "the sound")
        assert "RTP/SAVP" in caller.log

    run(test())
    assert np.median(likeness(theirs[: 2 * rate], heard[0], rate)) > floor
    back, _ = soundfile.read(next(tmp_path.glob("dump-*-dec.wav")), dtype="int16")
    assert np.median(likeness(ours, back, rate)) > floor


def test_a_caller_without_srtp_is_refused(tmp_path: Path) -> None:
    answers: list[bool] = []

    async def on_call(line: Line) -> None:
        answers.append(await line.answer())

    async def test() -> None:
        soundfile.write(tmp_path / "said.wav", speechlike(1, 8000), 8000)
        config = secure(tmp_path)
        target = f"127.0.0.1:{config.port + 1}"
        account = f"<sip:caller@{target};transport=tls>;regint=0"
        dial = f"sip:5000@{target}"
        async with endpoint(on_call, config):
            with calling(tmp_path, account, dial) as caller:
                await until(lambda: "488" in caller.log, "the refusal")

    run(test())
    assert True not in answers


def test_the_ping_by_tls_checks_the_certificate(tmp_path: Path) -> None:
    async def test() -> None:
        config = secure(tmp_path)
        async with endpoint(_never, config):
            there = f"127.0.0.1:{config.port + 1}"
            trusting = sip_config(pbx=there, transport=Transport.TLS, tls=config.tls)
            assert await ping(trusting) == 200
            doubting = sip_config(pbx=there, transport=Transport.TLS)
            with pytest.raises(TelephonyError, match="certificate"):
                await ping(doubting)

    run(test())


async def _never(line: Line) -> None:
    raise AssertionError("a call came in")
