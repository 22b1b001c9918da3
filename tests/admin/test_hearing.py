"""Listening to an entry's name: recorded, spoken, and as it would be spoken."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
import sqlalchemy as sa
from flask.testing import FlaskClient

from switchboard.settings import Settings
from switchboard.speech.port import Samples
from switchboard.speech.recording_sets import new_set
from switchboard.storage import additions
from switchboard.storage.gap_tables import gaps
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.admin.conftest import settings as usual_settings

RATE = 16000
usual = usual_settings


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    return tmp_path / "recordings"


@pytest.fixture
def settings(usual: Settings, recordings: Path, tmp_path: Path) -> Settings:
    own = replace(usual.prompts, recordings=str(recordings), cache=str(tmp_path / "cache"))
    return replace(usual, prompts=own)


def _heard(browser: FlaskClient, address: str) -> Samples:
    answer = browser.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
    samples, rate = soundfile.read(io.BytesIO(answer.data), dtype="int16")
    assert rate == RATE
    heard: Samples = samples
    return heard


def test_a_name_that_nobody_recorded_is_spoken(admin: FlaskClient) -> None:
    spoken = _heard(admin, "/directory/sound/4")
    assert len(spoken) > RATE / 2
    assert np.abs(spoken).max() > 1000
    assert "It is not recorded" in admin.get("/directory/entry/4").text


def test_a_recording_wins(admin: FlaskClient, recordings: Path) -> None:
    spoken = _heard(admin, "/directory/sound/3")
    tone = (8000 * np.sin(np.arange(RATE) / RATE * 2 * np.pi * 440)).astype(np.int16)
    with new_set(recordings) as made:
        made.add("Rakesh Sen", tone)
    recorded = _heard(admin, "/directory/sound/3")
    assert abs(len(recorded) - RATE) < RATE / 5
    loudest = np.abs(np.fft.rfft(recorded)).argmax() * RATE / len(recorded)
    assert loudest == pytest.approx(440, abs=5)
    assert not np.array_equal(spoken, recorded)
    assert "recorded by the voice artist" in admin.get("/directory/entry/3").text


def test_a_pronunciation_is_heard_before_it_is_set(admin: FlaskClient, kept: Store) -> None:
    form = {"word": "featherstonehaugh", "spoken": "FEE-ston-hay"}
    page = admin.post("/directory/pronunciation/4", data={**form, "hear": "1"})
    assert page.status_code == 200
    assert "/directory/tried/4?word=featherstonehaugh&amp;spoken=FEE-ston-hay" in page.text
    assert additions.pronunciations(kept) == {}
    tried = _heard(admin, "/directory/tried/4?word=featherstonehaugh&spoken=FEE-ston-hay")
    assert not np.array_equal(tried, _heard(admin, "/directory/sound/4"))
    assert admin.post("/directory/pronunciation/4", data=form).status_code == 302
    assert np.array_equal(tried, _heard(admin, "/directory/sound/4"))


def test_what_is_no_pronunciation_is_refused_with_the_reason(admin: FlaskClient) -> None:
    form = {"word": "featherstonehaugh", "spoken": "/%%/", "hear": "1"}
    assert admin.post("/directory/pronunciation/4", data=form).status_code == 422
    answer = admin.get("/directory/tried/4?word=featherstonehaugh&spoken=/%25%25/")
    assert answer.status_code == 422


def test_nobody_is_not_heard(admin: FlaskClient) -> None:
    assert admin.get("/directory/sound/nobody").status_code == 404
    assert admin.get("/directory/tried/nobody?word=a&spoken=b").status_code == 404


def test_an_entry_shows_what_callers_asked_for_in_vain(
    as_role: Callable[[Role], FlaskClient], kept: Store
) -> None:
    at = datetime.now(UTC)
    row = {
        "id": 7, "kind": "missing_alias", "state": "proposed", "meant": "3", "said": "caretaker",
        "phones": "", "calls": 2, "callers": 2, "first_at": at, "last_at": at, "fix": {},
        "effect": {}, "reason": "", "version": "", "released_at": None, "changed_at": at,
    }  # fmt: skip
    with kept.writing() as connection:
        connection.execute(sa.insert(gaps).values(row))
    text = as_role(Role.VIEWER).get("/directory/entry/3").text
    assert 'href="/gaps/7"' in text
    assert "caretaker" in text
    assert "/gaps/7" not in as_role(Role.VIEWER).get("/directory/entry/4").text
