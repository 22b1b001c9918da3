"""Every route under every role, against a golden table: a new page shows up here, or fails."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from switchboard.storage.users import Role

GOLDEN = Path(__file__).parents[1] / "golden" / "admin" / "routes.csv"
"""To renew it, look at what the failing test prints, and copy that."""

_FILLED_IN = {"<path:key>": "1", "<int:number>": "1"}
"""What stands for a variable part of an address; "there-is-none" for all others."""


def _routes(app: Flask) -> list[tuple[str, str]]:
    return sorted(
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def _address(rule: str) -> str:
    for variable, value in _FILLED_IN.items():
        rule = rule.replace(variable, value)
    return re.sub("<.*?>", "there-is-none", rule)


def _outcome(browser: FlaskClient, rule: str, method: str, *, signed_in: bool) -> str:
    answer = browser.open(_address(rule), method=method)
    to_sign_in = answer.status_code == 302 and answer.location.split("?")[0] == "/sign-in"
    if to_sign_in and not signed_in:
        return "sign in"
    assert answer.status_code < 500, (rule, answer.status_code)
    return "refused" if answer.status_code == 403 else "let in"


def test_every_route_lets_in_whom_the_golden_table_says(
    app: Flask, as_role: Callable[[Role], FlaskClient]
) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["route", "method", "signed out", *Role])
    for rule, method in _routes(app):
        # A new session each time: some routes end the one they are sent with.
        outcomes = [_outcome(app.test_client(), rule, method, signed_in=False)]
        outcomes += [_outcome(as_role(role), rule, method, signed_in=True) for role in Role]
        table.writerow([rule, method, *outcomes])
    assert text.getvalue() == GOLDEN.read_text("utf-8")


def test_every_route_but_static_files_says_whom_it_is_for(app: Flask) -> None:
    from switchboard.admin.areas import AREAS

    declared = {endpoint for area in AREAS for endpoint in area.audiences}
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == declared | {"static"}
