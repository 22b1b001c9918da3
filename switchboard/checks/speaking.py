"""Whether callers hear something: the voices, the recordings, the folder for what is spoken."""

from __future__ import annotations

import os
from collections.abc import Iterator

from switchboard.checks.finding import Finding, fail, ok, warn
from switchboard.settings import Settings
from switchboard.speech.opening import cache_folder, recordings_folder, voices
from switchboard.speech.port import SynthesisError, Text
from switchboard.speech.synthesis import SynthesisProcess, VoiceSpec

_PATIENCE_S = 30.0


def prompts(settings: Settings) -> Iterator[Finding]:
    specs = voices(settings.prompts)
    working = [spec for spec in specs if _speaks(spec)]
    if not working:
        yield fail(
            "prompts",
            "No voice speaks, so callers hear generic prompts and no names; install espeak-ng, "
            "and install the program again.",
        )
    elif working[0] is not specs[0]:
        yield warn(
            "prompts",
            "Piper does not speak, and espeak-ng stands in; check [prompts] piper_model, or "
            "install the program again.",
        )
    elif len(working) < len(specs):
        yield warn(
            "prompts", "Nothing stands in when Piper fails; install espeak-ng (Debian's package)."
        )
    else:
        yield ok("prompts", f"{settings.prompts.voice} speaks")
    yield from _folders(settings)


def _folders(settings: Settings) -> Iterator[Finding]:
    cache = cache_folder(settings.prompts)
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        yield warn(
            "prompts",
            f"{cache} can't be made ({error.strerror}), so every text is spoken anew; mend that, "
            "or name another folder in [prompts] cache.",
        )
        return
    if not os.access(cache, os.W_OK):
        yield warn(
            "prompts",
            f"{cache} can't be written to, so every text is spoken anew; mend that, or name "
            "another folder in [prompts] cache.",
        )
    recordings = recordings_folder(settings.prompts)
    if settings.prompts.recordings and not recordings.is_dir():
        yield warn(
            "recordings",
            f"{recordings} is not there; make it with `switchboard prompts import`, or correct "
            "[prompts] recordings.",
        )


def _speaks(spec: VoiceSpec) -> bool:
    voice = SynthesisProcess(spec)
    try:
        voice.start()
        return len(voice.speak(Text("Hello."), _PATIENCE_S).samples) > 0
    except SynthesisError:
        return False
    finally:
        voice.close()
