"""The operators' console: calls that fell back, newest first, each closed with one key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.search import Found, name_of
from switchboard.admin import layout
from switchboard.admin.area import Area
from switchboard.admin.audience import OPERATORS
from switchboard.admin.console.connecting import is_ours, why_not
from switchboard.admin.console.feed import Feed
from switchboard.admin.console.story import Told, told
from switchboard.admin.current import actor, context, memory, settings, store, user
from switchboard.policy import policy_of
from switchboard.storage import audit
from switchboard.storage.call_labels import LabelSource, Wanted, label_call
from switchboard.storage.call_records import (
    Call,
    call_record,
    fallen_back,
    find_calls,
    going_on,
    turn_sound,
)
from switchboard.storage.connect_requests import ask_to_connect, last_requests
from switchboard.storage.fallbacks import going_on_signature, signature
from switchboard.storage.users import Role

area = Area("console", "/console")

SHOWN_FOR = timedelta(hours=12)
"""A shift. Raising it lists calls that nobody closes any more."""
_TALKING_FOR = timedelta(minutes=10)
"""Far above what a dialogue takes: what is older is a call whose process died."""
_LISTED = 40
_FOUND = 8
_LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """What the console shows. `chosen` is None while there is no call at all."""

    calls: tuple[Told, ...]
    chosen: Told | None
    before: tuple[Call, ...]
    query: str
    found: Found

    @property
    def waiting(self) -> int:
        return sum(not each.closed for each in self.calls)


@area.page("", to=OPERATORS)
def overview() -> str:
    return render_template("console/console.html", shown=_shown(), watch="watch" in request.args)


@area.page("/part", to=OPERATORS)
def part() -> str:
    """What changes, alone: for the script that renews it."""
    return render_template("console/part.html", shown=_shown())


@area.page("/now", to=OPERATORS)
def now() -> str:
    """Calls that are with the switchboard: an operator may put those through, too."""
    return render_template("console/now.html", calls=_going_on(), watch="watch" in request.args)


@area.page("/now/part", to=OPERATORS)
def now_part() -> str:
    """What changes of that, alone."""
    return render_template("console/now_part.html", calls=_going_on())


@area.page("/search", to=OPERATORS)
def search() -> str:
    """Whom a caller may have wanted, for a browser that asks while somebody types."""
    query = _query()
    found = memory().directory().index.find(query, _FOUND)
    record = call_record(store(), request.args.get("call", ""))
    ours = record.call.call if record is not None and is_ours(record) else ""
    return render_template("console/found.html", query=query, found=found, ours=ours)


@area.page("/connect/<call>", to=OPERATORS, methods=["POST"])
def connect(call: str) -> str | AnyResponse:
    """Put a call that is still ours through, which also says what it wanted.

    The wish is stored, and whichever process runs the call takes it over: nothing waits for it.
    """
    known = memory().directory().entries
    record, entry = call_record(store(), call), request.form.get("entry", "")
    if record is None or entry not in known:
        abort(404)
    published = memory().published()
    refused = why_not(
        policy_of(settings()), published.grammar if published else None, record, known[entry]
    )
    if refused:
        return _answered(refused, call, success=False)
    name = name_of(known[entry])
    if is_ours(record):
        ask_to_connect(store(), call, entry, actor=actor(), at=context().now())
        said = f"Being connected to {name}, and closed: wanted {name}."
    else:
        said = f"The call has gone, so it can't be connected any more; closed: wanted {name}."
    label_call(store(), call, Wanted.ENTRY, entry=entry, source=_source(), actor=actor())
    return _answered(said, call)


@area.page("/close/<call>", to=OPERATORS, methods=["POST"])
def close(call: str) -> str | AnyResponse:
    """Say what a call wanted: the answer that teaches."""
    entry = request.form.get("entry", "")
    wanted = request.form.get("wanted", Wanted.ENTRY.value if entry else "")
    if wanted not in set(Wanted):
        abort(400)
    known = memory().directory().entries
    if entry and entry not in known:
        abort(404)
    label_call(store(), call, Wanted(wanted), entry=entry, source=_source(), actor=actor())
    record = call_record(store(), call)
    closed = told(record, known).closed if record else ""
    return _answered(f"Closed: {closed}.")


@area.page("/sound/<call>/<int:number>", to=OPERATORS)
def sound(call: str, number: int) -> Response:
    """What a caller said in a turn; that it was listened to is on the audit log."""
    flac = turn_sound(store(), call, number)
    if flac is None:
        abort(404)
    audit.note(store(), "call listened to", actor=actor(), subject=f"call {call}")
    return Response(flac, mimetype="audio/flac")


@area.page("/events", to=OPERATORS)
def events() -> Response:
    """That something changed among the calls that fell back, as server-sent events."""
    here = context()
    return _told(
        here.feeds.of("fallen back", lambda: signature(here.store, here.now() - SHOWN_FOR))
    )


@area.page("/now/events", to=OPERATORS)
def now_events() -> Response:
    """That something changed among the calls that are with the switchboard."""
    here = context()
    return _told(
        here.feeds.of("now", lambda: going_on_signature(here.store, here.now() - _TALKING_FOR))
    )


def _told(feed: Feed) -> Response:
    """Its news; 204 when there are too many consoles."""
    stream = feed.listen(request.headers.get("Last-Event-ID", ""))
    if stream is None:
        return Response(status=204)  # tells an EventSource to give up; the script asks instead
    answer = Response(stream, mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy must not hold it back
    return answer


def _source() -> LabelSource:
    by_operator = user().role is Role.OPERATOR
    return LabelSource.OPERATOR if by_operator else LabelSource.ADMINISTRATOR


def _answered(said: str, call: str | None = None, *, success: bool = True) -> str | AnyResponse:
    """The console again, for the script that asked or as a page of its own (at `call`), with what
    was done."""
    if "X-Part" in request.headers:
        return render_template("console/part.html", shown=_shown(), said=said)
    layout.told(said, success=success)
    return redirect(url_for("console.overview", call=call))


def _going_on() -> list[Told]:
    entries, at = memory().directory().entries, context().now()
    records = going_on(store(), at - _TALKING_FOR, limit=_LISTED)
    return [told(record, entries, None, at) for record in records]


def _query() -> str:
    return request.args.get("q", "")[:_LONGEST_QUERY].strip()


def _shown() -> Shown:
    directory = memory().directory()
    at = context().now()
    records = fallen_back(store(), at - SHOWN_FOR, limit=_LISTED)
    asked = last_requests(store(), [record.call.call for record in records])
    calls = tuple(
        told(record, directory.entries, asked.get(record.call.call), at) for record in records
    )
    wanted = request.args.get("call", "")
    waiting = [each for each in calls if not each.closed]
    # An emergency comes first, whoever has called since.
    waiting.sort(key=lambda each: not each.emergency)
    chosen = next((each for each in calls if each.call == wanted), None)
    if wanted and chosen is None and (record := call_record(store(), wanted)) is not None:
        asked = last_requests(store(), [wanted])
        chosen = told(record, directory.entries, asked.get(wanted), at)
    chosen = chosen or next(iter((*waiting, *calls)), None)
    before: tuple[Call, ...] = ()
    if chosen and chosen.caller_hash:
        earlier = find_calls(store(), caller_hash=chosen.caller_hash, before=chosen.at, limit=6)
        before = tuple(each for each in earlier if each.call != chosen.call)
    query = _query()
    return Shown(
        calls=tuple(sorted(calls, key=lambda each: not (each.emergency and not each.closed))),
        chosen=chosen,
        before=before[:5],
        query=query,
        found=directory.index.find(query, _FOUND),
    )
