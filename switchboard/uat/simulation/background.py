"""Simulations behind the pages that ask for them: one at a time, in a thread."""

from __future__ import annotations

import logging
import threading

from switchboard.errors import UserError
from switchboard.settings import Settings
from switchboard.storage.simulations import resume_simulation
from switchboard.storage.store import Store
from switchboard.uat.simulation.running import begin, run

log = logging.getLogger(__name__)


class SimulationsBehind:
    """Of one store. Safe to share among threads. The engines and voices run in processes of their
    own; the thread ends with this process, and the simulation can be resumed."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self, *, voices: int, most: int | None, actor: str) -> int:
        """Begin one; its id. Raises UserError, also while another one runs."""
        with self._lock:
            self._must_be_free()
            number = begin(
                self._store, self._settings, voices=voices, most=most, seed=1, actor=actor
            )
            self._go(number)
        return number

    def resume(self, number: int, *, actor: str) -> None:
        """Raises UserError while another one runs."""
        with self._lock:
            self._must_be_free()
            resume_simulation(self._store, number, actor=actor)
            self._go(number)

    def settled(self, timeout_s: float) -> bool:
        """Wait until nothing runs here; False when something does by then."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return thread is None or not thread.is_alive()

    def _must_be_free(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            raise UserError("A simulation is running; wait until it has ended, or stop it.")

    def _go(self, number: int) -> None:
        self._thread = threading.Thread(
            target=self._run, args=(number,), name="simulation", daemon=True
        )
        self._thread.start()

    def _run(self, number: int) -> None:
        try:
            run(self._store, self._settings, number)
        except UserError as error:
            log.warning("simulation failed", extra={"cause": str(error)})
        except Exception:
            log.exception("simulation failed")
