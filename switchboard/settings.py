"""Settings: the user's TOML over `default.toml`, checked, into frozen dataclasses.

What each setting means, and what raising it does, is written in `default.toml`, once.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import platformdirs

from directory.errors import DirectoryError
from directory.number_plan import Block, NumberPlan
from switchboard.errors import SettingsError
from switchboard.settings_check import Between, OneOf, Problem, Source, read_section

if TYPE_CHECKING:
    from grammar.decision import Costs

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
    wrong_transfer: Annotated[float, Between(1, 1000)]
    wrong_question: Annotated[float, Between(0.1, 100)]
    give_up: Annotated[float, Between(0.1, 100)]
    option: Annotated[float, Between(0, 10)]
    most_options: Annotated[int, Between(2, 9)]
    calibration: str

    def costs(self) -> Costs:
        """The costs as decisions take them."""
        # Here, so that commands that decide nothing don't wait for numpy and scipy.
        from grammar.decision import Costs  # noqa: PLC0415

        return Costs(
            wrong_transfer=self.wrong_transfer,
            wrong_question=self.wrong_question,
            give_up=self.give_up,
            option=self.option,
            most_options=self.most_options,
        )


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
    defaults = _shipped()
    problems: list[Problem] = []
    settings: Settings | None = read_section(Settings, defaults, given, (), problems)
    if settings is not None:
        problems += _contradictions(settings)
    if settings is None or problems:
        problems.sort(key=lambda problem: source.line(problem.path))
        raise SettingsError("\n".join(map(source.tell, problems)))
    return settings


def default_settings() -> Settings:
    """The defaults alone, whatever files the user has."""
    problems: list[Problem] = []
    settings: Settings | None = read_section(Settings, _shipped(), {}, (), problems)
    if settings is None:
        raise SettingsError("\n".join(map(Source("", "").tell, problems)))
    return settings


def _shipped() -> dict[str, Any]:
    return tomllib.loads(files("switchboard").joinpath("default.toml").read_text("utf-8"))


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
    if decision.wrong_transfer <= decision.wrong_question + 1:
        problems.append(
            Problem(
                ("decision", "wrong_transfer"),
                "is not above wrong_question + 1, so nobody would ever be asked; raise it.",
            )
        )
    if decision.give_up <= 1:
        problems.append(
            Problem(
                ("decision", "give_up"),
                "is not above 1, the cost of a question, so nobody would ever be asked; raise it.",
            )
        )
    try:
        settings.number_plan.plan()
    except DirectoryError as error:
        problems.append(Problem(("number_plan", "blocks"), f"is wrong. {error}"))
    return problems
