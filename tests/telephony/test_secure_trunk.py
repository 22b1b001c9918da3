"""TLS with SRTP, against Debian's baresip: an older version with another TLS library."""

from __future__ import annotations

import asyncio
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
from tests.telephony.peers import baresip
from tests.telephony.sounds import likeness, speechlike


def secure(folder: Path) -> SipConfig:
    certificate, authority = certificates(folder)
    return sip_config(transport=Transport.TLS, tls=Tls(certificate, authority), srtp=Srtp.REQUIRED)


@pytest.mark.parametrize("codec", ["pcma", "g722"])
def test_a_secure_call_carries_sound_both_ways(tmp_path: Path, codec: str) -> None:
    said = speechlike(4, 8000, seed=2)
    ours: list[Samples] = []
    heard: list[Samples] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        ours.append(speechlike(4, line.rate, seed=3))
        playing = asyncio.create_task(line.play(ours[0]))
        pieces = []
        while not playing.done() or len(pieces) < 230:
            pieces.append(line.read())
            await asyncio.sleep(0.02)
        heard.append(np.concatenate(pieces))
        if line.rate == 16000:
            heard[0] = heard[0][::2]
            ours[0] = ours[0][::2]

    async def test() -> None:
        soundfile.write(tmp_path / "said.wav", said, 8000)
        config = secure(tmp_path)
        target = f"127.0.0.1:{config.port + 1}"
        account = (
            f"<sip:caller@{target};transport=tls>;regint=0;mediaenc=srtp-mand;audio_codecs="
            + {"pcma": "PCMA/8000/1", "g722": "G722/16000/1"}[codec]
        )
        dial = f"sip:5000@{target};transport=tls"
        async with endpoint(on_call, config):
            sound = tmp_path / "said.wav"
            with baresip(tmp_path, account, dial, sound=sound, seconds=40) as caller:
                await until(lambda: bool(heard), f"the sound; {caller.log[-2000:]}")
        assert "RTP/SAVP" in caller.log

    run(test())
    if codec == "pcma":
        assert np.median(likeness(said, heard[0], 8000)) > 0.97
        back, _ = soundfile.read(tmp_path / "heard.wav", dtype="int16")
        assert np.median(likeness(ours[0], back, 8000)) > 0.97
    else:
        assert np.abs(heard[0]).max() > 1000


def test_a_caller_without_srtp_is_refused(tmp_path: Path) -> None:
    answers: list[bool] = []

    async def on_call(line: Line) -> None:
        answers.append(await line.answer())

    async def test() -> None:
        soundfile.write(tmp_path / "said.wav", speechlike(1, 8000), 8000)
        config = secure(tmp_path)
        target = f"127.0.0.1:{config.port + 1}"
        account = f"<sip:caller@{target};transport=tls>;regint=0"
        dial = f"sip:5000@{target};transport=tls"
        async with endpoint(on_call, config):
            sound = tmp_path / "said.wav"
            with baresip(tmp_path, account, dial, sound=sound, seconds=30) as caller:
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
