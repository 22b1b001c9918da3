"""As an extension of a PBX: registered with digest authentication at a real Kamailio."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchboard.errors import TelephonyError
from switchboard.telephony.config import Registration
from switchboard.telephony.endpoint import BaresipEndpoint
from switchboard.telephony.ping import ping
from switchboard.telephony.port import Line
from tests.telephony import scenarios as s
from tests.telephony.endpoints import ended, endpoint, run, sip_config
from tests.telephony.peers import free_port, kamailio, sipp

REGISTRAR = "127.0.0.3"


def test_a_registered_switchboard_is_called_by_its_extension(tmp_path: Path) -> None:
    peers: list[str] = []

    async def answer(line: Line) -> None:
        peers.append(line.offer.peer)
        assert await line.answer()
        await line.gone.wait()

    async def test() -> None:
        file = s.scenario(tmp_path / "c.xml", s.invite(), s.answered(), s.pause(1), s.hang_up())
        with kamailio(tmp_path, "registrar", REGISTRAR) as pbx:
            sign_on = Registration(pbx.uri, "7000", "secret")
            async with endpoint(answer, sip_config(peers=(), registration=sign_on)):
                with sipp(file, pbx.uri, dialled="7000") as caller:
                    await ended(caller)
            assert peers == [pbx.uri]

    run(test())


def test_a_wrong_password_is_told_at_the_start(tmp_path: Path) -> None:
    async def test() -> None:
        with kamailio(tmp_path, "registrar", REGISTRAR) as pbx:
            wrong = Registration(pbx.uri, "7000", "guess")
            with pytest.raises(TelephonyError, match="401") as told:
                await BaresipEndpoint(sip_config(registration=wrong)).start(_never)
            assert "guess" not in str(told.value)

    run(test())


def test_a_pbx_that_is_there_answers_the_ping(tmp_path: Path) -> None:
    async def test() -> None:
        with kamailio(tmp_path, "registrar", REGISTRAR) as pbx:
            assert await ping(sip_config(pbx=pbx.uri)) == 200

    run(test())


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_pbx_that_is_not_there_is_told_with_the_remedy(transport: str) -> None:
    async def test() -> None:
        config = sip_config(pbx=f"127.0.0.1:{free_port()}", transport=transport)
        with pytest.raises(TelephonyError, match="does not answer OPTIONS"):
            await ping(config, timeout_s=1.0)

    run(test())


def test_our_own_endpoint_answers_the_ping_by_tcp() -> None:
    async def test() -> None:
        async with endpoint(_never) as running:
            there = f"127.0.0.1:{running._config.port}"
            assert await ping(sip_config(pbx=there, transport="tcp")) == 200

    run(test())


async def _never(line: Line) -> None:
    raise AssertionError("a call came in")
