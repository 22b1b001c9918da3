from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from flask.testing import FlaskClient

from switchboard.settings import Settings, default_settings
from switchboard.speech.opening import recordings_folder
from switchboard.speech.recordings import load_set
from switchboard.storage import audit
from switchboard.storage.store import Store
from switchboard.storage.voice_drafts import all_drafts, voice_draft
from tests.admin.conftest import DEPARTMENTS
from tests.calls.scripted_parts import VOICE

FILE = "name-rakesh-sen"
RATE = 8000
SILENCE = np.zeros(RATE // 2, np.int16)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    defaults = default_settings()
    return replace(
        defaults,
        admin=replace(defaults.admin, port=0),
        prompts=replace(defaults.prompts, recordings=str(tmp_path / "recordings")),
    )


def wav(samples: np.ndarray) -> io.BytesIO:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="WAV", subtype="PCM_16")
    file.seek(0)
    return file


def spoken() -> io.BytesIO:
    return wav(np.concatenate([SILENCE, VOICE, SILENCE]))


def upload(admin: FlaskClient, sound: io.BytesIO, file: str = FILE, name: str = "a.wav") -> str:
    sent = {"sound": (sound, name)}
    answer = admin.post(
        f"/voices/texts/{file}",
        data=sent,
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    return answer.text


def test_what_is_missing_is_listed_with_how_it_is_said(admin: FlaskClient) -> None:
    page = admin.get("/voices?kind=name").text
    assert "Rakesh Sen" in page
    assert "featherstonehaugh /fanʃɔː/" in page
    assert "0 of" in page
    assert DEPARTMENTS
    assert "Rakesh Sen" not in admin.get("/voices?kind=department").text
    text = admin.get("/voices/script.csv").text
    assert "name-rakesh-sen.wav,name,Rakesh Sen" in text


def test_a_recording_is_measured_heard_and_only_then_published(
    admin: FlaskClient, kept: Store, settings: Settings
) -> None:
    page = upload(admin, spoken())
    assert "Listen to it" in page
    assert "nothing clipped" in page
    folder = recordings_folder(settings.prompts)
    assert load_set(folder).find("Rakesh Sen") is None
    flac = admin.get(f"/voices/texts/{FILE}/draft.flac")
    samples, rate = soundfile.read(io.BytesIO(flac.data))
    assert rate == 16000
    assert len(samples) > 0
    admin.post("/voices/publish", data={"file": FILE})
    published = load_set(folder).find("Rakesh Sen")
    assert published is not None
    assert published.source == "recorded by a-administrator"
    assert all_drafts(kept) == ()
    entry = audit.entries(kept)[0]
    assert (entry.action, entry.after) == ("recordings published", {"texts": ["Rakesh Sen"]})
    assert "Rakesh Sen" not in admin.get("/voices?kind=name").text


@pytest.mark.parametrize(
    ("samples", "told"),
    [
        (np.zeros(RATE, np.int16), "is silent"),
        (np.clip(VOICE.astype(np.int32) * 200, -32768, 32767).astype(np.int16), "is clipped"),
        (np.tile(np.concatenate([VOICE, SILENCE]), 12), "is too long"),
    ],
)
def test_what_is_wrong_with_a_recording_is_told_and_it_can_not_be_published(
    admin: FlaskClient, kept: Store, samples: np.ndarray, told: str
) -> None:
    page = upload(admin, wav(samples))
    assert told in page
    assert "Publish it" not in page
    admin.post("/voices/publish", data={"file": FILE})
    draft = voice_draft(kept, FILE)
    assert draft is not None
    assert draft.problem.startswith(told)
    assert told in admin.get("/voices/drafts").text


def test_a_file_that_is_no_sound_is_told_so(admin: FlaskClient) -> None:
    assert "is not audio" in upload(admin, io.BytesIO(b"<html>"), name="../../etc/passwd")


def test_a_newer_recording_takes_the_place_of_an_older(admin: FlaskClient, kept: Store) -> None:
    upload(admin, wav(np.zeros(RATE, np.int16)))
    upload(admin, spoken())
    (draft,) = all_drafts(kept)
    assert draft.problem == ""
    admin.post(f"/voices/texts/{FILE}/remove")
    assert all_drafts(kept) == ()


def test_only_texts_of_the_script_are_recorded(admin: FlaskClient, kept: Store) -> None:
    sent = {"sound": (spoken(), "a.wav")}
    assert admin.post("/voices/texts/name-nobody", data=sent).status_code == 404
    assert admin.get("/voices/texts/..%2F..%2Fetc/draft.flac").status_code == 404
    assert all_drafts(kept) == ()


def test_nothing_chosen_publishes_nothing(admin: FlaskClient, settings: Settings) -> None:
    upload(admin, spoken())
    admin.post("/voices/publish", data={})
    assert load_set(recordings_folder(settings.prompts)).recordings == ()
