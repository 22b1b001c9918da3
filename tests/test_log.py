from __future__ import annotations

import io
import json
import logging
from typing import Any

from switchboard import log
from switchboard.settings import LogSettings

logger = logging.getLogger("switchboard.tests")


def _logging(*, level: str = "info", personal: bool = False) -> io.StringIO:
    stream = io.StringIO()
    log.configure(LogSettings(level, personal), stream)
    return stream


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_a_json_object_with_its_facts_in_fields() -> None:
    stream = _logging()
    logger.info("decided", extra={"decision": "transfer", "probability": 0.97})
    (line,) = _lines(stream)
    assert line["message"] == "decided"
    assert (line["decision"], line["probability"]) == ("transfer", 0.97)
    assert (line["level"], line["logger"]) == ("info", "switchboard.tests")


def test_personal_fields_are_dropped_unless_asked_for() -> None:
    facts = {"transcript": log.Personal("featherstonehaugh"), "entry": "p1"}
    stream = _logging()
    logger.info("heard", extra=facts)
    assert "featherstonehaugh" not in stream.getvalue()
    assert _lines(stream)[0]["entry"] == "p1"
    stream = _logging(personal=True)
    logger.info("heard", extra=facts)
    assert _lines(stream)[0]["transcript"] == "featherstonehaugh"


def test_a_personal_value_shows_itself_to_no_other_formatter() -> None:
    assert "featherstonehaugh" not in f"{log.Personal('featherstonehaugh')!r}{log.Personal('x')}"


def test_the_text_of_an_exception_counts_as_personal() -> None:
    def fail() -> None:
        raise ValueError("can't parse 020 8313 5001")

    for personal in (False, True):
        stream = _logging(personal=personal)
        try:
            fail()
        except ValueError:
            logger.exception("failed")
        (line,) = _lines(stream)
        assert "ValueError" in line["exception"]
        assert "fail" in line["exception"]
        assert ("5001" in line["exception"]) is personal


def test_bound_facts_are_on_every_line_inside_and_none_after() -> None:
    stream = _logging()
    with log.bound(call_id="c1"):
        logger.info("one")
        with log.bound(turn=2):
            logger.info("two")
    logger.info("three")
    assert [(line.get("call_id"), line.get("turn")) for line in _lines(stream)] == [
        ("c1", None),
        ("c1", 2),
        (None, None),
    ]


def test_what_is_below_the_level_is_not_logged() -> None:
    stream = _logging(level="warning")
    logger.info("quiet")
    assert stream.getvalue() == ""


def test_configuring_again_does_not_log_twice() -> None:
    first, second = _logging(), _logging()
    logger.info("once")
    assert first.getvalue() == ""
    assert len(_lines(second)) == 1
