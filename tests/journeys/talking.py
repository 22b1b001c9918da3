"""What a caller's phone does with sound: speaks, presses keys and listens, over real RTP.

The signalling is sipp's; it offers a talker's port in its SDP. One thread sends a packet for each
talker every 20 ms, as phones do, and hears what comes back.
"""

from __future__ import annotations

import heapq
import io
import random
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np
import soundfile
from numpy.typing import NDArray

from tests.telephony.lossy import Spoiling
from tests.telephony.peers import wait_until
from tests.telephony.sounds import likeness

Samples = NDArray[np.int16]
RATE = 8000
PATIENCE_S = 240.0
"""For an engine on a busy machine."""
_PACKET = 160
EVENTS = 101
_LOUD = 150.0
"""RMS of a packet in which something is said; the line's own silence is 8."""
_PAUSE_S = 0.8
"""Silence after which a prompt is over: longer than any pause within one."""
_PIECE = RATE // 5
_ALIKE = 0.9
"""Correlation with what was heard from which a piece of a prompt was in it: it comes as it was
rendered (1.0), and of a prompt that shares most of its words half the pieces stay below 0.4."""


class Coding:
    """A law of G.711, as soundfile names it, under its payload type."""

    def __init__(self, payload: int, law: str) -> None:
        self.payload = payload
        self._law = law
        every = io.BytesIO(bytes(range(256)))
        sound, _ = soundfile.read(
            every, samplerate=RATE, channels=1, format="RAW", subtype=law, dtype="int16"
        )
        self.linear: Samples = np.asarray(sound, np.int16)
        self.silence = self.coded(np.zeros(_PACKET, np.int16))

    def coded(self, samples: Samples) -> bytes:
        file = io.BytesIO()
        soundfile.write(file, samples, RATE, format="RAW", subtype=self._law)
        return file.getvalue()


_CODINGS = {"pcma": Coding(8, "ALAW"), "pcmu": Coding(0, "ULAW")}


def _rms(sound: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(sound.astype(np.float64)))))


