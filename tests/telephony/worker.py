"""A switchboard's endpoint in a process of its own, which answers every call: to be killed.

Usage: python -m tests.telephony.worker PORT PEER
"""

from __future__ import annotations

import asyncio
import signal
import sys
from ipaddress import ip_network

from switchboard.telephony.config import SipConfig
from switchboard.telephony.endpoint import BaresipEndpoint
from switchboard.telephony.port import Line


async def answer(line: Line) -> None:
    _say("call")
    if await line.answer():
        await line.gone.wait()


async def main(port: str, peer: str) -> None:
    """Until SIGTERM."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    running = BaresipEndpoint(SipConfig(port=int(port), peers=(ip_network(peer),)))
    await running.start(answer)
    _say("ready")
    await over.wait()
    await running.stop()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
