"""Recordings by a voice artist: what is missing, recording or uploading it, listening, publishing.

Nothing that was recorded is heard by callers before somebody has listened to it and published it.
"""

from __future__ import annotations

import io
from dataclasses import asdict

import soundfile
from flask import Response as FlaskResponse
from flask import abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from switchboard.admin import fields
from switchboard.admin.area import Area
from switchboard.admin.audience import EDITORS
from switchboard.admin.current import actor, memory, settings, store
from switchboard.admin.layout import pages, told
from switchboard.admin.tables import csv_file
from switchboard.audio.files import WIDE_RATE
from switchboard.speech.opening import recordings_folder
from switchboard.speech.port import Samples
from switchboard.speech.prompt_texts import prompts
from switchboard.speech.recording_check import MOST_BYTES, check, measure
from switchboard.speech.recording_sets import new_set
from switchboard.speech.recordings import RecordingSet, load_set
from switchboard.speech.script import Kind, ScriptLine, script, script_csv
from switchboard.storage.voice_drafts import (
    VoiceDraft,
    all_drafts,
    draft_sound,
    put_draft,
    remove_drafts,
    voice_draft,
)

area = Area("voices", "/voices")

_MB = MOST_BYTES >> 20


class RecordingForm(fields.Form):
    sound = fields.file(
        "A recording", hint="WAV, FLAC or MP3", required="Choose a file", most_mb=_MB
    )
    submit = fields.submit("Check it")


@area.page("", to=EDITORS)
def overview() -> str:
    """What is missing, the most called first."""
    lines, in_force = _script(), _in_force()
    missing = [line for line in lines if in_force.find(line.words) is None]
    kind = request.args.get("kind", "")
    shown = [line for line in missing if kind in {"", line.kind}]
    page = pages(len(shown))
    return render_template(
        "voices/overview.html",
        lines=shown[page.offset : page.offset + page.size],
        pages=page,
        kinds=[(each.value, sum(line.kind is each for line in missing)) for each in Kind],
        kind=kind,
        total=len(lines),
        recorded=len(lines) - len(missing),
        drafts={draft.file: draft for draft in all_drafts(store())},
    )


@area.page("/script.csv", to=EDITORS)
def as_csv() -> FlaskResponse:
    in_force = _in_force()
    missing = [line for line in _script() if in_force.find(line.words) is None]
    return csv_file("voice-script.csv", script_csv(missing))


@area.page("/texts/<file>", to=EDITORS, methods=["GET", "POST"])
def text(file: str) -> str | Response | tuple[str, int]:
    """One text: record or upload it, see and hear what was recorded."""
    line = _line(file)
    form = RecordingForm()
    if form.validate_on_submit():
        _take(line, form.sound.data.read(MOST_BYTES + 1))
        return redirect(url_for("voices.text", file=file))
    following = _after(line)
    return render_template(
        "voices/text.html",
        line=line,
        form=form,
        draft=voice_draft(store(), file),
        in_force=_in_force().find(line.words),
        following=following,
    )


@area.page("/texts/<file>/draft.flac", to=EDITORS)
def sound(file: str) -> FlaskResponse:
    """What was recorded, to listen to."""
    flac = draft_sound(store(), file)
    if not flac:
        abort(404)
    return FlaskResponse(flac, mimetype="audio/flac")


@area.page("/texts/<file>/remove", to=EDITORS, methods=["POST"])
def remove(file: str) -> Response:
    draft = voice_draft(store(), file)
    if draft is not None:
        remove_drafts(store(), (draft,), action="recording thrown away", actor=actor())
        told("The recording is thrown away.")
    return redirect(url_for("voices.text", file=file))


@area.page("/drafts", to=EDITORS)
def drafts() -> str:
    found = all_drafts(store())
    return render_template(
        "voices/drafts.html",
        ready=[draft for draft in found if not draft.problem],
        faulty=[draft for draft in found if draft.problem],
    )


@area.page("/publish", to=EDITORS, methods=["POST"])
def publish() -> Response:
    """Bring what was chosen into force: all of it at once, or on a fault none."""
    chosen = set(request.form.getlist("file"))
    ready = tuple(
        draft for draft in all_drafts(store()) if draft.file in chosen and not draft.problem
    )
    if not ready:
        told("Nothing was chosen, so nothing was published.", success=False)
        return redirect(url_for("voices.drafts"))
    _publish(ready)
    remove_drafts(store(), ready, action="recordings published", actor=actor())
    told(f"{len(ready)} recordings are in force for calls from now on.")
    return redirect(url_for("voices.overview"))


def _take(line: ScriptLine, content: bytes) -> None:
    """Check a recording, and keep it for listening whether it can be used or not."""
    checked, measured = check(content, line.words), measure(content)
    put_draft(
        store(),
        line.file,
        line.words,
        _as_flac(checked.speech) if checked.speech is not None else b"",
        measured=asdict(measured) if measured else {},
        problem=checked.problem,
        actor=actor(),
    )


def _publish(ready: tuple[VoiceDraft, ...]) -> None:
    with new_set(recordings_folder(settings().prompts)) as made:
        for draft in ready:
            speech, _ = soundfile.read(
                io.BytesIO(draft_sound(store(), draft.file) or b""), dtype="int16"
            )
            made.add(draft.words, speech, source=f"recorded by {draft.actor}")


def _as_flac(speech: Samples) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, speech, WIDE_RATE, format="FLAC", subtype="PCM_16")
    return file.getvalue()


def _script() -> list[ScriptLine]:
    """Of the grammar in force; nothing before the first one."""
    published = memory().published()
    if published is None:
        return []
    key, known = current_app.extensions.get("voice-script", ("", []))
    if key != published.grammar.version:
        known = script(prompts(settings().prompts.organisation), published.grammar)
        current_app.extensions["voice-script"] = (published.grammar.version, known)
    return known  # type: ignore[no-any-return]


def _line(file: str) -> ScriptLine:
    found = next((line for line in _script() if line.file == file), None)
    if found is None:
        abort(404)
    return found


def _after(line: ScriptLine) -> ScriptLine | None:
    """The next text that is neither recorded nor waits."""
    lines, in_force = _script(), _in_force()
    waiting = {draft.file for draft in all_drafts(store())}
    place = lines.index(line) + 1
    return next(
        (
            each
            for each in (*lines[place:], *lines[:place])
            if each.file not in {*waiting, line.file} and in_force.find(each.words) is None
        ),
        None,
    )


def _in_force() -> RecordingSet:
    try:
        return load_set(recordings_folder(settings().prompts))
    except (OSError, ValueError, TypeError, KeyError):  # new_set tells how to mend it
        return RecordingSet()
