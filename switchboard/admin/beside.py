"""Long work beside the pages, in threads that never keep the program from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Value = TypeVar("Value")


def beside(work: Callable[[], Value], turn: threading.Lock) -> Future[Value]:
    """Begin the work, which waits for its turn; what it gives or raises comes by the future.

    Not an executor of the standard library: those wait at the program's end for what they began,
    and comparing all names of a large directory takes a minute.
    """
    future: Future[Value] = Future()

    def run() -> None:
        with turn:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001  raised to whoever asks the future
                future.set_exception(error)

    threading.Thread(target=run, name="admin-beside", daemon=True).start()
    return future