class Talker:
    """One phone's sound, in the one codec that it has. Times are `time.monotonic`, in seconds."""

    def __init__(self, address: str = "127.0.0.1", codec: str = "pcma") -> None:
        self.codec = codec
        self._coding = _CODINGS[codec]
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self._there: tuple[str, int] | None = None
        self._to_send: deque[tuple[int, bytes]] = deque()
        self._sequence, self._clock = random.randrange(2**15), random.randrange(2**31)
        self._source = random.randrange(2**32)
        self.muted = False
        """Sends nothing at all, not even silence."""
        self.onsets: list[float] = []
        """When each prompt began: sound after a pause."""
        self.loud_at = 0.0
        """When something was last to be heard."""
        self.spoke_at = 0.0
        """When the last of what was said was sent."""
        self.received: list[Samples] = []
        self._network: Spoiling | None = None
        self._chance = random.Random()
        self._on_the_way: list[tuple[float, int, bytes]] = []
        self._newest = 0
        self.lost = 0
        self.overtaken = 0

    # What the caller does

    def say(self, samples: Samples) -> None:
        """Returns when it is said."""
        self.begin_to_say(samples)
        wait_until(lambda: not self._to_send, "the caller to finish speaking", PATIENCE_S)

    def begin_to_say(self, samples: Samples) -> None:
        padded = np.concatenate([samples, np.zeros(-len(samples) % _PACKET, np.int16)])
        coded, payload = self._coding.coded(padded), self._coding.payload
        self._to_send.extend(
            (payload, coded[at : at + _PACKET]) for at in range(0, len(coded), _PACKET)
        )

    def press(self, keys: str) -> None:
        """By RFC 4733; returns when all are pressed."""
        for key in keys:
            event = "0123456789*#".index(key)
            for step in range(1, 9):
                end = 0x80 if step > 5 else 0  # the end is said three times
                self._to_send.append(
                    (EVENTS, struct.pack("!BBH", event, end | 10, _PACKET * min(step, 6)))
                )
            self._to_send.extend([self._nothing] * 4)
        wait_until(lambda: not self._to_send, "the caller to press keys", PATIENCE_S)

    # What the caller hears

    def hears_a_prompt(self, after: float | None = None) -> None:
        """Wait until one begins: since the caller last spoke, or since `after`."""
        since = self.spoke_at if after is None else after
        wait_until(lambda: any(at > since for at in self.onsets), "a prompt", PATIENCE_S)

    def hears_a_prompt_out(self, after: float | None = None) -> None:
        """Wait until one has begun and is over."""
        self.hears_a_prompt(after)
        wait_until(
            lambda: time.monotonic() - self.loud_at > _PAUSE_S, "the prompt to end", PATIENCE_S
        )

    def heard(self, prompt: Samples) -> bool:
        """Whether all that is said in it was to be heard."""
        alike = likeness(prompt, np.concatenate(self.received), RATE, _PIECE / RATE)
        pieces = prompt[: len(alike) * _PIECE].reshape(-1, _PIECE)
        return all(
            like > _ALIKE for like, piece in zip(alike, pieces, strict=True) if _rms(piece) > _LOUD
        )

    def _quiet_for(self, seconds: float) -> bool:
        return time.monotonic() - self.loud_at > seconds

    # What the phone does

    def over_a_bad_network(self, spoiling: Spoiling) -> None:
        """From now on packets get lost, are late and overtake each other on their way."""
        self._chance = random.Random(spoiling.seed)
        self._network = spoiling

    def tick(self) -> None:
        self._hear()
        if self._there is None or self.muted:
            return
        payload, content = self._to_send.popleft() if self._to_send else self._nothing
        if content is not self._coding.silence:
            self.spoke_at = time.monotonic()
        self._sequence = (self._sequence + 1) % 2**16
        # All packets of an event bear the time of its beginning.
        stamp = self._clock
        if payload == EVENTS:
            stamp -= content[2] * 256 + content[3] - _PACKET
        self._clock = (self._clock + _PACKET) % 2**32
        head = struct.pack("!BBHII", 0x80, payload, self._sequence, stamp % 2**32, self._source)
        self._send(head + content, self._there)

    @property
    def _nothing(self) -> tuple[int, bytes]:
        return self._coding.payload, self._coding.silence

    def _send(self, packet: bytes, there: tuple[str, int]) -> None:
        now = time.monotonic()
        network = self._network or Spoiling()
        if self._chance.random() < network.loss:
            self.lost += 1
        else:
            due = now + self._chance.random() * network.jitter_s
            heapq.heappush(self._on_the_way, (due, self._sequence, packet))
        while self._on_the_way and self._on_the_way[0][0] <= now:
            _, number, packet = heapq.heappop(self._on_the_way)
            self.overtaken += number < self._newest
            self._newest = max(number, self._newest)
            with suppress(OSError):  # nobody listens there any more
                self._socket.sendto(packet, there)

    def _hear(self) -> None:
        while True:
            try:
                packet, self._there = self._socket.recvfrom(2048)
            except (BlockingIOError, ConnectionError):
                return
            if len(packet) < 12 or packet[1] & 0x7F != self._coding.payload:
                continue
            sound = self._coding.linear[np.frombuffer(packet[12:], np.uint8)]
            self.received.append(sound)
            now = time.monotonic()
            if _rms(sound) > _LOUD:
                if now - self.loud_at > _PAUSE_S / 2:
                    self.onsets.append(now)
                self.loud_at = now

    def close(self) -> None:
        self._socket.close()


class Exchange:
    """Drives talkers, all in one thread."""

    def __init__(self) -> None:
        self._talkers: set[Talker] = set()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="talkers", daemon=True)

    @contextmanager
    def talker(self, codec: str = "pcma") -> Iterator[Talker]:
        talker = Talker(codec=codec)
        with self._lock:
            self._talkers.add(talker)
        try:
            yield talker
        finally:
            with self._lock:
                self._talkers.discard(talker)
            talker.close()

    def __enter__(self) -> Exchange:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stop.is_set():
            with self._lock:
                for talker in self._talkers:
                    talker.tick()
            due = max(due + 0.02, time.monotonic() - 0.1)
            time.sleep(max(0.0, due - time.monotonic()))
