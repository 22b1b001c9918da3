"""espeak-ng's voices, from the library that comes in Piper's wheel. Plain, but tiny and
independent of Piper's model and of onnxruntime.

Runs in a process of its own (`synthesis_worker`): the library has one voice and one set of tables
for the process, and initialising it twice crashes it.
"""

from __future__ import annotations

import ctypes
from importlib.util import find_spec
from pathlib import Path

from switchboard.speech.synthesis_worker import Speak

_SYNCHRONOUS = 2
_UTF8 = 1
_CHARACTER = 1
_RATE_PARAMETER = 1
_WORDS_A_MINUTE = 160
"""espeak's own 175 is brisk for a name heard once on a telephone."""
_BRITISH = "en"

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def load(pace: float, voice: str = _BRITISH) -> Speak:
    """A speaker; the IPA of words is ignored. `voice` is an accent, with a variant for another
    speaker's voice: "en-gb-scotland+f2". Raises OSError where the library is missing, or has no
    such accent."""
    # Found, not imported: importing Piper would bring onnxruntime, which may be what is broken.
    package = find_spec("piper")
    if package is None or package.origin is None:
        raise FileNotFoundError("piper-tts is not installed")
    folder = Path(package.origin).parent
    library = ctypes.CDLL(str(folder / "espeakbridge.so"))
    data = str(folder / "espeak-ng-data").encode()
    rate = int(library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0))
    if rate <= 0 or library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise OSError("espeak-ng does not start")
    library.espeak_SetParameter(_RATE_PARAMETER, round(_WORDS_A_MINUTE * pace), 0)
    sound = bytearray()

    def collect(samples: ctypes._Pointer[ctypes.c_short], count: int, _events: object) -> int:
        if samples:
            sound.extend(ctypes.string_at(samples, 2 * count))
        return 0

    callback = _Callback(collect)
    library.espeak_SetSynthCallback(callback)

    def speak(words: str, _ipa: dict[str, str]) -> tuple[bytes, int]:
        _ = callback  # kept alive: the library keeps only its address
        sound.clear()
        text = words.encode()
        size = ctypes.c_size_t(len(text) + 1)
        if library.espeak_Synth(text, size, 0, _CHARACTER, 0, _UTF8, None, None) != 0:
            raise OSError("espeak-ng speaks no more")
        return bytes(sound), rate

    return speak
