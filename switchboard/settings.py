"""Settings: the user's TOML over `default.toml`, checked, into frozen dataclasses.

What each setting means, and what raising it does, is written in `default.toml`, once.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import platformdirs

from directory.errors import DirectoryError
from directory.number_plan import Block, NumberPlan
from switchboard.errors import SettingsError
from switchboard.settings_check import Between, OneOf, Problem, Source, read_section

Probability = Annotated[float, Between(0, 1)]


@dataclass(frozen=True, slots=True)
class BlockSettings:
    first: str
    last: str
    direct: str


@dataclass(frozen=True, slots=True)
class NumberPlanSettings:
    region: str
    area_code: str
    blocks: tuple[BlockSettings, ...]

    def plan(self) -> NumberPlan:
        """The number plan as cleansing takes it. Raises DirectoryError for a wrong block."""
        return NumberPlan(
            blocks=tuple(
                Block(block.direct, len(block.first), block.first, block.last)
                for block in self.blocks
            ),
            region=self.region,
            area_code=self.area_code,
        )


@dataclass(frozen=True, slots=True)
class StorageSettings:
    lock_wait_s: Annotated[float, Between(0.1, 60)]
    imports_kept: Annotated[int, Between(1, 1000)]


@dataclass(frozen=True, slots=True)
class AudioSettings:
    endpoint_silence_ms: Annotated[int, Between(300, 700)]
    longest_utterance_s: Annotated[float, Between(2, 30)]
    speech_probability: Probability
    shortest_speech_ms: Annotated[int, Between(32, 1000)]


@dataclass(frozen=True, slots=True)
class RecognitionSettings:
    engine: Annotated[str, OneOf("auto", "vosk", "whisper")]
    vosk_model: str
    workers: Annotated[int, Between(1, 64)]
    deadline_s: Annotated[float, Between(0.5, 60)]


@dataclass(frozen=True, slots=True)
class DecisionSettings:
    transfer_probability: Probability
    confirm_probability: Probability
    offer_probability: Probability
    margin: Probability
    wrong_transfer_cost: Annotated[float, Between(1, 1000)]


@dataclass(frozen=True, slots=True)
class PromptSettings:
    organisation: str


@dataclass(frozen=True, slots=True)
class LogSettings:
    level: Annotated[str, OneOf("debug", "info", "warning", "error")]
    personal: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, one field a section of the TOML."""

    number_plan: NumberPlanSettings
    storage: StorageSettings
    audio: AudioSettings
    recognition: RecognitionSettings
    decision: DecisionSettings
    prompts: PromptSettings
    log: LogSettings


def user_file() -> Path:
    """Where a user's settings are when no other file is named."""
    return platformdirs.user_config_path("switchboard", appauthor=False) / "settings.toml"


def load_settings(path: Path | None = None) -> Settings:
    """The defaults with the user's file over them.

    The file is `path`, else $SWITCHBOARD_SETTINGS, else `user_file()` where there is one. Raises
    SettingsError, which names every wrong setting with its line and the remedy.
    """
    if path is None and os.environ.get("SWITCHBOARD_SETTINGS"):
        path = Path(os.environ["SWITCHBOARD_SETTINGS"])
    if path is None and user_file().is_file():
        path = user_file()
    source = Source("", "") if path is None else _read(path)
    given = _parse(source)
    defaults = tomllib.loads(files("switchboard").joinpath("default.toml").read_text("utf-8"))
    problems: list[Problem] = []
    settings: Settings | None = read_section(Settings, defaults, given, (), problems)
    if settings is not None:
        problems += _contradictions(settings)
    if settings is None or problems:
        problems.sort(key=lambda problem: source.line(problem.path))
        raise SettingsError("\n".join(map(source.tell, problems)))
    return settings


def _read(path: Path) -> Source:
    try:
        return Source(str(path), path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"The settings file {path} can't be read ({error.strerror}); "
            "check --settings and $SWITCHBOARD_SETTINGS."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"The settings file {path} is not UTF-8 text; save it as UTF-8."
        ) from error


def _parse(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"The settings file {source.name} is not valid TOML: {error}. "
            "Mend that place; texts stand in quotation marks."
        ) from error


def _contradictions(settings: Settings) -> list[Problem]:
    """What is wrong between settings that are each right alone."""
    problems = []
    decision = settings.decision
    if decision.confirm_probability > decision.transfer_probability:
        problems.append(
            Problem(
                ("decision", "confirm_probability"),
                "is above transfer_probability, so nothing would ever be confirmed; lower it.",
            )
        )
    if decision.offer_probability > decision.confirm_probability:
        problems.append(
            Problem(
                ("decision", "offer_probability"),
                "is above confirm_probability, so one candidate would be offered where several "
                "are not; lower it.",
            )
        )
    try:
        settings.number_plan.plan()
    except DirectoryError as error:
        problems.append(Problem(("number_plan", "blocks"), f"is wrong. {error}"))
    return problems
