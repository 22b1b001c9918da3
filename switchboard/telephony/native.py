"""What libbaresip can do and its Python binding leaves out, called in the binding's own library.

The binding gives no way to learn where an INVITE came from, to refuse with a code of one's choice,
to redirect, or to count a live call's packets; the library that it links has all four (baresip.h:
`call_msg_src`, `ua_hangupf`, `stream_metric_get_rx_n_packets`). The binding is pinned to one
version in pyproject.toml, and `load` checks that each function is there.

The stack's objects belong to its own thread, so these functions run there: `StackThread.run` hands
them over. Each takes microseconds; none waits for the network.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache, partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, TypeVar

from baresip import Runtime
from baresip._events import set_sink
from baresip._native import lib  # type: ignore[import-not-found]

from switchboard.errors import TelephonyError

T = TypeVar("T")

_SENDRECV, _INACTIVE = 3, 0
"""`enum sdp_dir` in re_sdp.h."""

_ADDRESS_BYTES = 512
"""More than `struct sa` takes (116), whatever the platform."""

_POINTER = ctypes.c_void_p
_SIGNATURES = {
    "uag_call_find": (_POINTER, (ctypes.c_char_p,)),
    "bp_call_handle_find": (ctypes.c_uint32, (_POINTER,)),
    "call_get_ua": (_POINTER, (_POINTER,)),
    "call_msg_src": (ctypes.c_int, (_POINTER, _POINTER)),
    "call_set_media_direction": (None, (_POINTER, ctypes.c_int, ctypes.c_int)),
    "call_set_media_estdir": (None, (_POINTER, ctypes.c_int, ctypes.c_int)),
    "call_modify": (ctypes.c_int, (_POINTER,)),
    "call_audio": (_POINTER, (_POINTER,)),
    "audio_strm": (_POINTER, (_POINTER,)),
    "stream_metric_get_rx_n_packets": (ctypes.c_uint32, (_POINTER,)),
    "stream_metric_get_tx_n_packets": (ctypes.c_uint32, (_POINTER,)),
    "sa_ntop": (ctypes.c_int, (_POINTER, ctypes.c_char_p, ctypes.c_int)),
    "sa_port": (ctypes.c_uint16, (_POINTER,)),
    "ua_hangupf": (None, (_POINTER, _POINTER, ctypes.c_uint16, *(ctypes.c_char_p,) * 2)),
}


@dataclass(frozen=True, slots=True)
class CallName:
    """One call of the stack: the binding's handle, and the Call-ID by which it is looked up.

    Both must agree: a stranger may send an INVITE with another call's Call-ID.
    """

    handle: int
    call_id: str


@dataclass(frozen=True, slots=True)
class Source:
    address: IPv4Address | IPv6Address
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def host(self) -> str:
        """The address as it stands in a URI."""
        return f"[{self.address}]" if self.address.version == 6 else str(self.address)  # noqa: PLR2004


@cache
def load() -> ctypes.CDLL:
    """The binding's library. Raises TelephonyError when this build lacks what is needed."""
    spec = importlib.util.find_spec("baresip._native")
    if spec is None or spec.origin is None:
        raise TelephonyError("baresip-python is not installed whole; install it again.")
    library = ctypes.CDLL(spec.origin)
    for name, (result, arguments) in _SIGNATURES.items():
        try:
            function = getattr(library, name)
        except AttributeError as error:
            raise TelephonyError(
                f"This build of baresip-python has no {name}; install the version that the lock "
                "file names."
            ) from error
        function.restype = result
        function.argtypes = list(arguments)
    return library


class StackThread:
    """Runs functions on the stack's own thread.

    A command makes the stack report back from its thread, through the one place where the binding
    takes its events; that is where the functions run, before the report is passed on.
    """

    def __init__(self, runtime: Runtime) -> None:
        """`runtime` has been started. It takes the sink away again when it is closed."""
        self.runtime = runtime
        self._waiting: deque[Callable[[], None]] = deque()
        self._binding = set_sink(self._on_event)  # type: ignore[no-untyped-call]

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """What the function returns, or raises, on the stack's thread.

        Raises BaresipError when the stack has stopped.
        """
        done: Future[T] = Future()
        self._waiting.append(partial(_carry_out, done, function, *arguments))
        await self.runtime.cmd(lib.BP_CMD_PING)
        return done.result(timeout=0)

    def _on_event(self, event: int, handle: int, payload: bytes | None) -> None:
        if event == lib.BP_EV_PONG:
            while self._waiting:
                self._waiting.popleft()()
        self._binding(event, handle, payload)


def _carry_out(done: Future[T], function: Callable[..., T], *arguments: Any) -> None:
    try:
        done.set_result(function(*arguments))
    except Exception as error:  # noqa: BLE001 - whoever asked gets it; the stack must not
        done.set_exception(error)


def source(name: CallName) -> Source | None:
    """Where a call's INVITE came from: the packet's own sender, whatever its headers say."""
    call = _find(name)
    if call is None:
        return None
    found = ctypes.create_string_buffer(_ADDRESS_BYTES)
    text = ctypes.create_string_buffer(64)
    library = load()
    if library.call_msg_src(call, found) or library.sa_ntop(found, text, len(text)):
        return None
    address = ip_address(text.value.decode("ascii").partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return Source(mapped or address, library.sa_port(found))


def refuse(name: CallName, code: int, reason: str, contact: str = "") -> bool:
    """End an unanswered call with a SIP code, 300-699; False when it is gone already.

    `contact` is the URI that a 302 points to.
    """
    call = _find(name)
    if call is None:
        return False
    headers = f"Contact: <{contact}>\r\n" if contact else ""
    form = f"{headers}Content-Length: 0\r\n\r\n".replace("%", "%%")
    library = load()
    library.ua_hangupf(library.call_get_ua(call), call, code, reason.encode(), form.encode())
    return True


def audio_only(name: CallName) -> None:
    """Settle before the answer that there will be no video.

    Else the stack finds after the answer that the video which it was prepared for is missing, and
    sends a re-INVITE at once: a fresh start of the audio, which some carriers refuse besides.
    """
    call = _find(name)
    if call is not None:
        load().call_set_media_direction(call, _SENDRECV, _INACTIVE)
        load().call_set_media_estdir(call, _SENDRECV, _INACTIVE)


def offer_again(name: CallName) -> bool:
    """Ask the far end by a re-INVITE for sound both ways; False when it can't be sent now."""
    call = _find(name)
    return call is not None and load().call_modify(call) == 0


def packets(names: Sequence[CallName]) -> list[tuple[int, int] | None]:
    """RTP packets received and sent so far by each call; None for one that is gone."""
    return [_packets(name) for name in names]


def _packets(name: CallName) -> tuple[int, int] | None:
    call = _find(name)
    if call is None:
        return None
    library = load()
    audio = library.call_audio(call)
    stream = library.audio_strm(audio) if audio else None
    if not stream:
        return 0, 0
    return (
        library.stream_metric_get_rx_n_packets(stream),
        library.stream_metric_get_tx_n_packets(stream),
    )


def _find(name: CallName) -> int | None:
    """The stack's own call; None when it is gone."""
    library = load()
    call: int | None = library.uag_call_find(name.call_id.encode("utf-8", "surrogateescape"))
    if call is None or library.bp_call_handle_find(call) != name.handle:
        return None
    return call
