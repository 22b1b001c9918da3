"""The voices that say the development calls: which synthesiser, whose voice, for which half.

A voice belongs to the tuning half or to the testing half, and so does everything it is made from:
no recorded speaker, Kokoro style vector or espeak-ng accent with variant is on both sides, so what
was tuned on one half has not heard the speakers of the other.
"""

from __future__ import annotations

from dataclasses import dataclass

TUNE = "tune"
TEST = "test"
SPLITS = (TUNE, TEST)


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker.

    `model` is the synthesiser's own name of the voice; for Kokoro, style vectors with their shares
    ("jf_nezumi=0.6 jf_tebukuro=0.4"; shares sum to 1, one may be negative to go past a voice).
    `accent` is the espeak-ng voice whose pronunciation Kokoro reads. `depth` shifts pitch and
    formants together, 0.8 (a larger speaker) to 1.2; the tempo stays. `weight` is the share of
    calls relative to the other voices of the same half. `speaker` names the recorded person or
    the formant voice behind it: babble behind a call never has the caller's own.
    """

    name: str
    split: str
    engine: str
    model: str
    speaker: str
    accent: str = ""
    depth: float = 1.0
    weight: float = 1.0


VOICES: tuple[Voice, ...] = (
    # Tuning. The more a voice sounds like a person the more calls it makes, but for
    # Kokoro, which takes twice as long as it speaks.
    Voice("kokoro-alpha-rp", TUNE, "kokoro", "jf_alpha=1", "alpha", "en-gb-x-rp", 1.0, 0.5),
    Voice("kokoro-kumo-gb", TUNE, "kokoro", "jm_kumo=1", "kumo", "en", 1.0, 0.5),
    Voice("kokoro-alpha-kumo", TUNE, "kokoro", "jf_alpha=0.5 jm_kumo=0.5", "mix", "en", 1.0, 0.5),
    Voice(
        "kokoro-kumo-deep", TUNE, "kokoro", "jm_kumo=0.8 jf_alpha=0.2", "kumo", "en-us", 0.9, 0.5
    ),
    Voice("piper-joe", TUNE, "piper", "en_US-joe-medium", "joe", "", 1.0, 2.5),
    Voice("piper-joe-high", TUNE, "piper", "en_US-joe-medium", "joe", "", 1.14, 1.5),
    Voice("flite-rms", TUNE, "flite", "rms", "rms", "", 1.0, 1.5),
    Voice("flite-rms-high", TUNE, "flite", "rms", "rms", "", 1.15, 1.0),
    Voice("flite-kal16", TUNE, "flite", "kal16", "kal", "", 1.0, 0.7),
    Voice("festival-kal", TUNE, "festival", "kal_diphone", "kal", "", 1.12, 0.7),
    Voice("espeak-rp-rob", TUNE, "espeak", "en-gb-x-rp+rob", "rob", "", 1.0, 0.6),
    Voice("espeak-gb-steph", TUNE, "espeak", "en-gb+steph", "steph", "", 1.0, 0.6),
    Voice("espeak-midlands-rob", TUNE, "espeak", "en-gb-x-gbcwmd+rob", "rob", "", 1.0, 0.5),
    Voice("espeak-us-steph", TUNE, "espeak", "en-us+steph", "steph", "", 1.0, 0.4),
    # Testing.
    Voice("hibari-heart", TEST, "hibari", "heart", "heart", "", 1.0, 2.5),
    Voice("hibari-heart-deep", TEST, "hibari", "heart", "heart", "", 0.82, 1.5),
    Voice("kokoro-gongitsune-rp", TEST, "kokoro", "jf_gongitsune=1", "gon", "en-gb-x-rp", 1.0, 0.5),
    Voice("kokoro-nezumi-gb", TEST, "kokoro", "jf_nezumi=1", "nezumi", "en", 1.0, 0.5),
    Voice("kokoro-tebukuro-us", TEST, "kokoro", "jf_tebukuro=1", "tebu", "en-us", 1.0, 0.5),
    Voice(
        "kokoro-gon-tebu-deep",
        TEST,
        "kokoro",
        "jf_gongitsune=0.5 jf_tebukuro=0.5",
        "gon-tebu",
        "en",
        0.8,
        0.5,
    ),
    Voice(
        "kokoro-nezumi-tebu-scots",
        TEST,
        "kokoro",
        "jf_nezumi=0.6 jf_tebukuro=0.4",
        "nezumi-tebu",
        "en-gb-scotland",
        0.88,
        0.5,
    ),
    Voice("flite-awb", TEST, "flite", "awb", "awb", "", 1.0, 2.0),
    Voice("flite-awb-high", TEST, "flite", "awb", "awb", "", 1.14, 1.0),
    Voice("flite-slt", TEST, "flite", "slt", "slt", "", 1.0, 1.5),
    Voice("festival-slt-hts", TEST, "festival", "cmu_us_slt_arctic_hts", "slt", "", 0.84, 1.5),
    Voice("espeak-scotland-denis", TEST, "espeak", "en-gb-scotland+Denis", "denis", "", 1.0, 0.5),
    Voice("espeak-lancaster-linda", TEST, "espeak", "en-gb-x-gbclan+linda", "linda", "", 1.0, 0.5),
    Voice("espeak-gb-michael", TEST, "espeak", "en-gb+Michael", "michael", "", 1.0, 0.5),
    Voice("espeak-us-denis", TEST, "espeak", "en-us+Denis", "denis", "", 1.0, 0.4),
)


def voices_of(split: str) -> tuple[Voice, ...]:
    """The voices of one half, "tune" or "test"."""
    return tuple(voice for voice in VOICES if voice.split == split)
