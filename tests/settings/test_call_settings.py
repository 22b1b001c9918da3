from __future__ import annotations

from pathlib import Path

import pytest

from switchboard.errors import SettingsError
from switchboard.settings import load_settings


def _load(folder: Path, text: str) -> str:
    """What is said about a settings file of this text."""
    file = folder / "mine.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[sip]\naddress = "pbx"', "line 2: [sip] address is not an IP address"),
        ('[sip]\npeers = ["192.0.2.300"]', "not an address or a network; write 192.0.2.10"),
        ('[sip]\npeers = ["0.0.0.0/0"]', "half the world could place calls"),
        ('[sip]\npeers = ["::/0"]', "half the world could place calls"),
        ("[sip]\npeers = [5]", "give a text in quotation marks"),
        ('[sip]\npeers = "192.0.2.1"', "give a list in [ ] of a text"),
        ("[sip]\ncodecs = []", "name at least one"),
        ('[sip]\ncodecs = ["opus"]', 'give one of "pcma", "pcmu", "g722"'),
        ('[sip]\ntransport = "tls"', "needs a certificate; name its file"),
        ('[sip]\nsrtp = "required"', 'set transport = "tls"'),
        ('[sip]\nregistrar = "pbx/x"', "give a host or host:port"),
        ('[sip]\nuser = "a;b"', "give letters, digits"),
        ('[sip]\npassword = "hush"', "did you mean password_file?"),
        ("[sip]\nrtp_first = 1000", "only root may open"),
        ("[sip]\nrtp_last = 20010", "no room for 30 calls of 4 ports each; give at least 20119"),
        ("[sip]\nport = 20004", "makes 20004 a port for calls and for audio"),
        ("[sip]\nport = 19999", "makes 20000 a port for calls and for audio"),
        ('[operators]\nnumbers = ["999"]', "emergency number, which the switchboard never dials"),
        ('[operators]\nnumbers = ["902079460000"]', "with its country: +44..."),
        ('[operators]\nnumbers = ["+442"]', "is not a number that exists"),
        ('[operators]\nlast_resort = "+449098790000"', "above the standard rate"),
        ('[operators]\nnumbers = ["5,000"]', "give a number of digits alone"),
        (
            '[operators]\nnumbers = ["5000"]\nlast_resort = "5000"',
            "line 3: [operators] last_resort",
        ),
        ('[rollout]\nunserved_number = "112"', "emergency number"),
        ('[rollout]\nstage = "everybody"', 'give one of "pilot", "internal"'),
        ('[hours]\nclosed = "redirect"', "give `closed_number`"),
        ('[hours]\nmonday = "8-17"', 'give hours as "08:30-17:00"'),
        ('[hours]\nmonday = "25:00-26:00"', "time of day that doesn't exist"),
        ('[hours]\nmonday = "17:00-08:30"', "does not run forward in time"),
        ('[hours]\nmonday = "08:00-13:00, 12:00-17:00"', "does not run forward in time"),
        ('[hours]\ntimezone = "Europe/Bromley"', "not a time zone of this machine"),
        ('[hours]\ntimezone = "../etc/passwd"', "not a time zone of this machine"),
        ('[hours]\nclosed_days = ["2026-12-24"]', "a day as 2026-12-24, without quotation marks"),
        ("[hours]\nclosed_days = [2026-12-24T10:00:00]", "a day as 2026-12-24"),
        ('[hours]\nnation = "wales"', 'give one of "", "england-and-wales"'),
        ('[hours.pilot]\nmonday = "8-17"', "line 2: [hours] pilot.monday = '8-17' is not allowed"),
        ('[hours.pilot]\nfriday = "17:00-08:30"', "line 2: [hours] pilot.friday does not run"),
        ('[hours.pilot]\nbank_holiday = "25:00-26:00"', "pilot.bank_holiday holds a time of day"),
        ('[hours]\npilot = { closed = "away" }', "line 2: [hours] pilot.closed = 'away'"),
        ('[hours]\npilot.closed = "away"', "line 2: [hours] pilot.closed = 'away'"),
        ('[hours.pilot]\nclosed_number = "999"', "line 2: [hours] pilot.closed_number = '999' is"),
        ('[hours.pilot]\ntimezone = "UTC"', "line 2: [hours] pilot.timezone is not a setting"),
        ('[hours.staff]\nmonday = ""', "line 1: [hours] staff is not a setting; known"),
        ('[hours]\npilot = ""', "line 2: [hours] pilot is a section; write [hours.pilot]"),
        (
            '[hours.pilot]\nclosed = "redirect"',
            "line 2: [hours] pilot.closed leaves calls nowhere to go",
        ),
        (
            'hours.closed = "redirect"\nhours.closed_number = "5"\nhours.pilot.closed_number = ""',
            "line 3: [hours] pilot.closed_number leaves calls nowhere to go",
        ),
        ('[callers]\ninternal = ["+44"]', "half a country internal"),
        ('[callers]\nex_directory = ["everybody"]', 'give one of "internal", "pilot"'),
        ("[dialogue]\ntries = 0", "give a whole number from 1 to 5"),
    ],
)
def test_a_wrong_setting_of_calls_is_told_with_its_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    assert said in _load(tmp_path, text)


def test_wrong_settings_of_calls_are_told_all_at_once(tmp_path: Path) -> None:
    told = _load(
        tmp_path,
        '[sip]\nport = 20004\npeers = ["x", "y"]\n\n[operators]\nnumbers = ["999", "112"]\n',
    )
    assert [line.split(": ")[0].rpartition(", ")[2] for line in told.splitlines()] == [
        "line 2",
        "line 3",
        "line 3",
        "line 6",
        "line 6",
    ]


def test_what_a_class_takes_over_from_the_hours_is_told_once_and_where_it_stands(
    tmp_path: Path,
) -> None:
    told = _load(
        tmp_path,
        """\
[hours.internal]
tuesday = "9-5"
wednesday = "17:00-08:30"
closed = "redirect"

[hours]
monday = "17:00-08:30"
thursday = 9
closed_number = "112"
""",
    )
    assert [line.split(" ")[1:5] for line in told.splitlines()] == [
        ["line", "2:", "[hours]", "internal.tuesday"],
        ["line", "3:", "[hours]", "internal.wednesday"],
        ["line", "7:", "[hours]", "monday"],
        ["line", "8:", "[hours]", "thursday"],
        ["line", "9:", "[hours]", "closed_number"],
    ]


def test_a_password_in_the_settings_is_not_repeated(tmp_path: Path) -> None:
    assert "hush" not in _load(tmp_path, '[sip]\npassword = "hush"')


def test_right_settings_of_calls_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        """\
[sip]
address = "::1"
peers = ["192.0.2.10", "2001:db8::/64", "192.0.2.17/28"]
registrar = "pbx.example.org:5080"

[operators]
numbers = ["0", "5000", "+442079460000"]
last_resort = "+447400123456"

[hours]
timezone = "Europe/London"
friday = "08:30-12:30, 13:30-24:00"
closed_days = [2026-12-24]

[hours.internal]
friday = ""
closed = "tell"
""",
        "utf-8",
    )
    settings = load_settings(file)
    assert settings.sip.peers[1] == "2001:db8::/64"
    assert list(settings.hours.of_classes()) == ["internal"]
    assert settings.hours.closed_days[0].isoformat() == "2026-12-24"
