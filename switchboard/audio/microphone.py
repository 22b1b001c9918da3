"""The microphone, through PortAudio (`sounddevice`): blocks of samples as they come."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin, lfilter

from switchboard.audio.files import WIDE_RATE
from switchboard.errors import AudioError

BLOCK_SECONDS = 0.032
_SOUND_CARD_RATE = 48000
"""What cards that don't do 16 kHz all do."""
_MOST_WAITING = 1000
"""Blocks that may wait to be heard (32 s); beyond, the newest are dropped."""
_SILENT_SECONDS = 5.0
_WITHOUT_ONE = "Recorded calls need none: `switchboard route`."


def load_portaudio() -> Any:
    """The sounddevice module. Raises AudioError where the PortAudio library isn't installed."""
    try:
        import sounddevice  # noqa: PLC0415 it loads the library, which servers lack
    except OSError as error:
        raise AudioError(
            "The PortAudio library is not installed; on Debian or Ubuntu run: "
            "apt install libportaudio2"
        ) from error
    return sounddevice


def input_devices() -> list[str]:
    """The devices that can be listened to, as `--device` takes them: "NUMBER NAME". Raises
    AudioError where there is none."""
    devices = load_portaudio().query_devices()
    found = [
        f"{number} {device['name']}"
        for number, device in enumerate(devices)
        if device["max_input_channels"] > 0
    ]
    if not found:
        raise AudioError(f"There is no microphone; plug one in. {_WITHOUT_ONE}")
    return found


class Microphone:
    """An open microphone at 16 kHz. Use it as a context manager.

    `device` is a number or a part of a name; None for the system's default. Raises AudioError
    when there is none, or when it can't be opened.
    """

    rate = WIDE_RATE

    def __init__(self, device: int | str | None = None) -> None:
        sounddevice = load_portaudio()
        self._blocks: queue.Queue[NDArray[np.int16]] = queue.Queue(_MOST_WAITING)
        self._thirds: _Thirds | None = None
        try:
            sounddevice.query_devices(device, "input")
        except (sounddevice.PortAudioError, ValueError, OverflowError) as error:
            named = f"There is no microphone “{device}”" if device else "There is no microphone"
            raise AudioError(
                f"{named} that can be opened; plug one in, or see what there is with "
                f"`switchboard listen --devices`. {_WITHOUT_ONE}"
            ) from error
        try:
            self._stream = self._open(sounddevice, device)
        except sounddevice.PortAudioError as error:
            raise AudioError(
                f"The microphone can't be opened ({error.args[0] if error.args else error}); "
                "close other programs that use it, or choose another with --device."
            ) from error

    def _open(self, sounddevice: Any, device: int | str | None) -> Any:
        rates = {WIDE_RATE: None, _SOUND_CARD_RATE: _Thirds()}
        for rate, self._thirds in rates.items():
            try:
                sounddevice.check_input_settings(device, channels=1, dtype="int16", samplerate=rate)
            except sounddevice.PortAudioError:
                if rate == _SOUND_CARD_RATE:
                    raise
                continue
            break
        return sounddevice.InputStream(
            device=device,
            samplerate=rate,
            channels=1,
            dtype="int16",
            blocksize=round(rate * BLOCK_SECONDS),
            callback=self._take,
        )

    def _take(self, block: NDArray[np.int16], _frames: int, _time: object, _status: object) -> None:
        samples = block[:, 0].copy()
        if self._thirds is not None:
            samples = self._thirds.third(samples)
        try:
            self._blocks.put_nowait(samples)
        except queue.Full:
            return  # nobody listens: PortAudio's thread must never wait

    def blocks(self) -> Iterator[NDArray[np.int16]]:
        """Blocks of mono int16 samples at `rate`, for ever. Raises AudioError when none comes."""
        while True:
            try:
                yield self._blocks.get(timeout=_SILENT_SECONDS)
            except queue.Empty:
                raise AudioError(
                    "The microphone gives no sound any more; plug it in again, or choose another "
                    "with --device."
                ) from None

    def forget(self) -> None:
        """Drop what came while nobody listened."""
        while not self._blocks.empty():
            self._blocks.get_nowait()

    def __enter__(self) -> Microphone:
        self._stream.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()


class _Thirds:
    """48 kHz to 16 kHz, without a seam between blocks (whose lengths are multiples of 3)."""

    _FILTER = firwin(95, 0.9 / 3)

    def __init__(self) -> None:
        self._state = np.zeros(len(self._FILTER) - 1)

    def third(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        filtered, self._state = lfilter(self._FILTER, [1.0], samples, zi=self._state)
        return np.clip(np.rint(filtered[::3]), -32768, 32767).astype(np.int16)
