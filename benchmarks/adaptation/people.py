"""Recordings of real people for the adaptation, so that it doesn't forget how people sound.

Only those whose licence asks no more than attribution, and none of the telephone calls that
`benchmarks/human_calls.py` measures with. What Whisper writes for the clear recording is the text,
where that is what was said.
"""

from __future__ import annotations

import json
from pathlib import Path

import ctranslate2
import numpy as np
import soundfile as sf

from benchmarks.adaptation.hearing import Said, frames
from grammar.text import normalise
from switchboard.recognition.whisper.ear import CONTEXT_FRAMES, tokenizer_of
from switchboard.recognition.whisper.model import TINY, TOKENIZER

MEASURED_WITH = "wuw-corpus"
SHARE_ALIKE = "SA"


def spoken_by_people(folder: Path, remembered: Path) -> list[Said]:
    """`remembered` keeps what was written for which file, for the next time."""
    if not remembered.exists():
        remembered.write_text(json.dumps(_transcribed(folder)), encoding="utf-8")
    texts: dict[str, str] = json.loads(remembered.read_text(encoding="utf-8"))
    return [Said(sf.read(folder / file, dtype="float32")[0], text) for file, text in texts.items()]


def _transcribed(folder: Path) -> dict[str, str]:
    """Whisper's texts by file, of those recordings that it understands rightly."""
    model = ctranslate2.models.Whisper(str(TINY.folder()), device="cpu", compute_type="int8")
    told = tokenizer_of(TINY, (TINY.folder() / TOKENIZER).read_bytes())
    prompt = [*told.sot_sequence, told.no_timestamps]
    texts = {}
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if MEASURED_WITH in row["source_repo"] or SHARE_ALIKE in row["licence"] or not row["text"]:
            continue
        samples, _ = sf.read(folder / row["file"], dtype="float32")
        heard = frames(samples)[:, :CONTEXT_FRAMES]
        mel = np.zeros((1, 80, CONTEXT_FRAMES), dtype=np.float32)
        mel[0, :, : heard.shape[1]] = heard
        ids = model.generate(ctranslate2.StorageView.from_array(mel), [prompt], beam_size=1)
        text = told.decode(ids[0].sequences_ids[0]).strip()
        if _letters(text) == _letters(row["text"]):
            texts[row["file"]] = text
    return texts


def _letters(text: str) -> str:
    return normalise(text).replace(" ", "")
