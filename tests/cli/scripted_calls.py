"""Real speech files, and an engine that hears in each what the test says that it holds."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from grammar.calibration import Calibration, dump
from grammar.model import Grammar
from switchboard.audio.files import read_audio
from switchboard.recognition.messages import EngineSpec
from switchboard.recognition.port import Hypothesis, Recognition, Utterance

FIXTURES = Path(__file__).parents[2] / "audio_fixtures"
SPEECH = sorted((FIXTURES / "in_grammar").glob("full_name_*.wav"))

PLAIN = Calibration(
    {"phones": 30.0, "letters": 10.0, "unexplained": -5.0, "qualifier_fits": 4.0}, {"bias": 32.0}
)
CRASH = "CRASH"


class ScriptedEngine:
    """`said` is a JSON file: path of a file to what is said in it."""

    name = "scripted"

    def __init__(self, said: str) -> None:
        texts: dict[str, str] = json.loads(Path(said).read_text("utf-8"))
        self.said = {read_audio(Path(file)).samples.tobytes(): t for file, t in texts.items()}

    def prepare(self, grammar: Grammar) -> None:
        pass

    def work_ahead(self) -> bool:
        return False

    def recognise(self, utterance: Utterance, grammar: Grammar) -> Recognition:
        part = utterance.samples.tobytes()
        text = next((text for whole, text in self.said.items() if part in whole), "")
        if text == CRASH:
            os._exit(3)
        return Recognition(self.name, grammar.version, (Hypothesis(text, -1.0),))


class Calls:
    """A folder of calls; `say` adds one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._said: dict[str, str] = {}
        self._script = folder / "said.json"
        (folder / "settings.toml").write_text(
            f'[decision]\ncalibration = "{folder / "calibration.json"}"\n'
            "[recognition]\nworkers = 1\n"
        )
        (folder / "calibration.json").write_text(dump({"scripted": PLAIN}))

    def say(self, name: str, text: str) -> Path:
        """A file of that name with speech in it, which the engine hears as `text`."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        shutil.copy(SPEECH[len(self._said)], path)
        self._said[str(path)] = text
        self._script.write_text(json.dumps(self._said), "utf-8")
        return path

    def spec(self, _engine: str, _model: str = "") -> EngineSpec:
        """In place of choosing a real engine."""
        return EngineSpec(f"{__name__}:ScriptedEngine", {"said": str(self._script)})

    def manifest(self, *rows: str) -> Path:
        path = self.folder / "manifest.csv"
        path.write_text("\n".join(("file,expected,kind,channel,voice", *rows)) + "\n", "utf-8")
        return path
