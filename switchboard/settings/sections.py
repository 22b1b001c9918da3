"""The sections of the settings that recognition, storage and the directory read.

What each setting means, and what raising it does, is written in `default.toml`, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from directory.number_plan import Block, NumberPlan
from switchboard.settings.checking import Between, OneOf

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
    spool: str


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
    second_opinions: Annotated[int, Between(0, 64)]
    second_opinion_s: Annotated[float, Between(0.1, 10)]
    deadline_s: Annotated[float, Between(0.5, 60)]


@dataclass(frozen=True, slots=True)
class DecisionSettings:
    wrong_transfer: Annotated[float, Between(1, 1000)]
    wrong_question: Annotated[float, Between(0.1, 100)]
    give_up: Annotated[float, Between(0.1, 100)]
    option: Annotated[float, Between(0, 10)]
    most_options: Annotated[int, Between(2, 4)]
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
    voice: Annotated[str, OneOf("piper", "espeak")]
    piper_model: str
    pace: Annotated[float, Between(0.7, 1.4)]
    level_dbfs: Annotated[float, Between(-36, -16)]
    longest_wait_s: Annotated[float, Between(0.2, 5)]
    recordings: str
    cache: str


@dataclass(frozen=True, slots=True)
class LogSettings:
    level: Annotated[str, OneOf("debug", "info", "warning", "error")]
    personal: bool
