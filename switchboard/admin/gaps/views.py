"""Gaps: what callers said that didn't work, and what is done about it, one by one or together."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from directory.search import Entry, name_of
from grammar.errors import GrammarError
from grammar.gaps.fixes import AliasFix, CarrierFix, Fix, PronunciationFix, from_plain, told
from grammar.gaps.kinds import GapKind
from switchboard.admin import layout
from switchboard.admin.area import Area
from switchboard.admin.audience import EDITORS, OPERATORS, READERS
from switchboard.admin.current import actor, background, memory, store, user
from switchboard.admin.gaps.forms import AcceptForm, PlainAcceptForm, RefuseForm
from switchboard.admin.layout import pages
from switchboard.errors import UserError
from switchboard.gaps import accepting
from switchboard.gaps.background import EVERY_S
from switchboard.storage import gaps as stored
from switchboard.storage.call_records import CallRecord
from switchboard.storage.gap_evidence import records_of
from switchboard.storage.gaps import OPEN, Gap, GapFilter, GapState

area = Area("gaps", "/gaps")

_WAITING = "waiting"
_LONGEST_QUERY = 100
_CALLS = 20
_FOUND = 8


@area.page("", to=READERS)
def overview() -> str:
    looking = background().detect(EVERY_S)
    state = request.args.get("state", _WAITING)
    kind = request.args.get("kind", "")
    states = OPEN if state == _WAITING else (GapState(state),) if state in set(GapState) else ()
    chosen = GapFilter(
        states=states,
        kind=kind if kind in set(GapKind) else "",
        words=request.args.get("q", "")[:_LONGEST_QUERY].strip(),
    )
    page = pages(stored.count_gaps(store(), chosen))
    found = stored.find_gaps(store(), chosen, limit=page.size, offset=page.offset)
    counts = stored.gap_counts(store())
    return render_template(
        "gaps/overview.html",
        gaps=found,
        proposals={gap.id: _proposal(gap) for gap in found},
        names=_names(found),
        pages=page,
        chosen=chosen,
        state=state if states else "",
        counts=counts,
        waiting=sum(counts.get(each, 0) for each in OPEN),
        states=tuple(GapState),
        kinds=tuple(GapKind),
        looking=looking,
    )


@area.page("/look", to=EDITORS, methods=["POST"])
def look() -> Response:
    """Look for gaps in the calls since the last time."""
    background().detect()
    layout.told("New calls are being looked at. Look again in a moment.", success=False)
    return redirect(url_for("gaps.overview"))


@area.page("/decide", to=EDITORS, methods=["POST"])
def decide() -> Response:
    """Accept or refuse all that are ticked; those that can't be are told and left."""
    numbers = request.form.getlist("gap", type=int)
    act = request.form.get("act", "")
    reason = request.form.get("reason", "")[:200]
    if act not in {"accept", "refuse"}:
        abort(400)
    if not numbers:
        layout.told("Nothing was ticked, so nothing was changed.", success=False)
    elif act == "refuse" and not reason.strip():
        layout.told("Say why you refuse them; nothing was changed.", success=False)
    else:
        _decide_all(numbers, act, reason)
    given = request.args.get
    return redirect(
        url_for("gaps.overview", state=given("state"), kind=given("kind"), q=given("q"))
    )


@area.page("/<int:number>", to=READERS)
def one(number: int) -> str:
    return _one(_gap(number))


@area.page("/<int:number>/accept", to=EDITORS, methods=["POST"])
def accept(number: int) -> str | Response | tuple[str, int]:
    gap = _gap(number)
    form = _accept_form(gap)
    if not form.validate_on_submit():
        return _one(gap, form=form), 422
    try:
        fix = _changed(gap, form.text.data) if isinstance(form, AcceptForm) else None
        accepted = accepting.accept(store(), number, actor=actor(), fix=fix)
    except (UserError, GrammarError) as error:
        layout.told(str(error), success=False)
        return redirect(url_for("gaps.one", number=number))
    if accepted.state is GapState.IN_DRAFT:
        layout.told("It is in the draft: callers get it once the grammar is published.")
    else:
        layout.told("Accepted: correct the directory now; the gap is open until that is published.")
    return redirect(url_for("gaps.overview"))


