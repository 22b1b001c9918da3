"""A relay of RTP that delays, drops and reorders, where the kernel has no netem.

What comes to the relay's own port goes on to the peer as it is; what the peer sends back is spoilt
on its way.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

Address = tuple[str, int]


@dataclass(frozen=True)
class Spoiling:
    """`loss` is a share; each packet is late by up to `jitter_s`, so that some overtake others."""

    loss: float = 0.0
    jitter_s: float = 0.0
    seed: int = 7


@dataclass
class Relayed:
    port: int = 0
    passed: int = 0
    dropped: int = 0
    overtaken: int = 0


@asynccontextmanager
async def relay(peer: Address, spoiling: Spoiling) -> AsyncIterator[Relayed]:
    """Between whoever sends to `Relayed.port` of 127.0.0.1 and the peer."""
    loop = asyncio.get_running_loop()
    chance = random.Random(spoiling.seed)
    counts = Relayed()
    caller: list[Address] = []
    newest = -1

    def send_back(data: bytes) -> None:
        nonlocal newest
        number = int.from_bytes(data[2:4], "big")
        counts.overtaken += number < newest
        newest = max(newest, number)
        if caller and not front.is_closing():
            front.sendto(data, caller[0])

    class Front(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: Address) -> None:
            caller[:] = [addr]
            back.sendto(data, peer)

    class Back(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _addr: Address) -> None:
            if chance.random() < spoiling.loss:
                counts.dropped += 1
                return
            counts.passed += 1
            loop.call_later(chance.random() * spoiling.jitter_s, send_back, data)

    front: Any
    back: Any
    front, _ = await loop.create_datagram_endpoint(Front, local_addr=("127.0.0.1", 0))
    back, _ = await loop.create_datagram_endpoint(Back, local_addr=("127.0.0.1", 0))
    counts.port = front.get_extra_info("sockname")[1]
    try:
        yield counts
    finally:
        front.close()
        back.close()
