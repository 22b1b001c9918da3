"""A file in which every field is a script and a formula: text on each page, and harmless in CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from directory.export import departments_csv, people_csv
from directory.headings import DEPARTMENTS, PEOPLE
from switchboard.dialogue.policy import Stage
from switchboard.storage.attempts import add_attempt, judge_attempt
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.calls import write_entries
from switchboard.storage.campaigns import add_campaign, group_of, script_of
from switchboard.storage.directories import load_directory
from switchboard.storage.imports import imports
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from switchboard.uat.items import Item, ItemKind, Observed, Outcome, Problem, Verdict
from tests.storage.made_up_calls import fallen_back

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
STARTS = ("=cmd|' /C calc'!A0", "+1+cmd", "-2+3+cmd", "@SUM(1+1)", "\t=1+1", "\r=1+1")
FIELDS = sorted(PEOPLE)
DEPARTMENT_FIELDS = sorted(DEPARTMENTS)


def table(fields: list[str], usual: dict[str, str], start: str) -> bytes:
    """One row a field, which is hostile there, in a file whose last heading is hostile, too."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*fields, f"{start}{SCRIPT}"])
    for number, hostile in enumerate(fields):
        row = {name: value.format(n=number) for name, value in usual.items()}
        row[hostile] = f"{start} {SCRIPT} {IMAGE}"
        writer.writerow([*(row.get(name, "") for name in fields), IMAGE])
    return text.getvalue().encode()


PERSON = {
    "staff_number": "9{n:02}", "forename": "Ada", "surname": "Quill{n}", "extension": "50{n:02}",
    "department": "Planning", "email": "ada{n}@example.org",
}  # fmt: skip
DEPARTMENT = {"name": "Parks {n}", "extension": "60{n:02}"}


def brought(admin: FlaskClient, kept: Store, start: str) -> list[str]:
    """Imported by the wizard; the addresses of what it showed on the way."""
    sent = {
        "people": (io.BytesIO(table(FIELDS, PERSON, start)), f"{SCRIPT}.csv"),
        "departments": (
            io.BytesIO(table(DEPARTMENT_FIELDS, DEPARTMENT, start)),
            f"../../{IMAGE}.csv",
        ),
    }
    answer = admin.post("/imports/new", data=sent, content_type="multipart/form-data")
    columns = answer.location
    preview = columns.removesuffix("/columns")
    looked = [admin.get(columns).text, admin.get(preview).text]
    answer = admin.post(f"{preview}/apply", data={"really-left": "yes"})
    assert answer.status_code == 302
    assert imports(kept)[0].rows_read == len(FIELDS) + len(DEPARTMENT_FIELDS)
    return looked


def harmless(page: str, where: str) -> None:
    soup = BeautifulSoup(page, "html.parser")
    assert all(script.get("src", "").startswith("/static/") for script in soup("script")), where
    assert not [tag for tag in soup("img") if tag.get("src") == "x"], where
    assert not [tag for tag in soup(True) if any(name.startswith("on") for name in tag.attrs)]


def formulas(text: str) -> list[str]:
    """Cells that a spreadsheet would work out. Negative numbers of ours are none."""
    cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in row]
    return [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("start", STARTS, ids=["equals", "plus", "minus", "at", "tab", "return"])
def test_every_imported_field_is_text_on_each_page_and_in_each_export(
    admin: FlaskClient, kept: Store, start: str
) -> None:
    for number, page in enumerate(brought(admin, kept, start)):
        harmless(page, f"step {number}")
    directory = load_directory(kept)
    keys = [entry.key for entry in (*directory.people, *directory.departments)]
    pages = [f"/directory/entry/{key}" for key in keys]
    pages += ["/imports", "/imports/2", "/reviews", "/directory?q=alert", "/directory?q=quill"]
    pages += ["/grammar", "/grammar/coverage", "/voices", "/console", "/console?q=quill", "/"]
    pages += ["/campaigns/new", "/audit"]
    for page in pages:
        answer = admin.get(page)
        assert answer.status_code in {200, 404}, page
        harmless(answer.text, page)
    assert formulas(people_csv(directory)) == []
    assert formulas(departments_csv(directory)) == []
    for export in ("/audit/audit.csv", "/voices/script.csv"):
        answer = admin.get(export)
        assert answer.status_code == 200, export
        assert formulas(answer.text) == [], export


def test_what_testers_and_callers_say_is_harmless_in_each_export(
    admin: FlaskClient, kept: Store
) -> None:
    start = STARTS[0]
    brought(admin, kept, start)
    today = datetime.now(UTC).date()
    person = load_directory(kept).people[0]
    item = Item(ItemKind.NICKNAME, f"{start} {SCRIPT}", (person.key,), department=start)
    campaign = add_campaign(
        kept,
        f"{start} {SCRIPT}",
        Stage.INTERNAL,
        today - timedelta(days=1),
        today + timedelta(days=1),
        scripts={"a-tester": (item,)},
        actor="anna",
    )
    (row,) = script_of(kept, group_of(kept, campaign.id)[0].id)
    seen = Observed("call-1", "", "", "")
    number = add_attempt(kept, row.id, "browser", seen, outcome=Outcome.WRONG, at=datetime.now(UTC))
    said = f"{start} {SCRIPT}"
    judge_attempt(kept, number, Verdict.NO, problem=Problem.DIRECTORY, told=said, actor="a-tester")
    write_entries(kept, fallen_back("c1", datetime.now(UTC)))
    label_call(kept, "c1", Wanted.ENTRY, entry=person.key)
    pages = [f"/campaigns/{campaign.id}", "/campaigns", "/campaigns/corrections", "/console"]
    for page in (*pages, "/gaps", "/reports"):
        answer = admin.get(page)
        assert answer.status_code in {200, 404}, page
        harmless(answer.text, page)
    exports = [f"/campaigns/{campaign.id}/calls.csv", "/campaigns/corrections.csv"]
    for export in (*exports, "/reports/every-hour.csv"):
        answer = admin.get(export)
        assert answer.status_code == 200, export
        assert formulas(answer.text) == [], export


@pytest.mark.parametrize(
    "address",
    [
        "/directory/entry/../../../../etc/passwd",
        "/directory/entry/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/directory/sound/..%2f..%2f..%2fetc%2fpasswd",
        "/static/../../../etc/passwd",
        "/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/voices/texts/..%2f..%2fsettings",
        "/voices/texts/..%2f..%2fsettings/draft.flac",
        "/reports/..%2f..%2fetc%2fpasswd.csv",
    ],
)
def test_no_address_leads_out_of_its_folder(admin: FlaskClient, address: str) -> None:
    answer = admin.get(address)
    assert answer.status_code in {400, 404}
    assert "root:" not in answer.text


def test_a_tester_hears_no_caller_and_no_other_campaign(
    as_role: Callable[[Role], FlaskClient], admin: FlaskClient, kept: Store
) -> None:
    """Sound of calls is the operators' and the administrators', whatever campaign it is of."""
    from dataclasses import replace

    from tests.storage.made_up_calls import started, turn

    at = datetime.now(UTC) - timedelta(minutes=5)
    write_entries(kept, (started("theirs", at), replace(turn("theirs", at=at), audio=b"fLaC")))
    assert admin.get("/console/sound/theirs/1").data == b"fLaC"
    for role in (Role.TESTER, Role.VIEWER):
        answer = as_role(role).get("/console/sound/theirs/1")
        assert answer.status_code == 403
        assert b"fLaC" not in answer.data