@area.page("/<int:number>/refuse", to=EDITORS, methods=["POST"])
def refuse(number: int) -> str | Response | tuple[str, int]:
    gap = _gap(number)
    form = RefuseForm()
    if not form.validate_on_submit():
        return _one(gap, form=form), 422
    try:
        accepting.refuse(store(), number, form.reason.data, actor=actor())
    except UserError as error:
        layout.told(str(error), success=False)
        return redirect(url_for("gaps.one", number=number))
    layout.told("Refused, and it won’t wait for you any more.")
    return redirect(url_for("gaps.overview"))


@area.page("/<int:number>/meant", to=EDITORS, methods=["POST"])
def meant(number: int) -> Response:
    """Whom the callers of a gap meant."""
    _gap(number)
    entry = request.form.get("entry", "")
    if entry not in memory().directory().entries:
        abort(404)
    accepting.say_who(store(), number, entry, actor=actor())
    background().detect()
    layout.told("Noted. What follows from it is worked out now; look again in a moment.")
    return redirect(url_for("gaps.overview"))


def _decide_all(numbers: list[int], act: str, reason: str) -> None:
    done, faults = 0, []
    for number in numbers:
        try:
            if act == "accept":
                accepting.accept(store(), number, actor=actor())
            else:
                accepting.refuse(store(), number, reason, actor=actor())
            done += 1
        except (UserError, GrammarError) as error:
            faults.append(str(error))
    word = "accepted" if act == "accept" else "refused"
    if done:
        layout.told(f"{done} {'gap' if done == 1 else 'gaps'} {word}.")
    for fault in faults[:3]:
        layout.told(fault, success=False)
    if len(faults) > 3:  # noqa: PLR2004  as many as are told
        layout.told(f"The same is so of {len(faults) - 3} more.", success=False)


def _gap(number: int) -> Gap:
    try:
        return stored.gap_of(store(), number)
    except UserError:
        abort(404)


def _one(gap: Gap, form: object = None) -> str:
    turns = stored.calls_of(store(), gap.id, limit=_CALLS)
    records = {each.call.call: each for each in records_of(store(), [t.call for t in turns])}
    query = request.args.get("q", "")[:_LONGEST_QUERY].strip()
    index = memory().directory().index
    extra = {"form": form} if form is not None else {}
    return render_template(
        "gaps/one.html",
        gap=gap,
        fix=from_plain(gap.fix),
        proposal=_proposal(gap),
        name=_name(gap.meant),
        turns=[(turn, _turn(records.get(turn.call), turn.turn)) for turn in turns],
        history=stored.history_of(store(), gap.id),
        accept=_accept_form(gap),
        refuse=RefuseForm(),
        may_listen=OPERATORS.admits(user()),
        query=query,
        found=index.find(query, _FOUND) if query else None,
        **extra,
    )


def _turn(record: CallRecord | None, number: int) -> dict[str, object]:
    """What a turn's row shows besides: what was heard word for word, and who was offered."""
    taken = [each for each in (record.turns if record else ()) if each.number == number]
    if record is None or not taken:
        return {}
    offered = set(taken[0].options)
    return {
        "heard": taken[0].transcript,
        "action": taken[0].action,
        "reason": taken[0].reason,
        "offered": [each["name"] for each in taken[0].candidates if each["entry"] in offered],
        "sound": number in record.with_audio,
    }


def _accept_form(gap: Gap) -> AcceptForm | PlainAcceptForm:
    match from_plain(gap.fix):
        case AliasFix(text=text) | CarrierFix(text=text) | PronunciationFix(spoken=text):
            return AcceptForm(text=text)
        case _:
            return PlainAcceptForm()


def _changed(gap: Gap, text: str) -> Fix | None:
    """The proposed fix with another text, None where it is the same."""
    match from_plain(gap.fix):
        case AliasFix(entry=entry, text=old) if text != old:
            return AliasFix(entry, text)
        case CarrierFix(text=old, position=position) if text != old:
            return CarrierFix(text, position)
        case PronunciationFix(word=word, spoken=old) if text != old:
            return PronunciationFix(word, text)
        case _:
            return None


def _proposal(gap: Gap) -> str:
    fix = from_plain(gap.fix)
    return told(fix, _name(gap.meant)) if fix else ""


def _name(key: str) -> str:
    entries: Mapping[str, Entry] = memory().directory().entries
    entry = entries.get(key)
    return name_of(entry) if entry else key


def _names(gaps: tuple[Gap, ...]) -> dict[str, str]:
    return {gap.meant: _name(gap.meant) for gap in gaps if gap.meant}
