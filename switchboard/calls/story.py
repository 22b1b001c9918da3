"""One call's record, entry by entry, as it happens."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import soundfile

from switchboard.calls.record import (
    CallEnded,
    CallStarted,
    Entry,
    Noted,
    Recorder,
    TransferBegun,
    TransferDone,
    TurnTaken,
)
from switchboard.dialogue.actions import Ask, Mark, Note
from switchboard.recognition.port import FormEvidence, Utterance
from switchboard.routing import Routed

log = logging.getLogger(__name__)

CANDIDATES_KEPT = 8
"""Beyond them nobody was ever offered."""

_OPERATORS_NEED = 0.3
"""Seconds that storing the story before a transfer may take: the caller waits meanwhile."""


class Story:
    """Numbers the turns and transfers of a call, and hands its entries to the recorder."""

    def __init__(self, recorder: Recorder, now: Callable[[], datetime]) -> None:
        self.call = uuid4().hex
        self._recorder = recorder
        self._now = now
        self._turns = 0
        self._transfers = 0
        self._reason = ""
        self._emergency = False

    @property
    def fell_back(self) -> bool:
        """Whether it is told why the call goes to an operator."""
        return bool(self._reason)

    def started(self, started: CallStarted) -> None:
        self._write(started)

    def heard(self, ask: Ask, routed: Routed, audio: bytes | None) -> None:
        """A turn in which the caller spoke."""
        decision, match, recognition = routed.decision, routed.match, routed.recognition
        self._turn(
            ask,
            "failed" if recognition is None else "heard",
            transcript=routed.transcript,
            hypotheses=tuple(
                {"text": each.text, "source": each.source, "log_likelihood": each.log_likelihood}
                for each in (recognition.hypotheses if recognition else ())
            ),
            action=decision.action.value,
            reason=decision.reason.value,
            candidates=tuple(
                {
                    "entry": each.entry.key,
                    "name": each.entry.name,
                    "department": each.entry.department,
                    "probability": each.probability,
                }
                for each in (match.candidates[:CANDIDATES_KEPT] if match else ())
            ),
            options=tuple(option.entry.key for option in decision.options),
            probability=decision.options[0].probability if decision.options else None,
            timings_ms={
                "recognition": routed.timings.recognition,
                "matching": routed.timings.matching,
                "total": routed.timings.total,
            },
            audio=audio,
            evidence=tuple(
                [each.text, *(round(value, 2) for value in _nats(each))]
                for each in (recognition.evidence if recognition else ())
            ),
            speech_probability=recognition.speech_probability if recognition else None,
        )

    def unheard(self, ask: Ask, outcome: str) -> None:
        """A turn of "no_input" or "not_speech", or one that "failed" before a decision."""
        self._turn(ask, outcome)

    def keyed(self, ask: Ask, keys: str) -> None:
        """A turn that was answered with keys."""
        self._turn(ask, "keys", keys=keys)

    def noted(self, mark: Mark) -> None:
        if mark.note is Note.EMERGENCY:
            self._emergency = True
        if mark.note is Note.FALLBACK:
            self._reason = mark.detail
        self._write(
            Noted(self.call, self._now(), self._turns, mark.note.value, mark.entries, mark.detail)
        )

    async def transfer_begins(self, to: str, entry: str, purpose: str) -> None:
        """Returns once the story up to here is safe, or a moment later when it can't be."""
        self._transfers += 1
        begun = TransferBegun(self.call, self._transfers, self._now(), to, entry, purpose)
        try:
            async with asyncio.timeout(2 * _OPERATORS_NEED):
                await asyncio.to_thread(self._recorder.write, begun, _OPERATORS_NEED)
        except Exception:
            log.exception("story not stored before a transfer")

    def transfer_done(self, outcome: str, how: str) -> None:
        self._write(TransferDone(self.call, self._transfers, self._now(), outcome, how))

    def ended(self, ending: str) -> None:
        self._write(CallEnded(self.call, self._now(), ending, self._reason, self._emergency))

    def _turn(
        self,
        ask: Ask,
        outcome: str,
        *,
        transcript: str = "",
        hypotheses: tuple[dict[str, object], ...] = (),
        keys: str = "",
        action: str = "",
        reason: str = "",
        candidates: tuple[dict[str, object], ...] = (),
        options: tuple[str, ...] = (),
        probability: float | None = None,
        timings_ms: dict[str, float] | None = None,
        audio: bytes | None = None,
        evidence: tuple[list[object], ...] = (),
        speech_probability: float | None = None,
    ) -> None:
        self._turns += 1
        self._write(
            TurnTaken(
                call=self.call,
                number=self._turns,
                at=self._now(),
                prompt=" ".join(dict.fromkeys(line.prompt for line in ask.lines)),
                expecting=ask.expecting.value,
                outcome=outcome,
                transcript=transcript,
                hypotheses=hypotheses,
                keys=keys,
                action=action,
                reason=reason,
                candidates=candidates,
                options=options,
                probability=probability,
                timings_ms=timings_ms or {},
                audio=audio,
                evidence=evidence,
                speech_probability=speech_probability,
            )
        )

    def _write(self, entry: Entry) -> None:
        try:
            self._recorder.write(entry)
        except Exception:  # a recorder never raises; should it, the caller is still worth more
            log.exception("entry of a call's record lost")


def _nats(evidence: FormEvidence) -> tuple[float, float, float, float]:
    return evidence.relative, evidence.support, evidence.per_token, evidence.ending


def as_flac(utterance: Utterance) -> bytes:
    """The utterance as a FLAC file: lossless, 30 to 60 kB for a name."""
    file = io.BytesIO()
    soundfile.write(file, utterance.samples, utterance.rate, format="FLAC", subtype="PCM_16")
    return file.getvalue()
