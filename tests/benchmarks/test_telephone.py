"""What the measurement of calls counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.telephone import _is_part, _refers, _waited
from tests.calls.scripted_parts import VOICE
from tests.journeys.talking import Exchange
from tests.telephony.peers import Peer

MESSAGES = """\
----------------------------------------------- 2026-11-23 02:36:49.610043
UDP message received [477] bytes :

REFER sip:caller@127.0.0.1:47102;transport=UDP SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:42396;branch=z9hG4bKb50a0a0040210e16;rport
Call-ID: 7-26165@127.0.0.1
CSeq: 42276 REFER

----------------------------------------------- 2026-11-23 02:36:49.610195
UDP message sent (328 bytes):

SIP/2.0 202 Accepted
Call-ID: 8-26165@127.0.0.1

"""


def test_sound_that_is_whole_is_found_in_what_was_said_and_a_missing_packet_is_not() -> None:
    stored = np.concatenate([np.zeros(500, np.int16), VOICE, np.zeros(900, np.int16)])
    assert _is_part(stored, VOICE)
    lost = stored.copy()
    middle = 500 + len(VOICE) // 2
    lost[middle : middle + 160] = 0
    assert not _is_part(lost, VOICE)
    assert not _is_part(np.delete(stored, slice(middle, middle + 160)), VOICE)


def test_each_call_is_put_through_at_the_time_of_its_own_refer(tmp_path: Path) -> None:
    file = tmp_path / "messages"
    file.write_text(MESSAGES)
    phones = Peer.__new__(Peer)
    phones.message_file = file
    found = _refers(phones)
    assert list(found) == [7]
    assert abs(found[7] % 60 - 49.610043) < 1e-3


def test_who_never_spoke_never_waited() -> None:
    with Exchange() as exchange, exchange.talker() as talker:
        talker.onsets.append(5.0)
        assert _waited(talker, 9.0).first_sound is None
        talker.spoke_at = 4.0
        assert _waited(talker, None).first_sound == 1.0
