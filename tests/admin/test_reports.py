from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.calls import write_entries
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.admin.conftest import Clock
from tests.storage.made_up_calls import fallen_back, whole_call


@pytest.fixture
def called(kept: Store, clock: Clock) -> None:
    """Two hours ago: three put through, of which one wrongly, and one that fell back."""
    at = clock() - timedelta(hours=2)
    for call in ("c1", "c2", "c3"):
        write_entries(kept, whole_call(call, at))
    write_entries(kept, fallen_back("c4", at))
    label_call(kept, "c3", Wanted.ENTRY, entry="1")


def _csv(client: FlaskClient, name: str) -> list[list[str]]:
    answer = client.get(f"/reports/{name}.csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.usefixtures("called")
def test_shares_stand_beside_the_interval_in_which_the_true_ones_lie(admin: FlaskClient) -> None:
    rows = {row[0]: row[1:] for row in _csv(admin, "quality")}
    assert rows["Put through without an operator (containment)"] == [
        "3", "4", "75.0% (30.1-95.4)",
    ]  # fmt: skip
    assert rows["Of these, put through wrongly (misroutes)"] == ["1", "3", "33.3% (6.1-79.2)"]


@pytest.mark.usefixtures("called")
def test_every_table_of_the_page_can_be_taken_out(admin: FlaskClient) -> None:
    page = admin.get("/reports").text
    for name in (
        "endings", "quality", "hours", "days", "avoidable", "desk", "fallbacks", "savings", "gaps",
        "coverage", "accents", "every-hour",
    ):  # fmt: skip
        assert f"/reports/{name}.csv" in page
        assert len(_csv(admin, name)) >= 1
    assert admin.get("/reports/there-is-none.csv").status_code == 404


@pytest.mark.usefixtures("called")
def test_the_month_comes_as_a_page_and_as_pdf(admin: FlaskClient, clock: Clock) -> None:
    month = f"{clock().astimezone():%Y-%m}"
    page = admin.get(f"/reports/monthly?month={month}").text
    for heading in ("Progress", "Risks and issues", "Tasks planned", "Overall status"):
        assert heading in page
    pdf = admin.get(f"/reports/monthly.pdf?month={month}")
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.data.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-13-01",
        "from=x",
        "channel=pigeon",
        "from=2026-02-01&to=2026-01-01",
        "from=1999-01-01",
    ],
)
def test_a_period_that_is_none_is_refused_in_words(admin: FlaskClient, query: str) -> None:
    assert admin.get(f"/reports?{query}").status_code in {400, 422}
    assert admin.get("/reports/monthly?month=2026-1").status_code == 422


def test_a_tester_sees_no_reports(as_role: Callable[[Role], FlaskClient]) -> None:
    assert as_role(Role.TESTER).get("/reports").status_code == 403
