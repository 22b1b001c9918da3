"""The thread that speaks ahead while calls run."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from grammar.model import Grammar
from switchboard.speech.ahead import Ahead
from switchboard.speech.port import SynthesisError, Text

_log = logging.getLogger(__name__)

_MOST_SENTENCES = 200
"""Wanted and not yet spoken; the oldest are forgotten: they are a nicety, calls have the pieces."""


_LOOK_EVERY_S = 0.05
_LONGEST_WAIT_S = 1.0
"""For a lull, before each text: on a switchboard that never has one, speaking goes on all the same.
"""


class BehindCalls:
    """Speaks a grammar's texts ahead, and before those the sentences that calls asked for.

    `busy` tells whether a caller waits for an answer, and would wait for longer beside it.
    """

    def __init__(self, ahead: Ahead, busy: Callable[[], bool] = lambda: False) -> None:
        self._ahead = ahead
        self._busy = busy
        self._sentences: deque[Text] = deque(maxlen=_MOST_SENTENCES)
        self._grammar: Grammar | None = None
        self._wake = threading.Event()
        self._closed = False
        self._idle = threading.Event()
        self._idle.set()
        self._thread = threading.Thread(target=self._run, name="speaking ahead", daemon=True)
        self._thread.start()

    def grammar(self, grammar: Grammar) -> None:
        """Speak what calls need of this grammar; of an earlier one, no more."""
        self._grammar = grammar
        self._start()

    def later(self, sentence: Text) -> None:
        """Speak a sentence soon."""
        self._sentences.append(sentence)
        self._start()

    def wait(self, seconds: float) -> bool:
        """Until there is nothing left to speak; False when that takes longer."""
        return self._idle.wait(seconds)

    def close(self) -> None:
        self._closed = True
        self._wake.set()
        self._ahead.synthesiser.close()
        self._thread.join()

    def _start(self) -> None:
        self._idle.clear()
        self._wake.set()

    def _run(self) -> None:
        while not self._closed:
            self._wake.wait()
            self._wake.clear()
            try:
                self._speak()
            except (SynthesisError, OSError) as error:
                if not self._closed:
                    reason = type(error).__name__
                    _log.warning("texts can't be spoken ahead of calls", extra={"reason": reason})
            except Exception:  # noqa: BLE001 the thread has to be there for the next grammar
                _log.exception("speaking ahead failed")
            if not self._wake.is_set():
                self._idle.set()

    def _speak(self) -> None:
        grammar, self._grammar = self._grammar, None
        if grammar is None:
            self._speak_sentences()
            return
        texts = self._ahead.texts(grammar)
        self._ahead.speak(
            texts, before=self._lull, on_done=self._speak_sentences, stopped=self._superseded
        )
        if not self._superseded():
            in_use = [name for text in texts for name in self._ahead.digests(text).values()]
            removed = self._ahead.cache.remove_unused(in_use)
            facts = {"texts": len(texts), "removed": removed, "grammar_version": grammar.version}
            _log.info("what calls need to say is spoken", extra=facts)

    def _speak_sentences(self) -> None:
        while self._sentences and not self._closed:
            with suppress(IndexError):
                self._ahead.speak([self._sentences.popleft()], before=self._lull)

    def _lull(self) -> None:
        until = time.monotonic() + _LONGEST_WAIT_S
        while self._busy() and not self._superseded() and time.monotonic() < until:
            time.sleep(_LOOK_EVERY_S)

    def _superseded(self) -> bool:
        return self._closed or self._grammar is not None
