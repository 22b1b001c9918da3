"""A caller hears an operator's phone ring, and somebody clicks "Connect": all of it but the engine.

sipp ──▶ endpoint ──▶ run_call ──record──▶ database ◀──click── console
                          ▲────────────── watch_desk ◀────┘
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from grammar.decision import Costs
from switchboard.admin.app import create_app
from switchboard.calls.grammars import Board, Grammars
from switchboard.calls.running import run_call
from switchboard.dialogue.policy import Operator
from switchboard.dialogue.world import world_of
from switchboard.service.desk_watch import watch_desk
from switchboard.settings import default_settings
from switchboard.storage.call_log import open_call_log
from switchboard.storage.call_records import CallRecord, call_record, find_calls
from switchboard.storage.grammars import draft_grammar, publish_grammar
from switchboard.storage.store import Store
from switchboard.storage.users import Role, add_user
from switchboard.telephony.port import Line
from tests.admin.conftest import fill, signed_in
from tests.calls.scripted_parts import POLICY, scripted
from tests.telephony import scenarios as s
from tests.telephony.endpoints import address_of, ended, endpoint, run, sip_config, until
from tests.telephony.peers import free_port, sipp

RAKESH, HIS_PHONE = "3", "5003"


@pytest.fixture
def operator(store: Store) -> FlaskClient:
    """The console, with an operator before it."""
    fill(store)
    publish_grammar(store, draft_grammar(store), actor="test")
    app = create_app(store, default_settings(), now=_now)
    app.config["WTF_CSRF_ENABLED"] = False
    return signed_in(app, store, add_user(store, "olu", Role.OPERATOR, actor="test"), _now())


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("refer", [True, False])
def test_one_click_connects_a_call_whose_operator_is_rung_or_has_answered_through_us(
    store: Store,
    operator: FlaskClient,
    tmp_path: Path,
    refer: bool,
) -> None:
    """By REFER the operator's phone rings; by a second leg the operator has answered."""
    policy = replace(POLICY, operators=(Operator("7000", 60.0),))
    grammar = draft_grammar(store)

    async def test() -> None:
        port = free_port()
        config = sip_config(pbx=f"127.0.0.1:{port}", refer=refer)
        given_up = (s.referred("7000"), s.unsubscribed())
        referred = (*given_up, s.referred(HIS_PHONE, "200 OK", number=4, again=True), s.hung_up())
        steps = referred if refer else (s.hung_up(),)
        call = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), *steps)
        phones = s.scenario(tmp_path / "phones.xml", s.called(), s.pause(4), s.called_hangs_up())
        recorder = open_call_log(store, default_settings())
        async with scripted(policy=policy) as script:
            board = Board(grammar, script.router, world_of(grammar, policy, Costs()))
            parts = replace(script.parts, recorder=recorder, grammars=Grammars(board))

            async def on_call(line: Line) -> None:
                await run_call(line, parts)

            watching = asyncio.create_task(watch_desk(store, parts.desk, parts.now))
            try:
                async with endpoint(on_call, config) as running:
                    with ExitStack() as stack:
                        if not refer:
                            stack.enter_context(sipp(phones, port=port, calls=2, at_once=2))
                        caller = stack.enter_context(sipp(call, address_of(running)))
                        await until(lambda: _is_with_operator(store, refer), "the operator")
                        await asyncio.to_thread(_click, operator, _record(store).call.call)
                        await ended(caller)
            finally:
                watching.cancel()
                await asyncio.to_thread(recorder.close)

    run(test())
    record = _record(store)
    first = ("7000", "no_answer", "") if refer else ("7000", "connected", "bridge")
    second = (HIS_PHONE, "connected", "refer" if refer else "bridge")
    assert [(each.to, each.outcome, each.how) for each in record.transfers] == [first, second]
    assert (record.call.ending, record.call.entry) == ("operator", RAKESH)
    assert [label.entry for label in record.labels] == [RAKESH]
    assert "Connected to Rakesh Sen." in operator.get("/console").text


def _click(operator: FlaskClient, call: str) -> None:
    answer = operator.post(f"/console/connect/{call}", data={"entry": RAKESH})
    assert answer.status_code == 302


def _record(store: Store) -> CallRecord:
    (call,) = find_calls(store)
    record = call_record(store, call.call)
    assert record is not None
    return record


def _is_with_operator(store: Store, refer: bool) -> bool:
    """Their phone rings, or they have answered."""
    if not find_calls(store):
        return False
    moves = _record(store).transfers
    return bool(moves) and (refer or moves[-1].outcome == "connected")
